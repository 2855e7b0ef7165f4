import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalPlatform, type LocalPlatformOptions } from '../../../src/local/index.js';
import { createDatabase } from './postgres.js';

/**
 * Lets every platform that a test starts use PostgreSQL, one database each. Mocha loads it with `--require`; POSTGRES_URL is that of the
 * server. Those with the same `dataDir` have the same database, so that a restart finds its data.
 */
const adminUrl = process.env.POSTGRES_URL ?? '';
const files = mkdtempSync(join(tmpdir(), 'remote-record-files-'));
const databases = new Map<string, Promise<string>>();
let count = 0;

function databaseOf(dataDir: string): Promise<string> {
  const known =
    databases.get(dataDir) ??
    createDatabase(adminUrl, `t${process.pid}_${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`);
  databases.set(dataDir, known);
  return known;
}

const start = LocalPlatform.start.bind(LocalPlatform);

LocalPlatform.start = async (options: LocalPlatformOptions = {}) => {
  if (options.databaseUrl !== undefined) return await start(options);
  const dataDir = options.dataDir ?? join(files, String(count++));
  return await start({ ...options, dataDir, databaseUrl: await databaseOf(dataDir) });
};

/** Mocha calls it when all tests have run. */
export const mochaHooks = {
  afterAll(): void {
    rmSync(files, { recursive: true, force: true });
  },
};
