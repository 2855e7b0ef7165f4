import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalPlatform, type LocalPlatformOptions } from '../../../src/local/index.js';
import { createDatabase } from './postgres.js';
import { bucketAt } from './s3.js';

/**
 * Lets every platform that a test starts use the services that are there, unless the test says otherwise. Mocha loads it with `--require`.
 * POSTGRES_URL is that of the server of PostgreSQL, in which platforms have one database each: those with the same `dataDir` have the same
 * one, so that a restart finds its data. S3_ENDPOINT is that of the storage, in which all use one bucket.
 */
const { POSTGRES_URL: adminUrl, S3_ENDPOINT: endpoint } = process.env;
const files = mkdtempSync(join(tmpdir(), 'remote-record-files-'));
const databases = new Map<string, Promise<string>>();
let count = 0;

function databaseOf(url: string, dataDir: string): Promise<string> {
  const known =
    databases.get(dataDir) ?? createDatabase(url, `t${process.pid}_${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`);
  databases.set(dataDir, known);
  return known;
}

const start = LocalPlatform.start.bind(LocalPlatform);

LocalPlatform.start = async (options: LocalPlatformOptions = {}) => {
  const services: LocalPlatformOptions = {};
  if (adminUrl !== undefined && options.databaseUrl === undefined) {
    services.dataDir = options.dataDir ?? join(files, String(count++));
    services.databaseUrl = await databaseOf(adminUrl, services.dataDir);
  }
  if (endpoint !== undefined && options.s3 === undefined) services.s3 = bucketAt(endpoint);
  return await start({ ...options, ...services });
};

/** Mocha calls it when all tests have run. */
export const mochaHooks = {
  afterAll(): void {
    rmSync(files, { recursive: true, force: true });
  },
};
