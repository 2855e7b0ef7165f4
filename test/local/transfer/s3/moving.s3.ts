import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LocalPlatform } from '../../../../src/local/index.js';
import { exportPlatform, importPlatform, type TransferOptions } from '../../../../src/local/transfer/index.js';
import { createDatabase } from '../../../support/services/postgres.js';
import { bucketAt } from '../../../support/services/s3.js';
import { Client } from '../../support/platform.js';

const s3 = bucketAt(process.env.S3_ENDPOINT ?? '');
const { POSTGRES_URL: adminUrl } = process.env;

describe('Moving a platform from and to S3', () => {
  let root: string;
  const options: TransferOptions = { signal: new AbortController().signal, onProgress: () => {} };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'remote-record-transfer-s3-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('takes all files along both ways', async () => {
    const database = async (name: string): Promise<{ databaseUrl?: string }> =>
      adminUrl === undefined ? {} : { databaseUrl: await createDatabase(adminUrl, `transfer_s3_${name}_${process.pid}`) };
    const inBucket = { dataDir: join(root, 'bucket'), s3, ...(await database('first')) };
    const platform = await LocalPlatform.start({ port: false, ...inBucket });
    const client = new Client(platform);
    const { fileId } = await client.uploadFile('a.txt', 'content');
    await client.uploadFile('large.txt', 'x'.repeat(300_000));
    await client.dataset('Rivers', 'name\nElbe\n', [{ name: 'name', type: 'string', nullable: true }]);
    const { apiKey } = platform;
    await platform.close();
    const exported = await exportPlatform(inBucket, join(root, 'export'), options);
    expect(exported.objects.count).to.equal(3);

    const inFolder = { dataDir: join(root, 'folder') };
    expect(await importPlatform(join(root, 'export'), inFolder, options)).to.deep.equal(exported);
    expect(await exportPlatform(inFolder, join(root, 'export of folder'), options)).to.deep.equal(exported);
    const back = { dataDir: join(root, 'back'), s3, ...(await database('back')) };
    expect(await importPlatform(join(root, 'export of folder'), back, options)).to.deep.equal(exported);

    const moved = await LocalPlatform.start({ port: false, ...back });
    try {
      expect(moved.apiKey).to.equal(apiKey);
      const { downloadUrl } = (await new Client(moved).get(`/files/${fileId}/download`)).body;
      expect(new URL(downloadUrl).origin).to.equal(new URL(s3.endpoint).origin);
      expect(await (await moved.fetch(downloadUrl)).text()).to.equal('content');
      expect(await exportPlatform(inBucket, join(root, 'export again'), options)).to.deep.equal(exported);
      // Both are in the same bucket, and each has files of its own.
      await moved.reset();
      await new Client(moved).uploadFile('after.txt', 'after');
    } finally {
      await moved.close();
    }
    expect((await exportPlatform(back, join(root, 'export of back'), options)).objects.count).to.equal(1);
    const original = await LocalPlatform.start({ port: false, ...inBucket });
    try {
      const { downloadUrl } = (await new Client(original).get(`/files/${fileId}/download`)).body;
      expect(await (await original.fetch(downloadUrl)).text()).to.equal('content');
    } finally {
      await original.close();
    }
  });
});
