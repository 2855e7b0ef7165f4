import type { ResourceClass } from '#front';
import { ValidationError } from '#front';
import { type BaseConnection, checkCount, checkOptionNames, namesOf } from '../vendor.js';
import type { NameOf } from './accounts.js';
import type { PassedOptions } from './starting.js';

/** Where the runs are kept. Durations are in seconds. */
export interface DurableOptions {
  /** A folder on this machine, which several of its processes may share. It needs the package `libsql`. */
  dataDir?: string | undefined;
  /** A database of PostgreSQL, which many machines may share. It needs the package `pg`. */
  databaseUrl?: string | undefined;
  /** Seconds without a heartbeat after which a process counts as dead and others take over its runs, from 0.1 to 3600. Default: 15. */
  lease?: number | undefined;
  /** Seconds for which runs whose end was handled are kept, and their keys with them; Infinity keeps them all. Default: 604,800, a week. */
  keep?: number | undefined;
  /**
   * Names a connection in the same way in every process: a run is followed with the connection that has the name of the one it was started
   * with. Default: the base URL, and the team where there are teams. Two accounts at one platform need names of their own.
   */
  nameOf?: NameOf | undefined;
  /** Called with errors that are nobody's: of heartbeats, of polls that will be repeated, of a database that is away. Default: a warning. */
  onError?: ((error: unknown) => void) | undefined;
}

/** Options of `start()`. */
export interface StartOptions {
  /** The connections to follow runs with. Runs of other connections are left to other processes. */
  connections: Iterable<BaseConnection>;
  /** Classes of your own whose runs are followed. Those of the platforms are known. */
  classes?: Iterable<ResourceClass> | undefined;
  /** How many runs this process has claimed at the same time, to poll them or to handle their ends. It bounds memory. Default: 100. */
  concurrency?: number | undefined;
}

/** Options of a run that goes on in whichever process is there. */
export interface FollowOptions {
  /** The name of the handler that its end is handed to. */
  handler: string;
  /** What the handler gets besides: JSON, at most 256 KiB. It is stored as it is, so no secrets. */
  data?: unknown;
  /** Identifies the run, in at most 255 characters: nothing is started when there is a run with this key. Default: none. */
  key?: string | undefined;
  /** From 0 to 9. When more runs are due than can be claimed, those with a higher number come first. Default: 0. */
  priority?: number | undefined;
  /** Seconds until the deadline, after which the run counts as failed. Default: none. */
  timeout?: number | undefined;
}

/** Options of `run()`. */
export interface DurableRunOptions extends FollowOptions {
  /** Passed on to `execute()`, `runAsync()` or `save()`. JSON where a start may be repeated. */
  options?: PassedOptions | undefined;
  /**
   * The key under which a start may be repeated. Default: a random one for connections and classes with `idempotency: true`, else none. One
   * given here says that the platform honours it.
   */
  idempotencyKey?: string | undefined;
}

const durableNames = namesOf<DurableOptions>({ dataDir: true, databaseUrl: true, lease: true, keep: true, nameOf: true, onError: true });
const startNames = namesOf<StartOptions>({ connections: true, classes: true, concurrency: true });
export const followNames = namesOf<FollowOptions>({ handler: true, data: true, key: true, priority: true, timeout: true });
export const runNames = [...followNames, ...namesOf<Omit<DurableRunOptions, keyof FollowOptions>>({ options: true, idempotencyKey: true })];

export function checkDurableOptions(options: DurableOptions): void {
  checkOptionNames('Durable.open', options, durableNames);
  const { dataDir, databaseUrl, lease, keep } = options;
  if ((dataDir === undefined) === (databaseUrl === undefined)) throw refused('give either dataDir or databaseUrl');
  if (dataDir !== undefined && (typeof dataDir !== 'string' || dataDir === '')) throw refused('dataDir must be the path of a folder');
  if (databaseUrl !== undefined && !/^postgres(?:ql)?:\/\//.test(databaseUrl)) throw refused('databaseUrl must begin with postgres://');
  if (lease !== undefined && !(lease >= 0.1 && lease <= 3600)) throw refused(`lease must be seconds from 0.1 to 3600 (got ${lease})`);
  if (keep !== undefined && !(keep >= 0)) throw refused(`keep must be seconds from 0, or Infinity (got ${keep})`);
}

function refused(problem: string): ValidationError {
  return new ValidationError(`Durable.open: ${problem}.`);
}

export function checkStartOptions(options: StartOptions): void {
  checkOptionNames('start', options, startNames);
  checkCount('concurrency', options.concurrency, 1);
}

/** The longest JSON of `data`, in characters. */
const longestData = 256 * 1024;

/** Checks what a run is noted with, and returns its data as JSON. */
export function checkedData(operation: 'run' | 'follow', { handler, data, key, priority, timeout }: FollowOptions): string {
  const refuse = (problem: string): never => {
    throw new ValidationError(`${operation}: ${problem}.`);
  };
  checkName(operation, 'handler', handler);
  if (key !== undefined) checkName(operation, 'key', key);
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 9))
    refuse(`priority must be a whole number from 0 to 9 (got ${priority})`);
  if (timeout !== undefined && timeout !== Number.POSITIVE_INFINITY && !(timeout >= 0 && timeout <= 31_536_000))
    refuse(`timeout must be seconds from 0 to a year, or Infinity (got ${timeout})`);
  return checkedJson(operation, 'data', data, longestData);
}

/** The JSON of a value that is stored. @throws ValidationError for what is not JSON or too long. */
export function checkedJson(operation: string, name: string, value: unknown, longest: number): string {
  let text: string;
  try {
    text = JSON.stringify(value ?? null);
  } catch (cause) {
    throw new ValidationError(`${operation}: ${name} must be JSON (${cause instanceof Error ? cause.message : String(cause)}).`, { cause });
  }
  if (text === undefined) throw new ValidationError(`${operation}: ${name} must be JSON (got ${typeof value}).`);
  if (text.length > longest)
    throw new ValidationError(`${operation}: ${name} has ${text.length} characters of JSON, at most ${longest} are kept.`);
  return text;
}

/** @throws ValidationError for what is not a name of 1 to 255 printable characters. */
export function checkName(operation: string, what: string, name: unknown): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (typeof name === 'string' && name.length > 0 && name.length <= 255 && !/[\x00-\x1f\x7f]/.test(name)) return;
  throw new ValidationError(`${operation}: ${what} must be a text of 1 to 255 characters without control characters.`);
}
