import {
  AfterHookError,
  APIError,
  type BaseResource,
  ConnectionError,
  RemoteRecordError,
  type ResourceClass,
  ResourceError,
  type Result,
  Run,
  TimeoutError,
  ValidationError,
  type Waitable,
} from '#front';
import {
  type BaseConnection,
  entityOptions,
  idKeyOf,
  loadRecord,
  mayHaveHadEffect,
  type RecordClass,
  requireConnection,
} from '../vendor.js';
import { secondsAfter } from './following.js';
import type { StartedRun } from './store.js';

/** Options that are passed on to what starts a run. */
export type PassedOptions = Readonly<Record<string, unknown>>;

/** A record with `execute()`, such as a pipeline of Moderately AI. */
interface Executable {
  execute(input: unknown, options: PassedOptions): Promise<unknown>;
  currentConfigurationVersion?(): Promise<BaseResource | null>;
}

/** A record with `runAsync()`, such as an agent of aiXplain. */
interface RunnableRecord {
  runAsync(input: unknown, options: PassedOptions): Promise<unknown>;
}

/** What is sent again when the outcome of a start is unknown. */
interface Again {
  readonly id: string;
  readonly input: unknown;
  readonly options: PassedOptions;
}

/** A run that is ready to be started. */
export interface Start {
  readonly connection: BaseConnection;
  /** The name of the class of what is started. */
  readonly className: string;
  /** What may be sent again under the same idempotency key; null where the platform does not honour keys. */
  readonly again: Again | null;
  send(idempotencyKey: string | null): Promise<StartedRun>;
}

/**
 * Prepares the start of a run of a record, or the creation of a record that is itself work.
 *
 * @param hasKey Whether the caller has given an idempotency key, which says that the platform honours it.
 * @throws ValidationError for what cannot be run.
 */
export async function prepareStart(
  target: BaseResource,
  input: unknown,
  options: PassedOptions,
  { hasKey }: { hasKey: boolean },
): Promise<Start> {
  if (isExecutable(target)) return prepareExecution(target, input, options, hasKey);
  const connection = requireConnection(target, 'run');
  const className = target.constructor.name;
  if (isRunnable(target)) {
    const isProtected = hasKey || honoursKeys(target.constructor, connection);
    const isKnown = target.id !== null && target.id !== undefined;
    const again = isProtected && isKnown ? { id: String(target.id), input, options: repeatable(options) } : null;
    return { connection, className, again, send: async (key) => startedRun(await target.runAsync(input, withKey(options, key))) };
  }
  if (!isWaitable(target)) {
    throw new ValidationError(`run: ${String(target)} can neither be executed nor run, and is not a piece of work that is waited for.`);
  }
  if (!target.isNew) throw new ValidationError(`run: ${String(target)} has been started already. Pass it to follow().`);
  const attributes = (input ?? {}) as object;
  return {
    connection,
    className,
    again: null,
    send: async (key) => startedWork(await target.save(attributes as never, withKey(options, key))),
  };
}

/** The same again, in whichever process. @param target The class of the record. */
export async function startAgain(target: ResourceClass, start: string, idempotencyKey: string): Promise<StartedRun> {
  const { id, input, options } = JSON.parse(start) as Again;
  const { get } = target as { get?: (id: string) => Promise<BaseResource> };
  const record = loadRecord(target as unknown as RecordClass<BaseResource>, { [idKeyOf(target)]: id });
  if (isExecutable(record)) return startedWork(await record.execute(input, withKey(options, idempotencyKey)));
  // What a run sends may depend on the values of the record.
  const loaded = get ? await get.call(target, id) : record;
  if (isRunnable(loaded)) return startedRun(await loaded.runAsync(input, withKey(options, idempotencyKey)));
  throw new ValidationError(`A ${target.name} cannot be run.`);
}

/** What is followed of work that has been started already. */
export function startedAlready(work: unknown): { connection: BaseConnection; started: StartedRun } {
  if (work instanceof Run) return { connection: requireConnection(work.resource, 'follow a run of'), started: startedRun(work) };
  return { connection: requireConnection(work as BaseResource, 'follow'), started: startedWork(work) };
}

