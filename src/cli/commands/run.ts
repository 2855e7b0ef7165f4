import { type BaseResource, OperationTimeoutError, type PollEvent, type Run, type WaitOptions } from '../../index.js';
import { newRecord } from '../../vendor.js';
import { type Context, loadById, quoted } from '../context.js';
import { commandName } from '../entities.js';
import type { EntityClass } from '../entity-class.js';
import { InterruptedError } from '../errors.js';
import { jsonLine, readableJson } from '../output/json.js';
import { durationText, progressText } from '../output/progress.js';
import { printRecord } from '../output/records.js';
import { plainText } from '../output/text.js';
import type { Given, Values } from '../values.js';

export interface RunOptions {
  timeout?: number;
  wait?: boolean;
  json?: boolean;
}

type StartOptions = WaitOptions & { wait?: boolean };

/** The members of records that are run, executed, processed or waited for, of which each class has some. */
interface Working extends BaseResource {
  runAsync?(params: object, options: WaitOptions): Promise<Run>;
  execute?(input: Values, options: StartOptions): Promise<Working>;
  process?(options: WaitOptions): Promise<Working>;
  syncPoll?(url: string, options: WaitOptions): Promise<unknown>;
  wait?(options: WaitOptions): Promise<Working>;
  token?(): string;
  output?(options: { signal: AbortSignal }): Promise<unknown>;
  workState?(): { status: string };
  readonly agentOutput?: unknown;
}

/** Work that has been started. */
interface Work {
  /** The record whose `poll` events tell how it goes on. */
  readonly record: Working;
  /** The command with which it is followed, as far as the token. */
  readonly command: string;
  /** The token; undefined where there is nothing left to wait for, or no way to. */
  token(): string | undefined;
  /** The id, where `watch` takes that as well. */
  readonly id?: string | undefined;
  wait(options: WaitOptions): Promise<unknown>;
}

/** Starts a run and prints its result, or its token. */
export async function run(context: Context, id: string, given: readonly Given[] | undefined, options: RunOptions): Promise<void> {
  const record = (await loadById(context, id)) as Working;
  const input = Object.fromEntries((given ?? []).map(({ name, value }) => [name, value]));
  const work = await start(context, record, input, options);
  if (options.wait === false) {
    const token = work.token();
    if (token === undefined) await printResult(context, await work.wait({ signal: context.signal }), options);
    else {
      await context.output.line(token);
      context.output.note(`To wait for it: ${work.command} ${quoted(work.id ?? token)}`);
    }
    return;
  }
  await follow(context, work, options);
}

/** Follows work until its end and prints its result. */
export async function watch(context: Context, idOrToken: string, options: RunOptions): Promise<void> {
  const { target, signal } = context;
  if (idOrToken.trimStart().startsWith('{')) {
    const resumed = target.resume!(idOrToken) as Working | Run;
    await follow(context, 'resource' in resumed ? runWork(context, resumed as Run) : recordWork(context, resumed as Working), options);
  } else if ('wait' in target.prototype)
    await follow(context, recordWork(context, (await loadById(context, idOrToken)) as Working), options);
  else {
    const record = newRecord(target, {}) as Working;
    const work = { record, command: commandFor(context, target), token: () => undefined };
    await follow(context, { ...work, wait: (waiting) => record.syncPoll!(idOrToken, { ...waiting, signal }) }, options);
  }
}

async function start(context: Context, record: Working, input: Values, { timeout, wait }: RunOptions): Promise<Work> {
  const { signal, output } = context;
  // Ctrl+C does not end the start: what has been started without a response could not be followed.
  const limits = timeout === undefined ? {} : { timeout };
  if (record.runAsync) return runWork(context, await record.runAsync(input, limits));
  if (record.execute) {
    const execution = await record.execute(input, { ...limits, wait: false });
    output.note(`Started ${String(execution)}.`);
    return recordWork(context, execution);
  }
  const work = recordWork(context, record);
  if (wait !== false) return { ...work, wait: (waiting) => record.process!(waiting) };
  await record.save({ shouldProcess: true } as never, { signal });
  return work;
}

