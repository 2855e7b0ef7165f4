import type { RecordEvents } from '../../model/events/events.js';
import type { Progress } from '../../model/ports/waiter.js';
import type { LoggedEvent, LogLevel } from './log.js';

/** The longest line, in characters. */
const maxLength = 2000;

type Describe<E extends LoggedEvent> = (payload: RecordEvents[E]) => string;

/** What is said of each event. Payloads are redacted already. */
const describe: { readonly [E in LoggedEvent]: Describe<E> } = {
  request: ({ method, url, attempt }) => `${method} ${url}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
  response: ({ method, url, status, elapsedMs, bytes }) =>
    `${method} ${url}: ${status} in ${Math.round(elapsedMs)} ms${bytes === undefined ? '' : `, ${bytes} bytes`}`,
  retry: ({ method, url, attempt, delayMs, error, resource }) =>
    `${method === undefined ? `poll of ${resource}` : `${method} ${url}`}, attempt ${attempt} failed, again in ${Math.round(delayMs)} ms: ${error.message}`,
  poll: ({ resource, attempt, elapsedMs, nextDelayMs, progress, result }) =>
    `${resource}, poll ${attempt} after ${Math.round(elapsedMs)} ms: ${stateText(result, progress)}${nextDelayMs === null ? '' : `, next in ${Math.round(nextDelayMs)} ms`}`,
  fail: ({ resource, operation, error }) => `${operation} of ${resource}: ${error instanceof Error ? error.message : String(error)}`,
  veto: ({ resource, operation }) => `${operation} of ${resource} was ended by a hook`,
  warning: ({ message }) => message,
  invalid: ({ index, error }) => `item ${index} of a page: ${error.message}`,
  save: ({ resource, sent, changes }) => `${resource}: ${sent ? Object.keys(changes).join(', ') || 'sent' : 'nothing to send'}`,
  clone: ({ resource }) => String(resource),
  delete: ({ resource }) => String(resource),
  refresh: ({ resource }) => String(resource),
  run: ({ resource }) => String(resource),
  complete: ({ resource }) => String(resource),
};

/** Writes one line of the log: `remote-record 12:00:00.000 debug request GET https://…`. The time is UTC. */
export function writeLine<E extends LoggedEvent>(time: Date, level: LogLevel, event: E, payload: RecordEvents[E]): void {
  process.stderr.write(`${lineOf(time, level, event, payload)}\n`);
}

export function lineOf<E extends LoggedEvent>(time: Date, level: LogLevel, event: E, payload: RecordEvents[E]): string {
  const text = printable((describe[event] as Describe<E>)(payload));
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return `remote-record ${time.toISOString().slice(11, 23)} ${level} ${event} ${cut}`;
}

function stateText(result: unknown, progress: Progress | undefined): string {
  const status = (result as { status?: unknown } | undefined)?.status;
  const { fraction, message } = progress ?? {};
  const parts = [
    typeof status === 'string' ? status : undefined,
    fraction === undefined ? undefined : `${Math.round(fraction * 100)} %`,
    message === status ? undefined : message,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ') || 'no status';
}

/** A text that stays on its line and moves no cursor. */
function printable(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\u{fffd}');
}
