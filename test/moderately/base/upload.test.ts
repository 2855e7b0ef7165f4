import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import nock from 'nock';
import { ConflictError, FileUploadError, ValidationError } from '../../../src/index.js';
import { File, type Moderately } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { withFolder } from '../../support/folder.js';
import { connect, json, onTheWire, origin, page, teamId } from '../support/connect.js';

const store = 'https://store.test';
const content = Buffer.from('a,b\n1,x\n');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Prepares the three answers of an upload; `sent` is filled with what was asked. */
function threeSteps(bytes = content, more: object = {}): { sent: Record<string, unknown>[]; order: string[] } {
  const sent: Record<string, unknown>[] = [];
  const order: string[] = [];
  nock(origin)
    .post('/files/upload-url', (body) => sent.push(body) > 0)
    .reply(201, () => {
      order.push('upload-url');
      return { file: json.file({ uploadStatus: 'pending', ...more }), uploadUrl: `${store}/f1?sig=s`, expiresAt: null };
    });
  nock(store)
    .put('/f1', (body) => Buffer.from(body, 'utf8').equals(bytes))
    .query({ sig: 's' })
    .reply(200, () => {
      order.push('put');
      return '';
    });
  nock(origin)
    .post('/files/f1/complete', { fileSize: bytes.length, fileHash: sha256(bytes) })
    .reply(200, () => {
      order.push('complete');
      return json.file(more);
    });
  return { sent, order };
}

/** Prepares the first two answers of an upload: the address, and that the store has the bytes. */
function uploadsBytes(): void {
  nock(origin)
    .post('/files/upload-url')
    .reply(201, { file: json.file(), uploadUrl: `${store}/f1`, expiresAt: null });
  nock(store).put('/f1').reply(200);
}

