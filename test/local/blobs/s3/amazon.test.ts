import { createHash } from 'node:crypto';
import { expect } from 'chai';
import nock from 'nock';
import type { BlobStore } from '../../../../src/local/blobs/blob-store.js';
import { openS3 } from '../../../../src/local/blobs/s3/store.js';

const bytes = 'hello';
const hex = createHash('sha256').update(bytes).digest('hex');
const base64 = createHash('sha256').update(bytes).digest('base64');

describe('The store of files in Amazon S3', () => {
  const host = 'https://files.s3.eu-central-1.amazonaws.com';
  const location = 'remote-record/me/incoming/a.txt';
  let store: BlobStore;
  beforeEach(async () => {
    nock(host).head('/').reply(200);
    const options = { bucket: 'files', region: 'eu-central-1', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    store = await openS3(options, { id: 'me', isTemporary: false, onStage: async () => {} });
  });
  afterEach(async () => {
    await store.close();
    nock.cleanAll();
  });

  const headers = (sha256: string, type: string) => ({
    'content-length': '5',
    etag: '"e"',
    'x-amz-checksum-sha256': sha256,
    'x-amz-checksum-type': type,
  });

  it('has the bucket in the host name, and the declared hash in the URL, which S3 checks', async () => {
    expect(store.direct?.origin).to.equal(host);
    const url = await store.direct?.uploadUrl({ location, contentType: 'text/plain', size: 5, sha256: hex });
    const query = new URL(url ?? '').searchParams;
    expect(query.get('x-amz-checksum-sha256')).to.equal(base64);
    expect(query.get('X-Amz-SignedHeaders')).to.equal('content-length;content-type;host');
    const undeclared = await store.direct?.uploadUrl({ location, contentType: 'text/csv' });
    expect(undeclared).not.to.match(/checksum/i);
    expect(new URL(undeclared ?? '').searchParams.get('X-Amz-SignedHeaders')).to.equal('content-type;host');
  });

  it('takes the hash that S3 has computed, without reading the upload', async () => {
    nock(host, { reqheaders: { 'x-amz-checksum-mode': 'ENABLED' } })
      .head(`/${location}`)
      .reply(200, undefined, headers(base64, 'FULL_OBJECT'));
    expect(await (await store.direct?.received(location))?.hash()).to.equal(hex);
  });

  it('reads an upload of which S3 has no hash of the whole', async () => {
    nock(host)
      .head(`/${location}`)
      .reply(200, undefined, headers(`${base64}-2`, 'COMPOSITE'));
    nock(host, { reqheaders: { 'if-match': '"e"', range: 'bytes=0-4' } })
      .get(`/${location}`)
      .query(true)
      .reply(206, bytes);
    expect(await (await store.direct?.received(location))?.hash()).to.equal(hex);
  });
});
