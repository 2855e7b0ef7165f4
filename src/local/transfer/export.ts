import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../../model/errors/index.js';
import type { BlobStore } from '../blobs/blob-store.js';
import { openBlobs } from '../blobs/open.js';
import { createClock } from '../clock.js';
import { limitsOf } from '../options.js';
import { openStorage } from '../platform.js';
import { migrationNames } from '../store/new-database.js';
import type { ObjectRow } from '../store/schema.js';
import { loadPlatformSettings } from '../store/settings.js';
import { countRows, execute, rowOf } from '../store/statements.js';
import type { Store } from '../store/store.js';
import { ExportFolder, format, type Manifest, type ObjectsSum, platformName, replaceFile } from './folder.js';
import { linesOf } from './lines.js';
import { jobsTableOf, type Place, type TransferOptions } from './options.js';
import { type JobsTable, lineOf, rowsOfTable, type Sum, Summer, type TableName, tableNames } from './tables.js';

/** Writes the rows of a table. @throws Error when their number is not what the database counts. */
async function exportTable(
  store: Store,
  table: TableName,
  jobs: JobsTable,
  path: string,
  { signal, onProgress }: TransferOptions,
): Promise<Sum> {
  const summer = new Summer();
  await replaceFile(path, async (write) => {
    for await (const rows of rowsOfTable(store, table, jobs)) {
      signal.throwIfAborted();
      const lines = rows.map((row) => lineOf(table, row));
      for (const line of lines) summer.add(line);
      await write(`${lines.join('\n')}\n`);
      onProgress({ step: table, done: summer.sum.rows });
    }
  });
  const { sum } = summer;
  const counted = await countRows(store, table === 'jobs' ? jobs : table, '1 = 1', []);
  if (counted !== sum.rows) throw new Error(`${table} has ${counted} rows, of which ${sum.rows} were read.`);
  return sum;
}

/** Copies an object, unless it is there: it is put in its place only when its content is right. */
async function exportObject(store: Store, blobs: BlobStore, { key, size, sha256 }: ObjectRow, target: string): Promise<void> {
  const existing = await stat(target).catch(() => undefined);
  if (existing?.size === size) return;
  const row = await rowOf<Pick<ObjectRow, 'location'>>(store, 'select location from objects where "key" = ?', [key]);
  if (!row) throw new Error(`The object ${key} was deleted meanwhile. Run the same command again.`);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await replaceFile(target, async (write) => {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of (await blobs.read({ location: row.location, size })) as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      bytes += chunk.length;
      await write(chunk);
    }
    if (bytes !== size || hash.digest('hex') !== sha256) {
      throw new Error(`The object ${key} does not have the content that was stored: it has ${bytes} of ${size} bytes, or another hash.`);
    }
  });
}

async function exportObjects(
  store: Store,
  blobs: BlobStore,
  folder: ExportFolder,
  { signal, onProgress }: TransferOptions,
): Promise<ObjectsSum> {
  const sum = { count: 0, bytes: 0 };
  for await (const { content } of linesOf(folder.table('objects'))) {
    signal.throwIfAborted();
    const row = JSON.parse(content.toString()) as ObjectRow;
    await exportObject(store, blobs, row, folder.object(row.sha256));
    sum.count++;
    sum.bytes += row.size;
    onProgress({ step: 'files', done: sum.count, bytes: sum.bytes });
  }
  return sum;
}

/** @throws ConfigurationError when there is no database, which opening it would create. */
async function checkDataFolder({ dataDir, databaseUrl }: Place): Promise<void> {
  if (databaseUrl !== undefined || dataDir === undefined) return;
  if (await stat(join(dataDir, 'platform.db')).catch(() => undefined)) return;
  throw new ConfigurationError(`There is no platform in ${dataDir}: it has no platform.db.`);
}

/**
 * Writes everything that a platform has into a folder. The rows are those of one moment, also while servers use a PostgreSQL database. An
 * export that was broken off goes on: the rows are written again, files that are there are kept.
 * @throws ConfigurationError when there is no platform, it is in use, or the folder has something else.
 */
export async function exportPlatform(from: Place, path: string, options: TransferOptions): Promise<Manifest> {
  await checkDataFolder(from);
  const { store, coordinator, openFolder, openQueue } = await openStorage(from);
  let blobs: BlobStore | undefined;
  try {
    const settings = await loadPlatformSettings(store);
    if (typeof settings === 'string') throw new ConfigurationError('There is no platform to export: the database has no records.');
    blobs = await openBlobs(from, { store, settings }, () => openFolder(settings, settings));
    const folder = new ExportFolder(path);
    const platform = platformName(settings);
    const jobs = jobsTableOf(from);
    // The queue's tables are made where there are none yet.
    await openQueue({ clock: createClock(Date.now), newId: () => '' }, limitsOf({}));
    await folder.begin(platform);
    const tables = await store.transaction().execute(async (snapshot) => {
      // It only reads, and servers that write at the same time must not fail because of it, nor it because of them.
      if (from.databaseUrl !== undefined) {
        await execute(snapshot, { text: 'set transaction isolation level repeatable read, read only', parameters: [] });
      }
      const sums: [TableName, Sum][] = [];
      for (const table of tableNames) sums.push([table, await exportTable(snapshot, table, jobs, folder.table(table), options)]);
      return Object.fromEntries(sums) as Record<TableName, Sum>;
    });
    const objects = await exportObjects(store, blobs, folder, options);
    const manifest = { format, platform, migrations: migrationNames, tables, objects };
    await folder.end(manifest);
    return manifest;
  } finally {
    await coordinator.close();
    await store.destroy();
    await blobs?.close();
  }
}
