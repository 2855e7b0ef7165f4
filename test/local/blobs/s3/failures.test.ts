import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { LocalPlatform, type S3Options } from '../../../../src/local/index.js';
import { openSqlite } from '../../../../src/local/store/sqlite/database.js';
import { execute, insertion, rowOf, rowsOf } from '../../../../src/local/store/statements.js';
import { ConfigurationError } from '../../../../src/model/errors/index.js';
import { failure } from '../../../support/failure.js';
import { useFolder } from '../../../support/folder.js';
import { useS3 } from '../../../support/s3-server.js';
import { deadPort } from '../../../support/server.js';
import { Client, sha256, throughBlock } from '../../support/platform.js';

describe('Storage that fails', () => {
  const s3 = useS3();
  const folder = useFolder();

  const starting = async (s3Options: S3Options) => await failure(LocalPlatform.start({ port: false, s3: s3Options }));
  /** Everything that a log of an error would show. */
  const shown = (value: unknown): string => inspect(value, { depth: 20, showHidden: true });

  it('keeps the platform from starting, which says what to do', async () => {
    const port = await deadPort();
    for (const [options, ...parts] of [
      [{ endpoint: `http://127.0.0.1:${port}` }, `http://127.0.0.1:${port}`, "'files'", 'cannot be reached', 'ECONNREFUSED'],
      [{ bucket: 'others' }, "no bucket 'others'", s3.endpoint, 'aws s3api create-bucket --bucket others --endpoint-url'],
      [{ secretAccessKey: 'wrong-secret' }, 'denies access', "'files'", '403', 'Check accessKeyId'],
    ] as [Partial<S3Options>, ...string[]][]) {
      const error = await starting({ ...s3.options, ...options });
      expect(error).to.be.instanceOf(ConfigurationError);
      for (const part of parts) expect(error.message).to.contain(part);
      expect(shown(error)).not.to.match(/secret-?access|wJalr|wrong-secret|AKIDEXAMPLE|Signature=/);
    }
    s3.fault = () => ({ status: 301, code: 'PermanentRedirect' });
    expect((await starting(s3.options)).message).to.contain('Check region, endpoint and forcePathStyle');
  });

  it('is a 503 for what needs it, without keys and signatures, and the platform goes on', async () => {
    const platform = await LocalPlatform.start({ port: false, s3: s3.options });
    try {
      const client = new Client(platform);
      const sums = { fileSize: 5, fileHash: sha256('hello') };
      const request = { fileName: 'a.txt', mimeType: 'text/plain', teamId: platform.teamId, ...sums };
      const { body } = await client.post('/files/upload-url', request);
      await client.upload(body.uploadUrl, 'hello', 'text/plain');
      const complete = () => client.post(`/files/${body.file.fileId}/complete`, sums);
      const secrets = `${s3.secretAccessKey} ${s3.accessKeyId} X-Amz-Signature=abc`;
      for (const [status, retryAfter] of [
        [403, null],
        [500, '1'],
        [503, '1'],
      ] as const) {
        s3.fault = () => ({ status, code: 'Scripted', text: secrets });
        const { status: got, text, headers } = await complete();
        expect([got, headers.get('retry-after')], text).to.deep.equal([503, retryAfter]);
        expect(text)
          .to.contain(`s3://files at ${s3.endpoint}`)
          .and.to.contain(String(status))
          .and.not.to.match(/wJalr|AKID|Signature/);
      }
      s3.fault = ({ method }) => (method === 'GET' ? { breakAfter: 0 } : undefined);
      expect((await complete()).status).to.equal(503);
      expect((await client.get('/files')).status).to.equal(200);
      expect((await client.get(`/files/${body.file.fileId}`)).body.uploadStatus).to.equal('pending');
      // One refusal for a moment is not seen.
      let times = 0;
      s3.fault = () => (times++ === 0 ? { status: 503, code: 'SlowDown' } : undefined);
      expect((await complete()).body.uploadStatus).to.equal('completed');
    } finally {
      await platform.close();
    }
  });

  it('is the end of a run that stores its output, and leaves nothing of it', async () => {
    const platform = await LocalPlatform.start({ port: false, s3: s3.options });
    try {
      const client = new Client(platform);
      platform.block('identity', () => 'x'.repeat(2 ** 21));
      const { versionId } = await client.pipeline('p', throughBlock('identity'));
      s3.fault = ({ method }) => (method === 'PUT' ? { status: 403, code: 'AccessDenied' } : undefined);
      const failed = await client.finished(await client.execute(versionId, { given: '' }));
      expect([failed.status, failed.progressData.error]).to.deep.equal([
        'failed',
        `The file storage s3://files at ${s3.endpoint} does not do its part: it responds with 403 (AccessDenied).`,
      ]);
      s3.fault = () => undefined;
      const done = await client.finished(await client.execute(versionId, { given: '' }));
      const { downloadUrl } = (await client.get(`/pipeline-executions/${done.pipelineExecutionId}/output`)).body;
      expect((await fetch(downloadUrl)).headers.get('content-type')).to.equal('application/gzip');
      expect(s3.keys).to.have.length(1);
    } finally {
      await platform.close();
    }
  });

  it('does not keep records from being deleted: their bytes are deleted when it is there again', async () => {
    const start = () => LocalPlatform.start({ port: false, s3: s3.options, dataDir: folder.path });
    const first = await start();
    const client = new Client(first);
    const { fileId } = await client.uploadFile('a.txt', 'hello');
    s3.fault = ({ method }) => (method === 'DELETE' ? { status: 403 } : undefined);
    expect((await client.delete(`/files/${fileId}`)).status).to.equal(204);
    expect((await client.get(`/files/${fileId}`)).status).to.equal(404);
    expect(s3.keys).to.have.length(1);
    await first.close();
    s3.fault = () => undefined;
    // What is done at the start is done when the platform is closed.
    await (await start()).close();
    expect(s3.keys).to.deep.equal([]);
  });

  it('keeps no file for long that belongs to no record because a process ended', async () => {
    const start = () => LocalPlatform.start({ port: false, s3: s3.options, dataDir: folder.path });
    const first = await start();
    const { fileId } = await new Client(first).uploadFile('a.txt', 'hello');
    await first.close();
    const [kept = ''] = s3.keys;
    const prefix = `remote-record/${first.teamId}/`;
    const store = await openSqlite(join(folder.path, 'platform.db'));
    const stagings = () => rowsOf<{ location: string }>(store, 'select location from stagings', []);
    expect(await stagings(), 'that of the file').to.deep.equal([]);
    const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
    for (const [name, key, hours] of [
      [kept, `files/${fileId}`, 25],
      ['objects/left', 'outputs/left', 25],
      ['objects/beginning', 'outputs/beginning', 23],
    ] as const) {
      if (name !== kept) s3.put(prefix + name, 'x');
      const object = name === kept ? await rowOf<{ key: string }>(store, 'select "key" from objects', []) : undefined;
      await execute(store, insertion('stagings', { location: prefix + name, key: object?.key ?? key, createdAt: hoursAgo(hours) }));
    }
    await store.destroy();
    await (await start()).close();
    expect(s3.keys).to.deep.equal([kept, 'objects/beginning'].sort());
  });
});