function runWork(context: Context, started: Run): Work {
  const record = started.resource as Working;
  return {
    record,
    command: commandFor(context, record.constructor as EntityClass),
    token: () => (started.url === null ? undefined : started.token()),
    wait: (waiting) => started.wait(waiting),
  };
}

function recordWork(context: Context, record: Working): Work {
  return {
    record,
    command: commandFor(context, record.constructor as EntityClass),
    token: () => record.token!(),
    id: String(record.id),
    wait: (waiting) => record.wait!(waiting),
  };
}

function commandFor({ flags }: Context, target: EntityClass): string {
  return `remote-record ${commandName(target.name)} watch${flags}`;
}

/** Waits for work, shows its polls, and prints its result. Ctrl+C and the time limit end the wait and tell how to go on. */
async function follow(context: Context, work: Work, options: RunOptions): Promise<void> {
  const { output, signal } = context;
  const showProgress = output.isNoteTerminal && hasProgressBars();
  const undo = showProgress ? undefined : work.record.on('poll', pollLines(context));
  let result: unknown;
  try {
    result = await work.wait({ signal, showProgress, ...(options.timeout !== undefined && { timeout: options.timeout }) });
  } catch (error) {
    if (!signal.aborted && !(error instanceof OperationTimeoutError)) throw error;
    const token = tokenOf(work);
    const advice = token === undefined ? '' : `\nIts token is ${token}\nTo wait for it again: ${work.command} ${quoted(work.id ?? token)}`;
    if (signal.aborted) throw new InterruptedError(`The wait was ended; the work goes on.${advice}`);
    if (advice !== '') output.note(advice.trimStart());
    throw error;
  } finally {
    undo?.();
  }
  await printResult(context, result, options);
}

function tokenOf(work: Work): string | undefined {
  try {
    return work.token();
  } catch {
    return undefined;
  }
}

/** A line for each poll that says something new. */
function pollLines({ output }: Context): (event: PollEvent) => void {
  let before = '';
  return ({ result, progress, elapsedMs }) => {
    const status = statusOf(result);
    const done = progressText(progress);
    const text = [status, done]
      .filter((part, index) => part !== '' && (index === 0 || part.toLowerCase() !== status.toLowerCase()))
      .join(': ');
    if (text === before) return;
    before = text;
    output.note(`${durationText(elapsedMs)}  ${plainText(text)}`);
  };
}

function statusOf(result: unknown): string {
  const { workState, status } = (result ?? {}) as Partial<Working> & { status?: unknown };
  if (typeof workState === 'function') return workState.call(result).status;
  return typeof status === 'string' ? status : '';
}

/** Prints what work has made: the output of an execution, the data of a run, or the record that was processed. */
async function printResult(context: Context, result: unknown, { json }: RunOptions): Promise<void> {
  const { output, signal } = context;
  const record = result as Working;
  if (typeof record.output === 'function') await printValue(context, await record.output({ signal }), json);
  else if (record.agentOutput !== undefined) await printValue(context, record.agentOutput, json);
  else if (typeof record.toDict === 'function') await printRecord(record, record.constructor as EntityClass, output, { json });
  else if (json) await output.write(jsonLine(result));
  else await printValue(context, dataOf(result), false);
}

async function printValue({ output }: Context, value: unknown, json: boolean | undefined): Promise<void> {
  if (json) await output.write(jsonLine(value));
  else await output.line(plainText(readableJson(value)));
}

/** What a person wants to see of the result of a run: the output or the data in it, else all of it. */
function dataOf(result: unknown): unknown {
  const { data } = result as { data?: unknown };
  if (typeof data === 'object' && data !== null && 'output' in data && data.output !== null) return data.output;
  return data ?? result;
}

function hasProgressBars(): boolean {
  try {
    return import.meta.resolve('cli-progress') !== '';
  } catch {
    return false;
  }
}
