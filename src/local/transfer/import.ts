import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '../../model/errors/index.js';
import type { BlobStore } from '../blobs/blob-store.js';
import { openBlobs } from '../blobs/open.js';
import { createClock } from '../clock.js';
import type { Release } from '../coordination/coordinator.js';
import { agentJob, assetJob, datasetJob, pipelineJob } from '../executions/job-kinds.js';
import { limitsOf } from '../options.js';
import { initialization, openStorage } from '../platform.js';
import type { JobQueue } from '../queue/queue.js';
import { createIdGenerator } from '../store/ids.js';
import { migrationNames } from '../store/new-database.js';
import type { ObjectRow } from '../store/schema.js';
import { importing, type PlatformSettings } from '../store/settings.js';
import { execute, executeAll, insertion, quoted, rowOf, rowsOf, type Statement } from '../store/statements.js';
import type { Row, Store } from '../store/store.js';
import { contentOf, ExportFolder, type Manifest, readFrom } from './folder.js';
import { inGroups, linesOf } from './lines.js';
import { jobsTableOf, type Place, type TransferOptions } from './options.js';
import { type JobsTable, rowsOfTable, selfReference, sumOf, type TableName, tableNames } from './tables.js';

/** Rows that are written at a time, and bytes of JSON of them, unless one row alone has more. */
const rowsAtOnce = 250;
const bytesAtOnce = 2 ** 22;
/** Files that are copied at the same time. */
const filesAtOnce = 4;

/** How far an import is, kept in the database that it fills: the step, and the offset in the step's file. */
interface State {
  platform: string;
  hashes: string;
  step: number;
  offset: number;
}

interface Import {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly jobs: JobsTable;
  readonly blobs: BlobStore;
  readonly folder: ExportFolder;
  readonly manifest: Manifest;
  readonly options: TransferOptions;
  readonly state: State;
}

/** What is compared. The settings are written after it: without them, the platform does not start. */
const compared: readonly TableName[] = tableNames.filter((name) => name !== 'settings');
/** The tables whose rows are written in turn. Jobs are added to the queue, and objects are written with their bytes. */
const imported: readonly TableName[] = compared.filter((name) => name !== 'jobs' && name !== 'objects');

/** One statement for several rows. */
function insertionOf(table: TableName, rows: readonly Row[]): Statement {
  const columns = Object.keys(rows[0] as Row);
  const row = `(${columns.map(() => '?').join(', ')})`;
  const text = `insert into ${quoted(table)} (${columns.map(quoted).join(', ')}) values ${rows.map(() => row).join(', ')}`;
  return { text, parameters: rows.flatMap((each) => columns.map((column) => each[column])) };
}

function stateUpdate(state: State): Statement {
  return { text: 'update settings set value = ? where "key" = ?', parameters: [JSON.stringify(state), importing] };
}

/** Goes through a file from where the import is, and keeps how far it is in the transaction of what it writes. */
async function eachGroup(
  { store, folder, options, state }: Import,
  table: TableName,
  label: string,
  write: (rows: readonly Row[]) => Promise<readonly Statement[]>,
  mostRows = rowsAtOnce,
): Promise<void> {
  let done = 0;
  for await (const group of inGroups(linesOf(folder.table(table), state.offset), mostRows, bytesAtOnce)) {
    options.signal.throwIfAborted();
    const statements = await write(group.map(({ content }) => JSON.parse(content.toString()) as Row));
    state.offset = group.at(-1)?.end ?? state.offset;
    await executeAll(store, [...statements, stateUpdate(state)]);
    done += group.length;
    options.onProgress({ step: label, done });
  }
}

async function importTable(run: Import, table: TableName): Promise<void> {
  await eachGroup(run, table, table, async (rows) => [
    insertionOf(table, table === selfReference.table ? rows.map((row) => ({ ...row, [selfReference.column]: null })) : rows),
  ]);
}

/** Writes the references among the rows of one table, once all of them are there. */
async function importSelfReferences(run: Import): Promise<void> {
  const { table, id, column } = selfReference;
  const text = `update ${quoted(table)} set ${quoted(column)} = ? where ${quoted(id)} = ?`;
  await eachGroup(run, table, 'references', async (rows) =>
    rows.filter((row) => row[column] !== null).map((row) => ({ text, parameters: [row[column], row[id]] })),
  );
}

