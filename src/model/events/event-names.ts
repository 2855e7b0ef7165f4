import { ConfigurationError } from '../errors/index.js';
import { misspelled, namesOf } from '../support/names.js';
import type { ConnectionEvents, RecordEvents } from './events.js';

/** The events of records and of their classes. */
export const recordEventNames = namesOf<RecordEvents>({
  save: true,
  clone: true,
  delete: true,
  refresh: true,
  run: true,
  chunk: true,
  poll: true,
  progress: true,
  complete: true,
  fail: true,
  veto: true,
  invalid: true,
  warning: true,
  request: true,
  response: true,
  retry: true,
});

/** The events of connections. */
export const connectionEventNames = [...recordEventNames, ...namesOf<Omit<ConnectionEvents, keyof RecordEvents>>({ error: true })] as const;

/** What others call our events. */
const otherWords: Readonly<Record<string, string>> = {
  create: 'save',
  created: 'save',
  update: 'save',
  updated: 'save',
  remove: 'delete',
  removed: 'delete',
  destroy: 'delete',
  failure: 'fail',
};

/**
 * Refuses a name that is most likely a misspelled event.
 *
 * @param known The events there are.
 * @throws ConfigurationError with the nearest name, and with all names there are; also for a listener that is not a function.
 */
export function checkEvent(event: unknown, listener: unknown, known: readonly string[]): void {
  const list = `events are ${known.join(', ')}`;
  if (typeof event !== 'string' || event === '') throw new ConfigurationError(`The name of an event must be a text; ${list}.`);
  if (listener !== undefined && typeof listener !== 'function') {
    throw new ConfigurationError(`The listener of '${event}' must be a function (got ${listener === null ? 'null' : typeof listener}).`);
  }
  if (known.includes(event)) return;
  const meant = nearest(event, known);
  if (meant !== undefined) throw new ConfigurationError(`There is no event '${event}' (did you mean ${meant}?); ${list}.`);
  if (event === 'error') {
    throw new ConfigurationError(
      `Records have no event 'error': 'fail' carries the error of an operation, and connections have 'error'; ${list}.`,
    );
  }
}

function nearest(event: string, known: readonly string[]): string | undefined {
  const name = event.replace(/^on[-_:]?(?=[A-Z_:-])/, '');
  const exact = known.find((each) => each.toLowerCase() === name.toLowerCase());
  const inflected = known.find((each) => name.startsWith(each) && /^(?:e?s|e?d)$/.test(name.slice(each.length)));
  return exact ?? (Object.hasOwn(otherWords, name) ? otherWords[name] : undefined) ?? inflected ?? misspelled(name, known, 1);
}
