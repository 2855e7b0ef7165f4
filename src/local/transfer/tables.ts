import { createHash } from 'node:crypto';
import { tables as deletionOrder } from '../store/reset.js';
import type { Tables } from '../store/schema.js';
import { quoted, rowOf, rowsOf } from '../store/statements.js';
import type { Row, Store } from '../store/store.js';

/** The name of a table. */
export type TableName = keyof Tables;

/** What is about the store of files alone, and is left with it. */
const left: readonly TableName[] = ['deletions', 'stagings'];

/** The tables that are moved, those that others refer to before them. */
export const tableNames: readonly TableName[] = deletionOrder.filter((name) => !left.includes(name)).toReversed();

/** The columns of the primary keys. */
const keys: Readonly<Record<TableName, readonly string[]>> = {
  settings: ['key'],
  users: ['userId'],
  teams: ['teamId'],
  teamUsers: ['teamUserId'],
  apiTokens: ['tokenId'],
  tokenUsage: ['tokenId', 'hour', 'endpoint', 'method'],
  auditLogs: ['auditLogId'],
  objects: ['key'],
  uploads: ['key'],
  deletions: ['location'],
  stagings: ['location'],
  idempotentResponses: ['scope'],
  files: ['fileId'],
  datasets: ['datasetId'],
  datasetSchemaVersions: ['datasetSchemaVersionId'],
  datasetDataVersions: ['datasetDataVersionId'],
  pipelines: ['pipelineId'],
  pipelineConfigurationVersions: ['pipelineConfigurationVersionId'],
  pipelineExecutions: ['pipelineExecutionId'],
  agents: ['agentId'],
  agentConfigurationVersions: ['agentConfigurationVersionId'],
  agentExecutions: ['agentExecutionId'],
  agentExecutionMemoryStates: ['agentExecutionMemoryStateId'],
  assets: ['assetId'],
  assetFacets: ['assetId', 'facet', 'value'],
  assetRuns: ['runId'],
  jobs: ['jobId'],
};

/** A column that refers to rows of its own table, which are written later. */
export const selfReference = { table: 'assets', id: 'assetId', column: 'parentId' } as const;

/** Keys that are read at a time, and rows and characters, unless one row alone has more. */
const keysAtOnce = 1000;
const rowsAtOnce = 250;
const charactersAtOnce = 2 ** 22;

/** What is compared of a table: how many rows it has, and a hash that does not depend on their order. */
export interface Sum {
  rows: number;
  hash: string;
}

/** Adds up rows, as lines of JSON. */
export class Summer {
  readonly #hash = Buffer.alloc(32);
  #rows = 0;

  add(line: string | Buffer): void {
    const hash = createHash('sha256').update(line).digest();
    for (let at = 0; at < hash.length; at++) this.#hash[at] = (this.#hash[at] as number) ^ (hash[at] as number);
    this.#rows++;
  }

  get sum(): Sum {
    return { rows: this.#rows, hash: this.#hash.toString('hex') };
  }
}

/** Where a database has its jobs: SQLite as rows of `jobs`, PostgreSQL for its queue. */
export type JobsTable = 'jobs' | 'workerJobs';

/**
 * A row as a line of JSON, the same whatever database it comes from. Of a job, only what it is about: who runs it, and how often it was
 * attempted, belongs to the platform that is left. Of an object, all but where its bytes are.
 */
export function lineOf(table: TableName, row: Row): string {
  if (table === 'jobs') return JSON.stringify({ kind: row.kind, subjectId: row.subjectId });
  const { location: _, ...moved } = row;
  return JSON.stringify(Object.fromEntries(Object.entries(table === 'objects' ? moved : row).sort(([a], [b]) => (a < b ? -1 : 1))));
}

const tuple = (columns: readonly string[]): string => `(${columns.map(quoted).join(', ')})`;
const places = (columns: readonly string[]): string => `(${columns.map(() => '?').join(', ')})`;

/**
 * All rows of a table in the order of its primary key, a few at a time: memory does not grow with their number. Their sizes are read first,
 * because one row may be as large as many others.
 */
export async function* rowsOfTable(store: Store, name: TableName, jobs: JobsTable): AsyncGenerator<Row[]> {
  const key = keys[name];
  const table = name === 'jobs' ? jobs : name;
  const first = await rowOf<Row>(store, `select * from ${quoted(table)} limit 1`, []);
  if (!first) return;
  const size = Object.keys(first)
    .map((column) => `coalesce(length(cast(${quoted(column)} as text)), 0)`)
    .join(' + ');
  const columns = key.map(quoted).join(', ');
  const sizes = `select ${columns}, ${size} as "characters" from ${quoted(table)}`;
  const order = `order by ${columns}`;
  let last: readonly unknown[] | undefined;
  for (;;) {
    const after: string = last ? `where ${tuple(key)} > ${places(key)}` : '';
    const found: Row[] = await rowsOf<Row>(store, `${sizes} ${after} ${order} limit ${keysAtOnce}`, last ?? []);
    for (const end of batchEnds(found)) {
      const until = key.map((column) => (found[end] as Row)[column]);
      const range = last ? `${tuple(key)} > ${places(key)} and ${tuple(key)} <= ${places(key)}` : `${tuple(key)} <= ${places(key)}`;
      yield await rowsOf<Row>(store, `select * from ${quoted(table)} where ${range} ${order}`, [...(last ?? []), ...until]);
      last = until;
    }
    if (found.length < keysAtOnce) return;
  }
}

/** Where to end each batch of rows of these sizes. */
function* batchEnds(found: readonly Row[]): Generator<number> {
  let characters = 0;
  let rows = 0;
  for (const [at, row] of found.entries()) {
    characters += Number(row.characters);
    rows++;
    const next = found[at + 1];
    if (next && rows < rowsAtOnce && characters + Number(next.characters) <= charactersAtOnce) continue;
    yield at;
    [characters, rows] = [0, 0];
  }
}

/** What a table has. */
export async function sumOf(store: Store, table: TableName, jobs: JobsTable, signal: AbortSignal): Promise<Sum> {
  const summer = new Summer();
  for await (const rows of rowsOfTable(store, table, jobs)) {
    signal.throwIfAborted();
    for (const row of rows) summer.add(lineOf(table, row));
  }
  return summer.sum;
}