describe('uploading a file', () => {
  onTheWire();
  let mai: Moderately;
  const inFolder = withFolder();
  beforeEach(() => {
    mai = connect();
  });

  it('asks for an address, sends the bytes there, and says that they are complete', async () => {
    const { sent, order } = threeSteps();
    const path = inFolder('a.csv');
    await writeFile(path, content);
    const file = await mai.File.upload(path);
    expect(order).to.deep.equal(['upload-url', 'put', 'complete']);
    const facts = { fileName: 'a.csv', fileSize: 8, fileHash: sha256(content), mimeType: 'text/csv', teamId };
    expect(sent).to.deep.equal([facts]);
    expect(file).to.be.instanceOf(File);
    expect(file).to.include({ id: 'f1', isReady: true, isNew: false, isModified: false });
  });

  it('is the same as saving a new file', async () => {
    const { sent } = threeSteps();
    const file = await new mai.File({ content, fileName: 'a.csv', metadata: { from: 'me' } }).save();
    expect(sent[0]).to.deep.include({ fileName: 'a.csv', metadata: { from: 'me' } });
    expect(file.content).to.equal(null);
  });

  it('sends metadata only when there is some', async () => {
    const { sent } = threeSteps();
    await mai.File.upload(content, { name: 'a.csv', metadata: {} });
    expect(sent[0]).to.not.have.property('metadata');
  });

  it('sends the bytes with their type and length, and without the key', async () => {
    nock(origin)
      .post('/files/upload-url')
      .reply(201, { file: json.file(), uploadUrl: `${store}/f1`, expiresAt: null });
    nock(store, {
      reqheaders: { 'content-type': 'text/csv', 'content-length': '8' },
      badheaders: ['authorization', 'x-mine'],
    })
      .put('/f1')
      .reply(200);
    nock(origin).post('/files/f1/complete').reply(200, json.file());
    await connect({ headers: { 'X-Mine': '1' } }).File.upload(content, { name: 'a.csv' });
  });

  for (const [given, expected] of [
    ['Q1', 'Q1.pdf'],
    ['Q1.pdf', 'Q1.pdf'],
    [undefined, 'report.pdf'],
  ] as const) {
    it(`calls report.pdf ${expected} when the name is ${given ?? 'left out'}`, async () => {
      const { sent } = threeSteps();
      const path = inFolder('report.pdf');
      await writeFile(path, content);
      await mai.File.upload(path, { name: given });
      expect(sent[0]).to.include({ fileName: expected, mimeType: 'application/pdf' });
    });
  }

  it('calls bytes without a name uploaded_file, of no known type, and goes by a name there is', async () => {
    expect([threeSteps().sent, await mai.File.upload(content)][0]).to.deep.include.members([
      { fileName: 'uploaded_file', mimeType: 'application/octet-stream', fileSize: 8, fileHash: sha256(content), teamId },
    ]);
    const { sent } = threeSteps();
    await mai.File.upload(content, { name: 'a.csv' });
    expect(sent[0]).to.include({ mimeType: 'text/csv' });
  });

  it('takes the type it is told', async () => {
    const { sent } = threeSteps();
    await mai.File.upload(content, { name: 'a.csv', mimeType: 'text/plain' });
    expect(sent[0]).to.include({ mimeType: 'text/plain' });
  });

  it('takes paths, file URLs, bytes of all kinds, blobs and streams, alone or with a name', async () => {
    const path = inFolder('a.csv');
    await writeFile(path, content);
    const inputs = [
      new URL(`file://${path}`),
      new Uint8Array(content),
      new Uint8Array(content).buffer,
      new Blob([content], { type: 'text/csv' }),
      Readable.from([content]),
      new Blob([content]).stream(),
      { path, name: 'x' },
      { data: content, name: 'x.csv' },
      { stream: Readable.from([content]), name: 'x.csv', size: 8 },
    ];
    for (const input of inputs) {
      const { sent } = threeSteps();
      await mai.File.upload(input);
      expect(sent[0]).to.include({ fileSize: 8, fileHash: sha256(content) });
    }
  });

  it('accepts a file of no bytes', async () => {
    const empty = Buffer.alloc(0);
    const { sent } = threeSteps(empty, { fileSize: 0 });
    expect((await mai.File.upload(empty, { name: 'e.txt' })).fileSize).to.equal(0);
    expect(sent[0]).to.include({ fileSize: 0 });
  });

  it('refuses a path where nothing is, naming it, without a request', async () => {
    const error = await failure(mai.File.upload(inFolder('missing.csv')));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain('missing.csv');
  });

  it('refuses what cannot be uploaded, with a list of what can', async () => {
    for (const input of [42, {}, null]) {
      expect((await failure(mai.File.upload(input as unknown as string))).message).to.match(/path|give it content/i);
    }
  });

  it('refuses a name that is too long, without a request', async () => {
    const error = await failure<ValidationError>(mai.File.upload(content, { name: 'x'.repeat(1001) }));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.details[0]?.field).to.equal('fileName');
  });

  it('tells of its progress in bytes', async () => {
    threeSteps();
    const loaded: number[] = [];
    await mai.File.upload(content, { name: 'a.csv', onProgress: (progress) => loaded.push(progress.loaded) });
    expect(loaded).to.deep.equal([0, 8]);
  });

  it('fails with the step and the status when the store refuses the bytes, and leaves nothing behind', async () => {
    nock(origin)
      .post('/files/upload-url')
      .reply(201, { file: json.file(), uploadUrl: `${store}/f1?sig=s`, expiresAt: null });
    nock(store).put('/f1').query(true).reply(403, '<Error><Message>Access Denied</Message></Error>');
    nock(origin).delete('/files/f1').reply(204);
    const file = new mai.File({ content, fileName: 'a.csv' });
    const error = await failure<FileUploadError>(file.save());
    expect(error).to.be.instanceOf(FileUploadError);
    expect(error).to.include({ step: 'put', status: 403 });
    expect([file.isNew, file.content]).to.deep.equal([true, content]);
  });

  for (const [status, body] of [
    [403, '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>'],
    [400, '<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>'],
    [403, '<Error><Message>Signature expired</Message></Error>'],
    [401, { error: 'The URL has expired' }],
    [
      403,
      '<Error><Code>AuthenticationFailed</Code><AuthenticationErrorDetail>Signature not valid in the specified time frame: Start [a] - Expiry [b]</AuthenticationErrorDetail></Error>',
    ],
  ] as const) {
    it(`asks for another address when the first is refused with ${status} ${JSON.stringify(body)}, and removes the record of the first`, async () => {
      const gone: string[] = [];
      nock(origin)
        .post('/files/upload-url')
        .matchHeader('idempotency-key', 'k')
        .reply(201, { file: json.file({ fileId: 'f0' }), uploadUrl: `${store}/f0?sig=o`, expiresAt: null });
      nock(store).put('/f0').query(true).reply(status, body);
      nock(origin)
        .delete('/files/f0')
        .reply(204, () => void gone.push('f0'));
      const { sent, order } = threeSteps();
      const stream = Readable.from([content]);
      const file = await new mai.File({ content: stream, fileName: 'a.csv' }).save({}, { idempotencyKey: 'k' });
      expect([file.id, sent.length, gone]).to.deep.equal(['f1', 1, ['f0']]);
      expect(order).to.deep.equal(['upload-url', 'put', 'complete']);
    });
  }

  it('asks for another address once only, and removes both records when that has expired, too', async () => {
    const gone: string[] = [];
    for (const id of ['f0', 'f1']) {
      nock(origin)
        .post('/files/upload-url')
        .reply(201, { file: json.file({ fileId: id }), uploadUrl: `${store}/${id}?sig=o`, expiresAt: null });
      nock(store).put(`/${id}`).query(true).reply(403, '<Error><Message>Request has expired</Message></Error>');
      nock(origin)
        .delete(`/files/${id}`)
        .reply(204, () => void gone.push(id));
    }
    const error = await failure<FileUploadError>(mai.File.upload(content, { name: 'a.csv' }));
    expect(error).to.include({ step: 'put', status: 403 });
    expect(gone).to.deep.equal(['f0', 'f1']);
  });

  it('fails with the step when another address cannot be had, and removes the record of the first', async () => {
    nock(origin)
      .post('/files/upload-url')
      .reply(201, { file: json.file(), uploadUrl: `${store}/f1?sig=o`, expiresAt: null });
    nock(store).put('/f1').query(true).reply(403, '<Error><Message>Request has expired</Message></Error>');
    nock(origin)
      .post('/files/upload-url')
      .reply(400, { error: { message: 'No more.' } });
    nock(origin).delete('/files/f1').reply(204);
    const error = await failure<FileUploadError>(mai.File.upload(content, { name: 'a.csv' }));
    expect(error).to.include({ step: 'request-url', status: 400 });
  });

  it('fails with the step when the platform does not give an address', async () => {
    nock(origin)
      .post('/files/upload-url')
      .reply(400, { error: { message: 'Too large.' } });
    const error = await failure<FileUploadError>(mai.File.upload(content));
    expect(error).to.include({ step: 'request-url', status: 400 });
    expect(error.message).to.contain('Too large.');
  });

  it('sends the same bytes again when the store is busy', async () => {
    nock(store).put('/f1').query({ sig: 's' }).reply(503);
    threeSteps();
    await connect({ maxRetries: 1, retry: { baseDelay: 0.001 } }).File.upload(content, { name: 'a.csv' });
  });

  it('succeeds when an earlier try had already completed it', async () => {
    uploadsBytes();
    nock(origin)
      .post('/files/f1/complete')
      .reply(409, { error: { message: 'Already completed.' } });
    nock(origin)
      .get('/files/f1')
      .reply(200, json.file({ fileHash: `sha256:${sha256(content)}` }));
    expect((await mai.File.upload(content)).isReady).to.equal(true);
  });

  it('fails when what was completed is something else', async () => {
    uploadsBytes();
    nock(origin)
      .post('/files/f1/complete')
      .reply(409, { error: { message: 'Already failed.' } });
    nock(origin)
      .get('/files/f1')
      .reply(200, json.file({ uploadStatus: 'failed' }));
    nock(origin).delete('/files/f1').reply(204);
    const error = await failure<FileUploadError>(mai.File.upload(content));
    expect(error).to.include({ step: 'complete', status: 409 });
    expect(error.cause).to.be.instanceOf(ConflictError);
  });

  it('fails when the platform answers that the file has failed, and leaves nothing behind', async () => {
    threeSteps(content, { uploadStatus: 'failed' });
    nock(origin).delete('/files/f1').reply(204);
    const file = new mai.File({ content, fileName: 'a.csv' });
    const error = await failure<FileUploadError>(file.save());
    expect(error).to.be.instanceOf(FileUploadError);
    expect(error).to.include({ step: 'complete', outcome: undefined });
    expect(error.message).to.contain('upload of a.csv').and.contain('failed');
    expect(file.isNew).to.equal(true);
  });

  it('fails when the platform gives no address, and leaves nothing behind', async () => {
    nock(origin)
      .post('/files/upload-url')
      .reply(201, { file: json.file({ uploadStatus: 'pending' }), expiresAt: null });
    nock(origin).delete('/files/f1').reply(204);
    const error = await failure<FileUploadError>(mai.File.upload(content));
    expect(error).to.include({ step: 'request-url' });
    expect(error.message).to.contain('uploadUrl');
  });

  it('takes the same content that is there already, when it is told to', async () => {
    nock(origin)
      .get('/files')
      .query({ teamIds: teamId, page: 1, pageSize: 1, fileHashes: sha256(content), uploadStatus: 'completed' })
      .reply(200, page([json.file({ fileId: 'old', fileName: 'old.csv' })]));
    const file = await mai.File.upload(content, { name: 'new.csv', dedupe: true });
    expect(file).to.include({ id: 'old', fileName: 'old.csv', isModified: false });
  });

  it('uploads what is not there yet, when it is told to poll', async () => {
    nock(origin).get('/files').query(true).reply(200, page([]));
    threeSteps();
    expect((await mai.File.upload(content, { name: 'a.csv', dedupe: true })).id).to.equal('f1');
  });

  it('asks for the file itself where the platform completes it without a word', async () => {
    nock(origin)
      .post('/files/upload-url')
      .reply(201, { file: json.file({ uploadStatus: 'pending' }), uploadUrl: `${store}/f1`, expiresAt: null });
    nock(store).put('/f1').reply(200);
    nock(origin).post('/files/f1/complete').reply(200);
    nock(origin).get('/files/f1').reply(200, json.file());
    expect(await mai.File.upload(content)).to.include({ id: 'f1', isReady: true });
  });

  it('refuses new content for a file that is uploaded already, without a request', async () => {
    const file = mai.File.fromDict(json.file());
    for (const save of [() => file.save({ content }), () => Object.assign(file, { content }).save()]) {
      const error = await failure(save());
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('content').and.to.contain('upload');
    }
  });

  it('checks the name and the type that the input itself says', async () => {
    for (const input of [
      { data: content, name: 'n'.repeat(1001) },
      { data: content, name: '' },
      { data: content, mimeType: '' },
    ]) {
      const error = await failure<ValidationError>(mai.File.upload(input));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.details[0]?.field).to.be.oneOf(['fileName', 'mimeType']);
    }
    const path = inFolder('long.pdf');
    await writeFile(path, content);
    expect(await failure(mai.File.upload(path, { name: 'n'.repeat(998) }))).to.be.instanceOf(ValidationError);
  });

  it('runs hooks and tells listeners, as any save does', async () => {
    threeSteps();
    const told: string[] = [];
    const file = new mai.File({ content, fileName: 'a.csv' });
    mai.before('save', ({ resource }) => void told.push(`before ${(resource as File).fileName}`));
    file.on('save', ({ sent }) => told.push(`saved ${sent}`));
    file.on('request', ({ method }) => told.push(method));
    await file.save();
    expect(told).to.deep.equal(['before a.csv', 'POST', 'PUT', 'POST', 'saved true']);
  });
});
