import type { BaseResource } from './base-resource.js';
import { connectionOfClass } from './binding.js';
import type { BaseConnection } from './connection.js';
import { metadataOf } from './fields/compile.js';
import { loadRecord as load } from './state/construction.js';
import { type RecordClass, stateOf } from './state/slot.js';
import { noteStarted, secondsToSend } from './waiting/deadlines.js';
import { checkProgressBar, checkWaitOptions } from './waiting/wait-options.js';
import type { RecordWaitOptions, Waitable } from './waiting/waitable.js';

/** The key of a class's id in JSON, which `@Entity({ id })` sets. */
export function idKeyOf(target: object): string {
  return metadataOf(target).id.wire;
}

/**
 * A record made from a response, without validating it. Keys are those of the wire, as after `readResponse()`.
 *
 * @param connection Where the record belongs. Default: the connection of its class.
 */
export function loadRecord<R extends object>(
  target: RecordClass<R>,
  json: Record<string, unknown>,
  connection: BaseConnection | null = connectionOfClass(target),
): R {
  return load(target, json, connection);
}

/** Gives a connection to a record that has none; any other record keeps its own. */
export function attachConnection(record: BaseResource, connection: BaseConnection): void {
  if (!record.context) stateOf(record).connection = connection;
}

/**
 * Starts the work of a record with WaitableResourceMixin. The time limit counts from before the start, and the record's `token()`
 * carries it.
 *
 * @param start Sends what starts the work, within so many seconds (`sendWithin` of the request). The options are checked before it is
 *   called.
 * @returns the options to wait with: `record.wait(await startWork(record, options, start))`.
 * @throws ValidationError for wait options that make no sense, ConfigurationError when a package for `showProgress` is missing, and what
 *   `start` throws.
 */
export async function startWork<O extends RecordWaitOptions>(
  record: BaseResource & Waitable,
  options: O,
  start: (sendWithin: number | undefined) => Promise<unknown>,
): Promise<
  O & {
    /** When the work began, in milliseconds of the connection's clock. */
    since: number;
  }
> {
  checkWaitOptions(options);
  const { clock } = record.requireConnection('start').environment;
  const waiting = { ...options, since: clock.now() };
  await checkProgressBar(record, options);
  await start(secondsToSend(waiting, clock));
  noteStarted(record, waiting, clock);
  return waiting;
}
