import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import nock from 'nock';
import { FileResource } from '../../../src/aixplain/index.js';
import { ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withFolder } from '../../support/folder.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, connect } from '../support/platform.js';
import { storage, takesUpload } from '../support/uploads.js';

describe('a file for the platform', () => {
  withoutNetwork();
  const inFolder = withFolder();
  let path: string;
  beforeEach(async () => {
    path = inFolder('rows.csv');
    await writeFile(path, 'a,b');
  });

  it('is uploaded when it is saved, once, and again when it has changed', async () => {
    const file = new (connect().FileResource)({ filePath: path });
    expect([file.url, file.isUploaded, file.isTemp, file.fileType]).to.deep.equal([null, false, true, 'CSV']);
    takesUpload('1.csv', 'a,b');
    expect(await file.save()).to.equal(file);
    expect([file.s3Url, file.url, file.isUploaded, file.isModified]).to.deep.equal(['s3://b/1.csv', `${storage}/get/1.csv`, true, false]);
    await file.save();
    takesUpload('2.csv', 'a,b');
    await file.save({}, { force: true });
    expect(file.s3Url).to.equal('s3://b/2.csv');
    takesUpload('3.csv', 'a,b', 'upload-url', '');
    await file.save({ isTemp: false });
    expect([file.s3Url, file.downloadUrl, file.url]).to.deep.equal(['s3://b/3.csv', null, 's3://b/3.csv']);
    await file.save();
  });

  it('is saved with the headers, limits and repetitions that the call names', async () => {
    const file = new (connect({ maxRetries: 3, retry: { baseDelay: 0 } }).FileResource)({ filePath: path });
    nock(backend, { reqheaders: { 'x-mine': 'yes' } })
      .post('/sdk/file/upload/temp-url')
      .reply(200, { key: 'k', uploadUrl: `${storage}/k` });
    nock(storage, { badheaders: ['x-mine'] })
      .put('/k')
      .reply(503);
    const refused = await failure(file.save({}, { maxRetries: 0, headers: { 'x-mine': 'yes' } }));
    expect(refused).to.include({ step: 'put', status: 503 });
    const wrong = await failure(file.save({}, { timeout: -1 }));
    expect(wrong).to.be.instanceOf(ValidationError);
  });

  it('has hooks, events and a clone like any record', async () => {
    const log: string[] = [];
    class Watched extends FileResource {
      override beforeSave(): void {
        log.push('before');
      }
      override afterSave(result: unknown): void {
        log.push(result === this ? 'after' : 'failed');
      }
    }
    const file = new (connect().bind(Watched))({ filePath: path });
    file.on('save', ({ sent }) => log.push(`sent ${sent}`));
    takesUpload('1.csv', 'a,b');
    await file.save();
    const copy = await file.clone();
    expect([copy.filePath, copy.s3Url, copy.isUploaded]).to.deep.equal([path, null, false]);
    await failure(copy.save({ filePath: inFolder('none.csv') }));
    expect(log).to.deep.equal(['before', 'after', 'sent true', 'before', 'failed']);
  });

  it('needs a file, and takes no names it does not know', async () => {
    const { FileResource: Files } = connect();
    expect((await failure(new Files().save())).message).to.contain('filePath');
    expect(await failure(new Files({ filePath: inFolder('none') }).save())).to.be.instanceOf(ValidationError);
    expect(() => new Files({ s3Url: 's3://b/1' } as never)).to.throw(ValidationError, 'read-only');
    expect((await failure(new FileResource({ filePath: path }).save())).message).to.contain('connection');
    expect(await failure(new Files({ filePath: path }).refresh())).to.be.instanceOf(ResourceError);
  });

  it('is known by its extension', () => {
    const names = {
      'a.JSON': 'JSON',
      'a.txt': 'TXT',
      'a.pdf': 'PDF',
      'a.m4a': 'AUDIO',
      'a.bmp': 'IMAGE',
      'a.sqlite': 'DATABASE',
      a: 'OTHER',
    };
    const types = Object.keys(names).map((filePath) => new FileResource({ filePath }).fileType);
    expect(types).to.deep.equal(Object.values(names));
  });
});
