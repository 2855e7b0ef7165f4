import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import nock from 'nock';
import { FileResource } from '../../../src/aixplain/index.js';
import { ResourceError, ValidationError } from '../../../src/index.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, body, connect, failure } from '../support/platform.js';

const storage = 'https://b.s3.amazonaws.com';

/** The platform takes one upload. */
function takes(key: string, content: string, route = 'upload/temp-url', downloadUrl: string | undefined = `${storage}/get/${key}`): void {
  nock(backend)
    .post(`/sdk/file/${route}`)
    .reply(200, { key, uploadUrl: `${storage}/${key}`, downloadUrl });
  nock(storage).put(`/${key}`, content).reply(200);
}

describe('a file for the platform', () => {
  withoutNetwork();
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aixplain-'));
    path = join(folder, 'rows.csv');
    await writeFile(path, 'a,b');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is uploaded when it is saved, once, and again when it has changed', async () => {
    const file = new (connect().FileResource)({ filePath: path });
    expect([file.url, file.isUploaded, file.isTemp, file.fileType]).to.deep.equal([null, false, true, 'CSV']);
    takes('1.csv', 'a,b');
    expect(await file.save()).to.equal(file);
    expect([file.s3Url, file.url, file.isUploaded, file.isModified]).to.deep.equal(['s3://b/1.csv', `${storage}/get/1.csv`, true, false]);
    await file.save();
    takes('2.csv', 'a,b');
    await file.save({}, { force: true });
    expect(file.s3Url).to.equal('s3://b/2.csv');
    takes('3.csv', 'a,b', 'upload-url', '');
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
    takes('1.csv', 'a,b');
    await file.save();
    const copy = await file.clone();
    expect([copy.filePath, copy.s3Url, copy.isUploaded]).to.deep.equal([path, null, false]);
    await failure(copy.save({ filePath: join(folder, 'none.csv') }));
    expect(log).to.deep.equal(['before', 'after', 'sent true', 'before', 'failed']);
  });

  it('needs a file, and takes no names it does not know', async () => {
    const { FileResource: Files } = connect();
    expect((await failure(new Files().save())).message).to.contain('filePath');
    expect(await failure(new Files({ filePath: join(folder, 'none') }).save())).to.be.instanceOf(ValidationError);
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

describe('files in the input of a pipeline', () => {
  withoutNetwork();
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aixplain-'));
  });
  after(() => rm(folder, { recursive: true }));

  function runs(data: unknown): void {
    nock(backend)
      .post('/assets/pipeline/execution/run/p1', body({ data, batchmode: true, version: null }))
      .reply(201, { status: 'IN_PROGRESS', url: `${backend}/poll` });
  }

  it('are uploaded when they are given as files, and the caller’s object stays as it was', async () => {
    const aix = connect();
    const path = join(folder, 'rows.csv');
    await writeFile(path, 'a,b');
    const file = new FileResource({ filePath: path });
    const input = { Table: file, Note: 'text', More: [{ deep: file }] };
    const before = { ...input };
    takes('1.csv', 'a,b');
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
    takes('2.bin', 'xyz');
    runs('s3://b/2.bin');
    await new (connect().Pipeline)({ id: 'p1', name: 'p' }).runAsync(Buffer.from('xyz'));
    takes('3.bin', 'xyz');
    runs('s3://b/3.bin');
    await new (connect().Pipeline)({ id: 'p1', name: 'p' }).runAsync(new File(['xyz'], 'a.bin'));
  });

  it('are never guessed from a text that happens to be a path', async () => {
    const path = join(folder, 'secret.txt');
    await writeFile(path, 'secret');
    runs([{ value: path, nodeId: 'Text' }]);
    await new (connect().Pipeline)({ id: 'p1', name: 'p' }).runAsync({ Text: path });
  });
});