/**
 * Whether a start that failed may have had an effect, by its last try or by an earlier one.
 *
 * @param isKeyed Whether it was sent under an idempotency key that the transport was given: `outcome` then does not say whether it arrived.
 */
export function mayHaveStarted(error: unknown, isKeyed: boolean): boolean {
  if (!(error instanceof RemoteRecordError) || error instanceof AfterHookError) return true;
  if (!isKeyed) return error.outcome === 'unknown';
  if (mayHaveHadEffect(error)) return true;
  // What other transports throw says no more than its class and its status.
  return error instanceof ConnectionError || error instanceof TimeoutError || (error instanceof APIError && error.status >= 500);
}

/** The version is chosen now: a start that is repeated must not take another one. */
async function prepareExecution(
  target: BaseResource & Executable,
  input: unknown,
  options: PassedOptions,
  hasKey: boolean,
): Promise<Start> {
  const { version, ...rest } = options;
  const isOpen = target.currentConfigurationVersion !== undefined && version === undefined;
  const connection = requireConnection(target, 'execute');
  const chosen = isOpen ? await target.currentConfigurationVersion?.() : version;
  if (isOpen && !chosen) throw new ValidationError(`run: ${String(target)} has no current configuration version to execute.`);
  const id = (chosen as BaseResource | undefined)?.id ?? chosen;
  const passed = target.currentConfigurationVersion === undefined ? rest : { ...rest, version: id };
  const again =
    hasKey || honoursKeys(target.constructor, connection) ? { id: String(target.id), input, options: repeatable(passed) } : null;
  return {
    connection,
    className: target.constructor.name,
    again,
    send: async (key) => startedWork(await target.execute(input, withKey(passed, key))),
  };
}

/** The options without what another process does not have. */
function repeatable({ signal, ...options }: PassedOptions): PassedOptions {
  return options;
}

function withKey(options: PassedOptions, idempotencyKey: string | null): PassedOptions {
  return idempotencyKey === null ? options : { ...options, idempotencyKey };
}

/** Whether the platform does not start the same thing twice under one key, as the class or the connection says. */
function honoursKeys(target: object, connection: BaseConnection): boolean {
  return entityOptions(target).idempotency ?? connection.environment.idempotency ?? false;
}

function startedRun(run: unknown): StartedRun {
  if (!(run instanceof Run)) throw new ResourceError('run: a hook has ended it, and nothing was started.');
  const target = run.resource.constructor as ResourceClass;
  const common = { className: target.name, remoteId: run.id, delayMs: secondsAfter(target, 0) * 1000 };
  if (run.url !== null) return { ...common, token: run.token(), result: null };
  return { ...common, token: null, result: JSON.stringify((run.result as Result).raw), delayMs: 0 };
}

function startedWork(work: unknown): StartedRun {
  const record = work as BaseResource;
  if (!isRecord(work) || !isWaitable(record)) {
    throw new ResourceError('run: what was started cannot be waited for; a hook may have ended the operation with another value.');
  }
  const target = record.constructor as ResourceClass;
  const token = (record as unknown as Waitable).token();
  return { className: target.name, token, remoteId: String(record.id), result: null, delayMs: secondsAfter(target, 0) * 1000 };
}

/** What an after hook's failure hides: the start itself has succeeded. */
export function startedBefore(error: unknown): StartedRun | null {
  if (!(error instanceof AfterHookError)) return null;
  try {
    return error.result instanceof Run ? startedRun(error.result) : startedWork(error.result);
  } catch {
    return null;
  }
}

export function isRecord(value: unknown): value is BaseResource {
  return typeof value === 'object' && value !== null && 'requireConnection' in value && 'isNew' in value;
}

function isExecutable(record: BaseResource): record is BaseResource & Executable {
  return typeof (record as Partial<Executable>).execute === 'function';
}

function isRunnable(record: BaseResource): record is BaseResource & RunnableRecord {
  return typeof (record as Partial<RunnableRecord>).runAsync === 'function';
}

function isWaitable(record: BaseResource): record is BaseResource & Waitable {
  const { workState, token } = record as Partial<Waitable>;
  return typeof workState === 'function' && typeof token === 'function';
}
