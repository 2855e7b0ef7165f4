import { truncate, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import nock from 'nock';
import { s3Url } from '../../../src/aixplain/files/upload.js';
import { sizeLimits, upload } from '../../../src/aixplain/index.js';
import { FileUploadError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withFolder } from '../../support/folder.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, connect } from '../support/platform.js';

const storage = 'https://my-bucket.s3.us-east-1.amazonaws.com';
const key = 'uploads/1.csv';
const signed = `${storage}/${key}?X-Amz-Signature=top-secret`;

function grants(form: Record<string, string>, answer: object = { key, uploadUrl: signed, downloadUrl: `${storage}/get` }): void {
  nock(backend, {
    reqheaders: { authorization: 'token team-key-of-the-tests', 'content-type': /^application\/x-www-form-urlencoded/ },
    badheaders: ['x-api-key'],
  })
    .post('/sdk/file/upload/temp-url', form)
    .reply(200, { ...answer });
}

function takes(content: string | RegExp, type: string, status = 200): void {
  nock(storage, { reqheaders: { 'content-type': type }, badheaders: ['x-api-key', 'x-aixplain-key', 'authorization'] })
    .put(`/${key}`, content)
    .query({ 'X-Amz-Signature': 'top-secret' })
    .reply(status);
}

describe('uploading a file', () => {
  withoutNetwork();
  const inFolder = withFolder();

  async function file(name: string, content = 'a,b\n1,2\n', size?: number): Promise<string> {
    const path = inFolder(name);
    await writeFile(path, content);
    if (size !== undefined) await truncate(path, size);
    return path;
  }

  it('asks for an address with a form, sends the bytes there without the key, and tells both addresses', async () => {
    grants({ contentType: 'text/csv', originalName: 'rows.csv' });
    takes('a,b\n1,2\n', 'text/csv');
    const progress: number[] = [];
    const done = await upload(connect(), await file('rows.csv'), { onProgress: ({ loaded }) => progress.push(loaded) });
    expect(done).to.deep.equal({ key, s3Url: 's3://my-bucket/uploads/1.csv', downloadUrl: `${storage}/get` });
    expect(progress.at(-1)).to.equal(8);
  });

  it('is accepted with any success', async () => {
    for (const status of [201, 204]) {
      grants({ contentType: 'text/csv', originalName: 'rows.csv' });
      takes(/.*/, 'text/csv', status);
      await upload(connect(), await file('rows.csv'));
    }
  });

  it('names the type as the platform does, whatever the case of the extension', async () => {
    const types = {
      'a.json': 'application/json',
      'a.txt': 'text/plain',
      'a.pdf': 'application/pdf',
      'a.wav': 'audio/wav',
      'a.MP3': 'audio/mpeg',
      'a.flac': 'audio/flac',
      'a.JPEG': 'image/jpeg',
      'a.gif': 'image/gif',
      'a.Sqlite3': 'application/x-sqlite3',
      'a.html': 'text/html',
      'a.zip': 'application/zip',
      'a.unknown': 'application/octet-stream',
    };
    for (const [name, type] of Object.entries(types)) {
      grants({ contentType: type, originalName: name });
      takes(/.*/, type);
      await upload(connect(), await file(name));
    }
  });

  it('says tags and licence of a file that stays, and only the last part of its path', async () => {
    nock(backend)
      .post('/sdk/file/upload-url', { contentType: 'text/csv', originalName: 'stays.csv', tags: 'a,b', license: 'CC0' })
      .reply(200, { key, uploadUrl: signed });
    takes(/.*/, 'text/csv');
    const done = await upload(connect(), await file('stays.csv'), { isTemp: false, tags: ['a', 'b'], license: 'CC0' });
    expect(done.downloadUrl).to.equal(null);
  });

  it('refuses files that are larger than their kind may be, before any request', async () => {
    const kinds: [string, number][] = [
      ['a.mp3', sizeLimits.audio],
      ['a.pdf', sizeLimits.application],
      ['a.mp4', sizeLimits.video],
      ['a.png', sizeLimits.image],
      ['a.DB', sizeLimits.database],
      ['a.csv', sizeLimits.other],
    ];
    expect(kinds.map(([, limit]) => limit / 1024 / 1024)).to.deep.equal([50, 25, 300, 25, 300, 50]);
    for (const [name, limit] of kinds.filter(([, size]) => size < sizeLimits.video)) {
      const error = await failure(upload(connect(), await file(name, '', limit + 1)));
      expect(error).to.be.instanceOf(FileUploadError);
      expect([error.step, error.message.includes(`${limit / 1024 / 1024} MiB`)]).to.deep.equal(['read', true]);
    }
  });

  it('refuses an empty file, a folder and a file that is not there', async () => {
    expect((await failure(upload(connect(), await file('empty.csv', '')))).message).to.contain('is empty');
    expect((await failure(upload(connect(), inFolder()))).message).to.contain('directory');
    expect(await failure(upload(connect(), inFolder('none.csv')))).to.be.instanceOf(ValidationError);
  });

  it('tells which step failed, without the signature', async () => {
    nock(backend).post('/sdk/file/upload/temp-url').reply(402, { message: 'no credits' });
    const refused = await failure(upload(connect(), await file('rows.csv')));
    expect([refused.name, refused.step, refused.status]).to.deep.equal(['FileUploadError', 'request-url', 402]);
    expect(refused.message).to.contain('no credits');
    grants({ contentType: 'text/csv', originalName: 'rows.csv' });
    takes(/.*/, 'text/csv', 500);
    const broken = await failure(upload(connect(), await file('rows.csv')));
    expect([broken.step, broken.status, `${broken.message}${broken.stack}`.includes('top-secret')]).to.deep.equal(['put', 500, false]);
  });

  it('says so when the response names no address', async () => {
    grants({ contentType: 'text/csv', originalName: 'rows.csv' }, { key });
    const error = await failure(upload(connect(), await file('rows.csv')));
    expect([error.step, error.message.includes('"uploadUrl"')]).to.deep.equal(['request-url', true]);
  });

  it('refuses an unencrypted address where the connection is encrypted', async () => {
    grants({ contentType: 'text/csv', originalName: 'rows.csv' }, { key, uploadUrl: 'http://evil.test/put' });
    expect((await failure(upload(connect(), await file('rows.csv')))).message).to.contain('https');
  });

  it('asks once for a fresh address when the first has expired', async () => {
    grants({ contentType: 'text/csv', originalName: 'rows.csv' });
    takes(/.*/, 'text/csv', 403);
    grants({ contentType: 'text/csv', originalName: 'rows.csv' }, { key: '/second.csv', uploadUrl: `${storage}/second.csv` });
    nock(storage).put('/second.csv', 'a,b\n1,2\n').reply(200);
    expect((await upload(connect(), await file('rows.csv'))).s3Url).to.equal('s3://my-bucket/second.csv');
  });

  it('names the bucket of every kind of presigned address', () => {
    const addresses = [
      'https://my-bucket.s3.amazonaws.com/uploads/test.csv?X=1',
      'https://my-bucket.s3.eu-west-2.amazonaws.com/uploads/test.csv',
      'https://my-bucket.s3-eu-west-2.amazonaws.com/uploads/test.csv',
      'https://s3.eu-west-2.amazonaws.com/my-bucket/uploads/test.csv',
      'https://s3.amazonaws.com/my-bucket/uploads/test.csv',
    ];
    for (const address of addresses) expect(s3Url(address, 'uploads/test.csv')).to.equal('s3://my-bucket/uploads/test.csv');
    expect(s3Url('https://my.dotted.bucket.s3.amazonaws.com/k', 'k')).to.equal('s3://my.dotted.bucket/k');
    expect(s3Url('http://127.0.0.1:9/storage/b/k', 'k')).to.equal('s3://aixplain-uploads/k');
  });
});