/** The teams of the records that jobs are about. */
const teams: Readonly<Record<string, string>> = {
  [pipelineJob]: 'select "teamId" from "pipelineExecutions" where "pipelineExecutionId" = ?',
  [agentJob]: 'select "teamId" from "agentExecutions" where "agentExecutionId" = ?',
  [assetJob]: 'select "teamId" from "assetRuns" where "runId" = ?',
  [datasetJob]: 'select "teamId" from datasets where "datasetId" = ?',
};

/** Adds what has not ended to the queue, in the order in which it was added there. */
async function importJobs({ store, queue, folder, options, state }: Import): Promise<void> {
  let done = 0;
  for await (const { content, end } of linesOf(folder.table('jobs'), state.offset)) {
    options.signal.throwIfAborted();
    const { kind, subjectId } = JSON.parse(content.toString()) as { kind: string; subjectId: string };
    state.offset = end;
    await store.transaction().execute(async (transaction) => {
      const record = await rowOf<{ teamId: string }>(transaction, teams[kind] ?? '', [subjectId]);
      // The job of a record that was deleted does nothing.
      await queue.add(transaction, { kind, subjectId, teamId: record?.teamId ?? '' });
      await execute(transaction, stateUpdate(state));
    });
    options.onProgress({ step: 'jobs', done: ++done });
  }
}

/** Stores the bytes of an object. Gives its row. */
async function importObject({ blobs, folder }: Import, row: Omit<ObjectRow, 'location'>): Promise<ObjectRow> {
  const { key, contentType, size, sha256 } = row;
  const staged = await blobs.stage({ key, contentType }, readFrom(folder.object(sha256)));
  if (staged.size === size && staged.sha256 === sha256) return { ...row, location: await staged.keep() };
  await staged.discard();
  throw new Error(`The file of the object ${key} in the export is damaged.`);
}

async function importObjects(run: Import): Promise<void> {
  const write = async (rows: readonly Row[]): Promise<readonly Statement[]> => {
    const objects = await Promise.all(rows.map((row) => importObject(run, row as unknown as ObjectRow)));
    return objects.map((object) => insertion('objects', object));
  };
  await eachGroup(run, 'objects', 'files', write, filesAtOnce);
}

/** Reads back all that was written. @throws Error when it is not what was exported. */
async function compare({ store, jobs, blobs, manifest, options }: Import): Promise<void> {
  const { signal, onProgress } = options;
  for (const table of compared) {
    const found = await sumOf(store, table, jobs, signal);
    const expected = manifest.tables[table];
    if (found.rows !== expected.rows || found.hash !== expected.hash) {
      throw new Error(
        `${table} has ${found.rows} rows with the hash ${found.hash}, but ${expected.rows} with ${expected.hash} were exported.`,
      );
    }
    onProgress({ step: `comparing ${table}`, done: found.rows });
  }
  let [count, bytes] = [0, 0];
  for await (const rows of rowsOfTable(store, 'objects', jobs)) {
    for (const { key, location, size, sha256 } of rows as unknown as ObjectRow[]) {
      signal.throwIfAborted();
      const found = await contentOf((await blobs.read({ location, size })) as AsyncIterable<Uint8Array>);
      if (found.size !== size || found.sha256 !== sha256) throw new Error(`The object ${key} does not have the content that was exported.`);
      count++;
      bytes += size;
      onProgress({ step: 'comparing files', done: count, bytes });
    }
  }
  const { objects } = manifest;
  if (count !== objects.count || bytes !== objects.bytes) {
    throw new Error(`There are ${count} files with ${bytes} bytes, but ${objects.count} with ${objects.bytes} were exported.`);
  }
}

async function settingsOf(folder: ExportFolder): Promise<{ key: string; value: string }[]> {
  const rows: { key: string; value: string }[] = [];
  for await (const { content } of linesOf(folder.table('settings'))) rows.push(JSON.parse(content.toString()));
  return rows;
}

