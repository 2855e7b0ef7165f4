import { access } from 'node:fs/promises';
import { Durable, type DurableRun, type RunState } from '../../durable/index.js';
import type { DurableCommandOptions } from '../commands/durable.js';
import { ExitError, exitCodes } from '../errors.js';
import type { Io } from '../io.js';
import { jsonLine } from '../output/json.js';
import { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { UsageError } from '../usage-error.js';

/** How many runs are read at a time. */
const pageSize = 500;

const columns = [
  { title: 'id', value: ({ id }: DurableRun) => id },
  { title: 'state', value: ({ state }: DurableRun) => state },
  { title: 'handler', value: ({ handler }: DurableRun) => handler },
  { title: 'key', value: ({ key }: DurableRun) => key },
  { title: 'attempts', value: ({ attempts }: DurableRun) => attempts },
  { title: 'created', value: ({ createdAt }: DurableRun) => createdAt.toISOString() },
  { title: 'error', value: ({ error }: DurableRun) => error },
];

/** Lists runs. */
export async function list(_ids: readonly string[], options: DurableCommandOptions, io: Io): Promise<void> {
  await withDurable(options, io, async (durable, output) => {
    const { state = ['starting', 'running', 'failed'], handler, limit = 100 } = options;
    const runs = await durable.list({ states: state as RunState[], handler, limit });
    if (options.json) for (const run of runs) await output.write(jsonLine(run));
    else if (runs.length === 0) output.note('There are no such runs.');
    else await output.line(renderTable(columns, runs, { width: output.width, style: output.style, whole: 1 }));
    if (!options.json && runs.length === limit) output.note(`There may be more: --limit ${limit * 10} shows them.`);
  });
}

/** Puts failed runs back. */
export function retry(ids: readonly string[], options: DurableCommandOptions, io: Io): Promise<void> {
  return change(ids, options, io, { done: 'Put back', work: (durable, id) => durable.retry(id) });
}

/** Removes failed runs. */
export function drop(ids: readonly string[], options: DurableCommandOptions, io: Io): Promise<void> {
  return change(ids, options, io, { done: 'Removed', work: (durable, id) => durable.drop(id) });
}

async function change(
  ids: readonly string[],
  options: DurableCommandOptions,
  io: Io,
  { done, work }: { done: string; work: (durable: Durable, id: string) => Promise<boolean> },
): Promise<void> {
  if (options.all ? ids.length > 0 : ids.length === 0) throw new UsageError('Give the ids of failed runs, or --all.');
  if (options.handler !== undefined && !options.all) throw new UsageError('--handler goes with --all.');
  await withDurable(options, io, async (durable, output) => {
    const missing: string[] = [];
    for (const id of options.all ? await failedIds(durable, options.handler) : ids) {
      const isDone = await work(durable, id);
      if (options.json) await output.write(jsonLine({ id, done: isDone }));
      else if (isDone) await output.line(`${done} ${id}.`);
      if (!isDone && !options.all) missing.push(id);
    }
    for (const id of missing) output.note(`remote-record: there is no failed run ${id}.`);
    if (missing.length > 0) {
      await output.close();
      throw new ExitError(exitCodes.notFound);
    }
  });
}

/** The ids of all that have failed by now. */
async function failedIds(durable: Durable, handler: string | undefined): Promise<string[]> {
  const { failed } = await durable.stats();
  return (await durable.failed({ handler, limit: Math.max(failed, pageSize) })).map(({ id }) => id);
}

/** Opens the runs that the options name. A folder without any is an error, since a command is not to make one. */
async function withDurable(
  { dataDir, databaseUrl }: DurableCommandOptions,
  io: Io,
  work: (durable: Durable, output: Output) => Promise<void>,
): Promise<void> {
  if ((dataDir === undefined) === (databaseUrl === undefined)) throw new UsageError('Give either --data-dir or --database-url.');
  if (dataDir !== undefined) {
    await access(`${dataDir}/durable.db`).catch(() => {
      throw new UsageError(`${dataDir} holds no runs: there is no durable.db in it.`);
    });
  }
  const durable = await Durable.open({ dataDir, databaseUrl });
  try {
    const output = new Output(io);
    await work(durable, output);
    await output.close();
  } finally {
    await durable.close();
  }
}
