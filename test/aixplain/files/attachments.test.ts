import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { attachments, FileResource } from '../../../src/aixplain/index.js';
import { ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withFolder } from '../../support/folder.js';
import { withoutNetwork } from '../../support/widgets.js';
import { connect } from '../support/platform.js';
import { storage, takesUpload } from '../support/uploads.js';

describe('attachments to a message', () => {
  withoutNetwork();
  const inFolder = withFolder();

  it('are addresses, described by their names', async () => {
    const names = [
      's3://b/k/voice.mp3',
      'https://h.test/a%20b/a%20pic.PNG?x=1',
      'http://h.test/100%.mp4',
      'https://h.test/report.pdf',
      'https://h.test/',
    ];
    const [url = ''] = names;
    const [unnamed] = await attachments(connect(), [{ url, name: undefined }]);
    expect(unnamed?.name).to.equal('voice.mp3');
    const done = await attachments(connect(), names);
    expect(done.map(({ name, type, mimeType }) => [name, type, mimeType])).to.deep.equal([
      ['voice.mp3', 'audio', 'audio/mpeg'],
      ['a pic.PNG', 'image', 'image/png'],
      ['100%.mp4', 'video', 'video/mp4'],
      ['report.pdf', 'document', 'application/pdf'],
      ['attachment', 'unknown', 'application/octet-stream'],
    ]);
    expect(done.map(({ url }) => url)).to.deep.equal(names);
  });

  it('are what the caller says of them', async () => {
    const mine = { url: 'https://h.test/x', name: 'main.py', mimeType: 'text/x-python' };
    const [code, text] = await attachments(connect(), [mine, { ...mine, type: 'text' }]);
    expect([code, text]).to.deep.equal([
      { ...mine, type: 'code' },
      { ...mine, type: 'text' },
    ]);
  });

  it('are of a kind by their MIME types', async () => {
    const kinds = {
      'text/x-python': 'code',
      'application/javascript': 'code',
      'text/x-c++': 'code',
      'application/x-shellscript': 'code',
      'application/pdf': 'document',
      'application/msword': 'document',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'document',
      'application/vnd.ms-powerpoint': 'document',
      'image/png': 'image',
      'video/mp4': 'video',
      'audio/mpeg': 'audio',
      'text/plain': 'text',
      'application/json': 'unknown',
      'application/octet-stream': 'unknown',
      '': 'unknown',
    };
    const done = await attachments(
      connect(),
      Object.keys(kinds).map((mimeType) => ({ url: 'https://h.test/x', mimeType })),
    );
    expect(done.map(({ type }) => type)).to.deep.equal(Object.values(kinds));
  });

  it('are uploaded when they are files', async () => {
    const filePath = inFolder('rows.csv');
    await writeFile(filePath, 'a,b');
    takesUpload('rows', 'a,b');
    takesUpload('k', 'x', undefined, '');
    const aix = connect();
    const file = new FileResource({ filePath });
    const [first] = await attachments(aix, [file]);
    const [second] = await attachments(aix, [{ file: new File(['x'], 'note.txt'), name: 'other.txt' }]);
    await attachments(aix, [file]);
    expect(first).to.deep.equal({ url: `${storage}/get/rows`, name: 'rows.csv', type: 'text', mimeType: 'text/csv' });
    expect(second).to.deep.equal({ url: 's3://b/k', name: 'other.txt', type: 'text', mimeType: 'text/plain' });
  });

  it('are never local files that a text happens to name', async () => {
    for (const input of ['/etc/passwd', 'rows.csv', 'file:///etc/passwd', 'https://', {} as never, { name: 'n' } as never]) {
      const error = await failure(attachments(connect(), [input]));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('new FileResource');
    }
  });
});