/** Writes the settings in place of what marks an import, after which the platform can be started. */
async function finish({ store, folder }: Import): Promise<void> {
  const rows = await settingsOf(folder);
  // The rows of all files are there.
  const emptied = ['settings', 'stagings'].map((table) => ({ text: `delete from ${quoted(table)}`, parameters: [] }));
  await executeAll(store, [...emptied, insertionOf('settings', rows)]);
}

/**
 * Where an import into a database begins.
 * @throws ConfigurationError when the database has records, or an unfinished import of another export.
 */
async function begin(store: Store, manifest: Manifest): Promise<{ state: State; isNew: boolean }> {
  const hashes = compared.map((table) => manifest.tables[table].hash.slice(0, 8)).join('');
  const settings = await rowsOf<{ key: string; value: string }>(store, 'select * from settings', []);
  const unfinished = settings.find(({ key }) => key === importing);
  if (unfinished) {
    const state = JSON.parse(unfinished.value) as State;
    if (state.platform === manifest.platform && state.hashes === hashes) return { state, isNew: false };
    throw new ConfigurationError('The target has an unfinished import of another export. Finish that one, or give an empty target.');
  }
  for (const table of tableNames) {
    if (await rowOf(store, `select 1 as found from ${quoted(table)} limit 1`, [])) {
      throw new ConfigurationError('The target is not empty: a platform was started there before. Nothing was changed. Give an empty one.');
    }
  }
  const state = { platform: manifest.platform, hashes, step: 0, offset: 0 };
  return { state, isNew: true };
}

/** @throws ConfigurationError when the folder for the files has some. */
async function checkNoFiles({ dataDir }: Place): Promise<void> {
  if (dataDir === undefined) return;
  const objects = join(dataDir, 'files', 'objects');
  const found = await readdir(objects).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (found.length > 0)
    throw new ConfigurationError(`The target is not empty: there are files in ${objects}. Nothing was changed. Give an empty one.`);
}

function checkMigrations({ migrations }: Manifest): void {
  if (migrations.length === migrationNames.length && migrations.every((name) => migrationNames.includes(name))) return;
  throw new ConfigurationError(
    'The export was written by another version of remote-record: import it with that version, and update then, or export it again with this one.',
  );
}

/**
 * Fills an empty platform with an export, and compares what it then has with what was exported. An import that was broken off goes on
 * where it was. The keys, ids and times are those of the exported platform.
 * @throws ConfigurationError when there is no complete export, or the target is in use or not empty.
 */
export async function importPlatform(path: string, to: Place, options: TransferOptions): Promise<Manifest> {
  const folder = new ExportFolder(path);
  const manifest = await folder.manifest();
  checkMigrations(manifest);
  const { store, coordinator, openFolder, openQueue } = await openStorage(to);
  let blobs: BlobStore | undefined;
  let release: Release | undefined;
  try {
    release = await coordinator.tryAcquire(initialization);
    if (!release) throw new ConfigurationError('The target is in use by a platform that is being started, or by another import.');
    const { state, isNew } = await begin(store, manifest);
    if (isNew) await checkNoFiles(to);
    const settings = Object.fromEntries((await settingsOf(folder)).map(({ key, value }) => [key, value])) as unknown as PlatformSettings;
    blobs = await openBlobs(to, { store, settings }, () => openFolder(isNew ? 'new' : 'unfinished', settings));
    const clock = createClock(Date.now);
    const queue = await openQueue({ clock, newId: createIdGenerator(clock.now) }, limitsOf({}));
    if (isNew) await execute(store, insertion('settings', { key: importing, value: JSON.stringify(state) }));
    const run: Import = { store, queue, jobs: jobsTableOf(to), blobs, folder, manifest, options, state };
    const steps: readonly (() => Promise<void>)[] = [
      ...imported.map((table) => () => importTable(run, table)),
      () => importSelfReferences(run),
      () => importJobs(run),
      () => importObjects(run),
    ];
    while (state.step < steps.length) {
      await steps[state.step]?.();
      state.step++;
      state.offset = 0;
      await execute(store, stateUpdate(state));
    }
    await compare(run);
    await finish(run);
    return manifest;
  } finally {
    await release?.();
    await coordinator.close();
    await store.destroy();
    await blobs?.close();
  }
}
