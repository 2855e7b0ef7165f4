import type { BaseResource } from '../base-resource.js';
import { isObject } from '../state/json.js';
import { type Outcome, outcomeOf, runStatusWords, type StatusWords } from '../waiting/status.js';
import type { RunStatics } from './mixin.js';
import { Result } from './result.js';

/** The statics of a record's class. */
export function staticsOf(record: BaseResource): RunStatics {
  return record.constructor as unknown as RunStatics;
}

function wordsOf(record: BaseResource): StatusWords {
  return staticsOf(record).runStatusWords ?? runStatusWords;
}

/** Makes a result of the class that the record's class declares. */
export function resultOf(record: BaseResource, raw: Record<string, unknown>): Result {
  const Class = staticsOf(record).responseClass ?? Result;
  return new Class(raw);
}

/** The name of a run in messages: by its record, or by its path when only its URL is known, as after `resume`. */
export function runName(record: BaseResource, address: string): string {
  if ((record.id ?? null) !== null) return `run of ${String(record)}`;
  return `run of ${record.constructor.name} at ${address.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*/s, '') || '/'}`;
}

/** Whether a response has nothing in it. */
export function isBlank(response: unknown): boolean {
  return response === undefined || response === null || (isObject(response) && Object.keys(response).length === 0);
}

/** The result of a run in progress of which only the URL is known. */
export function pendingAt(record: BaseResource, url: string): Result {
  return resultOf(record, { status: 'IN_PROGRESS', completed: false, url });
}

/** Makes a result from the response to a start, with the URL to poll if the run is in progress. */
export function readStart(record: BaseResource, response: unknown): Result {
  const raw = isObject(response) ? response : { status: 'SUCCESS', completed: true, data: response };
  const url = pendingUrl(record, raw);
  return resultOf(record, url === undefined ? raw : { ...raw, status: raw.status ?? 'IN_PROGRESS', completed: false, url });
}

/** The outcome of a run according to its latest result. */
export function outcomeOfResult(record: BaseResource, { status, completed }: Result): Outcome {
  const outcome = outcomeOf(status, wordsOf(record));
  return completed && outcome !== 'failed' ? 'succeeded' : outcome;
}

/** The URL of a run in progress: its `data` while its status says so, else its `url` while it is not completed. */
function pendingUrl(record: BaseResource, raw: Record<string, unknown>): string | undefined {
  const { status, data, url, completed } = raw;
  const outcome = typeof status === 'string' ? outcomeOf(status, wordsOf(record)) : 'unknown';
  if (outcome === 'failed' || outcome === 'succeeded') return undefined;
  // With a status of a running run, `data` is a URL even if the run is marked completed; otherwise `data` may be the output.
  if (completed === true && outcome !== 'running') return undefined;
  if (isAddress(data, outcome === 'running')) return data;
  return completed !== true && isAddress(url, true) ? url : undefined;
}

/** Whether a value is an http(s) URL or a path. A path must begin with a slash unless `expected` is true. */
function isAddress(value: unknown, expected: boolean): value is string {
  if (typeof value !== 'string' || value === '' || /\s/.test(value)) return false;
  if (/^[a-z][a-z0-9+.-]*:/i.test(value)) return /^https?:\/\//i.test(value);
  return expected || value.startsWith('/');
}
