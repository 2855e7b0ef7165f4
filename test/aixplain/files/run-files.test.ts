import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import nock from 'nock';
import { FileResource } from '../../../src/aixplain/index.js';
import { withFolder } from '../../support/folder.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, body, connect } from '../support/platform.js';
import { takesUpload } from '../support/uploads.js';

describe('files in the input of a pipeline', () => {
  withoutNetwork();
  const inFolder = withFolder();

  function runs(data: unknown): void {
    nock(backend)
      .post('/assets/pipeline/execution/run/p1', body({ data, batchmode: true, version: null }))
      .reply(201, { status: 'IN_PROGRESS', url: `${backend}/poll` });
  }

  it('are uploaded when they are given as files, and the caller’s object stays as it was', async () => {
    const aix = connect();
    const path = inFolder('rows.csv');
    await writeFile(path, 'a,b');
    const file = new FileResource({ filePath: path });
    const input = { Table: file, Note: 'text', More: [{ deep: file }] };
    const before = { ...input };
    takesUpload('1.csv', 'a,b');
    runs([
      { value: 's3://b/1.csv', nodeId: 'Table' },
      { value: 'text', nodeId: 'Note' },
      { value: [{ deep: 's3://b/1.csv' }], nodeId: 'More' },
    ]);
    const pipeline = new aix.Pipeline({ id: 'p1', name: 'p' });
    await pipeline.runAsync(input);
    expect(input).to.deep.equal(before);
    expect(input.Table).to.equal(file);
    runs('s3://b/1.csv');
    await pipeline.runAsync(file);
  });

  it('may be bytes', async () => {
    takesUpload('2.bin', 'xyz');
    runs('s3://b/2.bin');
    await new (connect().Pipeline)({ id: 'p1', name: 'p' }).runAsync(Buffer.from('xyz'));
    takesUpload('3.bin', 'xyz');
    runs('s3://b/3.bin');
    await new (connect().Pipeline)({ id: 'p1', name: 'p' }).runAsync(new File(['xyz'], 'a.bin'));
  });

  it('are never guessed from a text that happens to be a path', async () => {
    const path = inFolder('secret.txt');
    await writeFile(path, 'secret');
    runs([{ value: path, nodeId: 'Text' }]);
    await new (connect().Pipeline)({ id: 'p1', name: 'p' }).runAsync({ Text: path });
  });
});
