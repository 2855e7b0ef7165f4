import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { expect } from 'chai';
import { type BlobStore, UploadChanged } from '../../../../src/local/blobs/blob-store.js';
import { StorageError } from '../../../../src/local/blobs/s3/errors.js';
import { openS3 } from '../../../../src/local/blobs/s3/store.js';
import { failure } from '../../../support/failure.js';
import { useS3 } from '../../../support/s3-server.js';

const mebibyte = 2 ** 20;
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const object = { key: 'outputs/a.json', contentType: 'application/json' };

async function* source(...chunks: (Buffer | string)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk as string);
}

async function* breaking(...chunks: Buffer[]): AsyncGenerator<Uint8Array> {
  yield* source(...chunks);
  throw new Error('The source broke.');
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('The store of files in S3', () => {
  const s3 = useS3();
  let store: BlobStore;
  /** What was staged, with what was in the bucket then. */
  const stagings: [location: string, found: boolean][] = [];
  const onStage = async ({ location }: { location: string }): Promise<void> => {
    stagings.push([location, s3.objects.has(location)]);
  };
  beforeEach(async () => {
    store = await openS3(s3.options, { id: 'me', isTemporary: false, onStage });
    s3.requests.length = 0;
    stagings.length = 0;
  });
  afterEach(() => store.close());

  const sent = () => s3.requests.map(({ method, query }) => `${method}${[...query.keys()].filter((name) => name !== 'x-id').join(' ')}`);

  it('puts few bytes at once, under a key that nothing else has', async () => {
    const [one, two] = [await store.stage(object, source('he', 'llo')), await store.stage(object, source('other'))];
    expect([one.size, one.sha256]).to.deep.equal([5, sha256('hello')]);
    const location = await one.keep();
    expect(location).to.match(/^remote-record\/me\/objects\/[0-9a-f-]{36}\/outputs\/a\.json$/);
    expect(await two.keep()).not.to.equal(location);
    expect(sent()).to.deep.equal(['PUT', 'PUT']);
    expect(stagings, 'told of before').to.deep.equal([location, await two.keep()].map((each) => [each, false]));
    expect(s3.objects.get(location)?.contentType).to.equal('application/json');
    expect(String(await bytesOf(await store.read({ location, size: 5 })))).to.equal('hello');
    expect(String(await bytesOf(await store.read({ location, size: 5 }, { start: 1, end: 3 })))).to.equal('ell');
    await store.delete(location);
    await store.delete(location);
    expect(s3.objects.has(location)).to.equal(false);
  });

  it('keeps nothing, and asks for nothing, where there are no bytes', async () => {
    const staged = await store.stage(object, source());
    expect([staged.size, staged.sha256]).to.deep.equal([0, sha256('')]);
    s3.requests.length = 0;
    expect((await bytesOf(await store.read({ location: await staged.keep(), size: 0 }))).length).to.equal(0);
    expect(s3.requests).to.deep.equal([]);
  });

  it('puts many bytes in parts, whatever chunks they come in', async () => {
    const bytes = Buffer.alloc(17 * mebibyte, 'abcdefg');
    const staged = await store.stage(object, source(bytes.subarray(0, 3), bytes.subarray(3, 16 * mebibyte), bytes.subarray(16 * mebibyte)));
    expect([staged.size, staged.sha256]).to.deep.equal([bytes.length, sha256(bytes)]);
    expect(sent()).to.deep.equal(['POSTuploads', ...Array(3).fill('PUTpartNumber uploadId'), 'POSTuploadId']);
    const location = await staged.keep();
    expect(s3.objects.get(location)?.contentType).to.equal('application/json');
    expect((await bytesOf(await store.read({ location, size: bytes.length }))).equals(bytes)).to.equal(true);
    await staged.discard();
    expect(s3.objects.size).to.equal(0);
  });

  it('leaves nothing behind when the source, a part or the end of an upload fails', async () => {
    const part = Buffer.alloc(9 * mebibyte);
    expect((await failure(store.stage(object, breaking(part)))).message).to.equal('The source broke.');
    expect((await failure(store.stage(object, breaking(Buffer.from('few'))))).message).to.equal('The source broke.');
    for (const failing of ['partNumber', 'uploadId']) {
      s3.fault = ({ method, query }) => (method !== 'DELETE' && query.has(failing) ? { status: 403 } : undefined);
      expect(await failure(store.stage(object, source(part)))).to.be.instanceOf(StorageError);
    }
    s3.fault = ({ method }) => (method === 'PUT' ? { status: 400 } : undefined);
    expect(await failure(store.stage(object, source('few')))).to.be.instanceOf(StorageError);
    expect([s3.objects.size, s3.uploads.size]).to.deep.equal([0, 0]);
  });

  it('asks for the rest of what a broken connection has not brought, and sends again what was refused for a moment', async () => {
    const bytes = Buffer.alloc(mebibyte, 'abcdefghijk');
    s3.put('remote-record/me/objects/x', bytes);
    let times = 0;
    s3.fault = () => [{ breakAfter: 300_000 }, { status: 503, code: 'SlowDown' }, { breakAfter: 0 }, { breakAfter: 400_000 }][times++];
    const read = await bytesOf(await store.read({ location: 'remote-record/me/objects/x', size: bytes.length }));
    expect(read.equals(bytes)).to.equal(true);
    expect(s3.requests[0]?.headers.range).to.equal(`bytes=0-${bytes.length - 1}`);
    expect(Number(/=(\d+)-/.exec(s3.requests.at(-1)?.headers.range ?? '')?.[1])).to.be.above(0);
  });

  it('gives up when nothing arrives any more, and says so without what the storage says', async () => {
    s3.put('remote-record/me/objects/x', 'hello');
    const read = async () => await failure(store.read({ location: 'remote-record/me/objects/x', size: 5 }).then(bytesOf));
    s3.fault = () => ({ status: 500, code: 'InternalError', text: `the key is ${s3.secretAccessKey}` });
    const error = await read();
    expect(error).to.be.instanceOf(StorageError);
    expect(error.message).to.equal(
      `The file storage s3://files at ${s3.endpoint} does not do its part: it responds with 500 (InternalError).`,
    );
    s3.fault = () => ({ breakAfter: 0 });
    expect((await read()).message).to.contain('the connection failed (ECONNRESET)');
    s3.fault = () => undefined;
    s3.objects.clear();
    expect((await read()).message).to.contain(`missing in s3://files at ${s3.endpoint}`);
  });

  it('lends files for as long as they are read, one for each object', async () => {
    s3.put('remote-record/me/objects/x', 'hello');
    const bytes = { location: 'remote-record/me/objects/x', size: 5 };
    const files = store.lend();
    const [path, same] = await Promise.all([files.path(bytes), files.path(bytes)]);
    expect(same).to.equal(path);
    expect(readFileSync(path, 'utf8')).to.equal('hello');
    expect(s3.requests).to.have.length(1);
    await files.release();
    expect(existsSync(path)).to.equal(false);
  });

  it('lends no more bytes than an object has, and leaves nothing of what it could not lend', async () => {
    s3.put('remote-record/me/objects/x', 'hello and more');
    const files = store.lend();
    s3.ignoresRanges = true;
    expect(readFileSync(await files.path({ location: 'remote-record/me/objects/x', size: 5 }), 'utf8')).to.equal('hello');
    await files.release();
    s3.ignoresRanges = false;
    const others = store.lend();
    const missing = { location: 'remote-record/me/objects/none', size: 5 };
    expect((await failure(others.path(missing))).message).to.contain('missing');
    expect(readdirSync(dirname(store.temporaryFile()))).to.deep.equal([]);
    s3.put('remote-record/me/objects/none', 'there!');
    expect(readFileSync(await others.path(missing), 'utf8')).to.equal('there');
    await others.release();
  });

  it('clears its own keys page by page, and no others', async () => {
    s3.pageSize = 20;
    for (let index = 0; index < 45; index++) s3.put(`remote-record/me/objects/${index}`, 'x');
    for (const other of ['remote-record/me2/objects/x', 'remote-record/you/objects/x', 'x']) s3.put(other, 'x');
    await store.clear();
    expect([...s3.objects.keys()].sort()).to.deep.equal(['remote-record/me2/objects/x', 'remote-record/you/objects/x', 'x']);
    const lists = s3.requests.filter(({ query }) => query.has('list-type'));
    expect(lists.map(({ query }) => query.get('max-keys'))).to.deep.equal(['1000', '1000', '1000']);
  });

  it('tidies what was put and not taken, and uploads that their process left, a day later', async () => {
    const old = new Date(s3.now() - 25 * 3_600_000);
    const young = new Date(s3.now() - 23 * 3_600_000);
    for (const [at, name] of [
      [old, 'old'],
      [young, 'young'],
    ] as const) {
      for (const folder of ['incoming', 'objects', 'shared']) s3.put(`remote-record/me/${folder}/${name}`, 'x', at);
      s3.uploads.set(name, { key: `remote-record/me/objects/${name}`, contentType: '', parts: new Map(), initiated: at });
    }
    s3.uploads.set('other', { key: 'remote-record/you/objects/x', contentType: '', parts: new Map(), initiated: old });
    await store.direct?.tidy();
    expect(s3.keys).to.deep.equal(['incoming/young', 'objects/old', 'objects/young', 'shared/old', 'shared/young']);
    expect([...s3.uploads.keys()]).to.deep.equal(['young', 'other']);
    // Some storage does not list them.
    s3.fault = ({ query }) => (query.has('uploads') ? { status: 501, code: 'NotImplemented' } : undefined);
    await store.direct?.tidy();
  });

  it('deletes what it has with a platform that ends with its process, also its temporary files', async () => {
    const temporary = await openS3(s3.options, { id: 'temporary', isTemporary: true, onStage });
    const file = temporary.temporaryFile();
    await temporary.stage(object, source('hello'));
    s3.put('remote-record/me/objects/x', 'x');
    expect(existsSync(dirname(file))).to.equal(true);
    await temporary.close();
    expect(existsSync(dirname(file))).to.equal(false);
    expect([...s3.objects.keys()]).to.deep.equal(['remote-record/me/objects/x']);
  });

  describe('takes what was put', () => {
    const from = 'remote-record/me/incoming/a.txt';
    const name = { key: 'a.txt', contentType: 'text/plain' };
    const received = async () => {
      const found = await store.direct?.received(from);
      if (!found) throw new Error('Nothing was received.');
      return found;
    };

    it('as it was when it was looked at', async () => {
      expect(await store.direct?.received(from)).to.equal(undefined);
      s3.put(from, 'hello');
      const found = await received();
      expect([found.size, found.contentType, await found.hash()]).to.deep.equal([5, 'text/plain', sha256('hello')]);
      const location = await (await found.stage(name)).keep();
      expect(stagings).to.deep.equal([[location, false]]);
      s3.put(from, 'other');
      expect(s3.objects.get(location)?.bytes.toString()).to.equal('hello');
    });

    it('and nothing else that is put while it is hashed or copied', async () => {
      s3.put(from, 'hello');
      const one = await received();
      s3.put(from, 'other');
      expect(await failure(one.hash())).to.be.instanceOf(UploadChanged);
      const two = await received();
      await two.hash();
      s3.put(from, 'third');
      expect(await failure(two.stage(name))).to.be.instanceOf(UploadChanged);
      expect(s3.keys).to.deep.equal(['incoming/a.txt']);
    });

    it('also where conditions are ignored, and where copies have ETags of their own', async () => {
      s3.put(from, 'hello');
      s3.copiedEtag = () => '"encrypted"';
      const location = await (await (await received()).stage(name)).keep();
      expect(s3.objects.get(location)?.bytes.toString()).to.equal('hello');
      s3.ignoresConditions = true;
      const found = await received();
      await found.hash();
      s3.put(from, 'other');
      expect(await failure(found.stage(name))).to.be.instanceOf(UploadChanged);
      expect(s3.keys).to.have.length(2);
    });
  });
});
