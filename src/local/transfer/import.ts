import { ConfigurationError } from '../../model/errors/index.js';
import type { BlobStore } from '../blobs/blob-store.js';
import { openStorage } from '../platform.js';
import { migrationNames } from '../store/new-database.js';
import type { ObjectRow } from '../store/schema.js';
import { importing } from '../store/settings.js';
import { execute, executeAll, insertion, quoted, rowOf, rowsOf, type Statement } from '../store/statements.js';
import type { Row, Store } from '../store/store.js';
import { contentOf, ExportFolder, type Manifest, readFrom } from './folder.js';
import { inGroups, linesOf } from './lines.js';
import type { Place, TransferOptions } from './options.js';
import { selfReference, sumOf, type TableName, tableNames } from './tables.js';

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
  readonly blobs: BlobStore;
  readonly folder: ExportFolder;
  readonly manifest: Manifest;
  readonly options: TransferOptions;
  readonly state: State;
}

/** The tables whose rows are written in turn. The settings are written last: without them, the platform does not start. */
const imported: readonly TableName[] = tableNames.filter((name) => name !== 'settings');

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

async function importObject({ blobs, folder }: Import, { key, size, sha256 }: ObjectRow): Promise<void> {
  const staged = await blobs.stage(readFrom(folder.object(sha256)));
  try {
    if (staged.size !== size || staged.sha256 !== sha256) throw new Error(`The file of the object ${key} in the export is damaged.`);
    await staged.keep(key);
  } finally {
    await staged.discard();
  }
}

async function importObjects(run: Import): Promise<void> {
  const write = async (rows: readonly Row[]): Promise<readonly Statement[]> => {
    await Promise.all(rows.map((row) => importObject(run, row as unknown as ObjectRow)));
    return [];
  };
  await eachGroup(run, 'objects', 'files', write, filesAtOnce);
}

/** Reads back all that was written. @throws Error when it is not what was exported. */
async function compare({ store, blobs, folder, manifest, options }: Import): Promise<void> {
  const { signal, onProgress } = options;
  for (const table of imported) {
    const found = await sumOf(store, table, signal);
    const expected = manifest.tables[table];
    if (found.rows !== expected.rows || found.hash !== expected.hash) {
      throw new Error(
        `${table} has ${found.rows} rows with the hash ${found.hash}, but ${expected.rows} with ${expected.hash} were exported.`,
      );
    }
    onProgress({ step: `comparing ${table}`, done: found.rows });
  }
  let [count, bytes] = [0, 0];
  for await (const { content } of linesOf(folder.table('objects'))) {
    signal.throwIfAborted();
    const { key, size, sha256 } = JSON.parse(content.toString()) as ObjectRow;
    const found = await contentOf((await blobs.read(key)) as AsyncIterable<Uint8Array>);
    if (found.size !== size || found.sha256 !== sha256) throw new Error(`The object ${key} does not have the content that was exported.`);
    count++;
    bytes += size;
    onProgress({ step: 'comparing files', done: count, bytes });
  }
  const { objects } = manifest;
  if (count !== objects.count || bytes !== objects.bytes) {
    throw new Error(`There are ${count} files with ${bytes} bytes, but ${objects.count} with ${objects.bytes} were exported.`);
  }
}

/** Writes the settings in place of what marks an import, after which the platform can be started. */
async function finish({ store, folder }: Import): Promise<void> {
  const rows: Row[] = [];
  for await (const { content } of linesOf(folder.table('settings'))) rows.push(JSON.parse(content.toString()) as Row);
  await executeAll(store, [{ text: 'delete from settings', parameters: [] }, insertionOf('settings', rows)]);
}

/**
 * Where an import into a database begins.
 * @throws ConfigurationError when the database has records, or an unfinished import of another export.
 */
async function begin(store: Store, manifest: Manifest): Promise<{ state: State; isNew: boolean }> {
  const hashes = imported.map((table) => manifest.tables[table].hash.slice(0, 8)).join('');
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
  const { store, coordinator, openBlobs } = await openStorage(to);
  let blobs: BlobStore | undefined;
  try {
    const { state, isNew } = await begin(store, manifest);
    blobs = await openBlobs(isNew);
    if (isNew) await execute(store, insertion('settings', { key: importing, value: JSON.stringify(state) }));
    const run: Import = { store, blobs, folder, manifest, options, state };
    const steps: readonly (() => Promise<void>)[] = [
      ...imported.map((table) => () => importTable(run, table)),
      () => importSelfReferences(run),
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
    await coordinator.close();
    await store.destroy();
    await blobs?.close();
  }
}
