import type { BaseResource } from '../base-resource.js';
import { ResourceError } from '../errors/index.js';
import { isObject } from '../state/json.js';
import { type Outcome, outcomeOf, runStatusWords, type StatusWords } from '../waiting/status.js';
import type { RunStatics } from './mixin.js';
import { Result } from './result.js';

export function staticsOf(record: BaseResource): RunStatics {
  return record.constructor as unknown as RunStatics;
}

function wordsOf(record: BaseResource): StatusWords {
  return staticsOf(record).runStatusWords ?? runStatusWords;
}

export function resultOf(record: BaseResource, raw: Record<string, unknown>): Result {
  const Class = staticsOf(record).responseClass ?? Result;
  return new Class(raw);
}

/** What a run is called in messages: by its record, or by its path where only its address is known, as after `resume`. */
export function runName(record: BaseResource, address: string): string {
  if ((record.id ?? null) !== null) return `run of ${String(record)}`;
  return `run of ${record.constructor.name} at ${address.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*/s, '') || '/'}`;
}

/** A run of which only the address is known. */
export function pendingAt(record: BaseResource, url: string): Result {
  return resultOf(record, { status: 'IN_PROGRESS', completed: false, url });
}

/** What the platform's answer to a start means. */
export function readStart(record: BaseResource, response: unknown): Result {
  const raw = isObject(response) ? response : { status: 'SUCCESS', completed: true, data: response };
  const url = pendingUrl(record, raw);
  return resultOf(record, url === undefined ? raw : { ...raw, status: raw.status ?? 'IN_PROGRESS', completed: false, url });
}

/** How far a run is, as its latest answer says. */
export function outcomeOfResult(record: BaseResource, { status, completed }: Result): Outcome {
  const outcome = outcomeOf(status, wordsOf(record));
  return completed && outcome !== 'failed' ? 'succeeded' : outcome;
}

/** @throws ResourceError when a run goes on but nobody can ask for its end. */
export function refuseLost(record: BaseResource, started: Result): void {
  const outcome = outcomeOfResult(record, started);
  if (outcome === 'succeeded' || outcome === 'failed' || started.url !== null) return;
  const said = JSON.stringify(started.raw) ?? 'nothing';
  throw new ResourceError(
    `run of ${String(record)}: the platform took it, but its answer says neither that it has ended nor where to ask for its end: ` +
      `${said.length > 300 ? `${said.slice(0, 297)}...` : said}. If that is how the platform answers, override handleRunResponse().`,
    { outcome: 'unknown' },
  );
}

/** Where a run that goes on is polled: its `data` while it is in progress, or its `url` while it is not completed. */
function pendingUrl(record: BaseResource, raw: Record<string, unknown>): string | undefined {
  const { status, data, url, completed } = raw;
  const outcome = typeof status === 'string' ? outcomeOf(status, wordsOf(record)) : 'unknown';
  if (outcome === 'failed' || outcome === 'succeeded') return undefined;
  // A platform that says that the run goes on means an address by its data, completed or not; one that does not say may mean an output.
  if (completed === true && outcome !== 'running') return undefined;
  if (isAddress(data, outcome === 'running')) return data;
  return completed !== true && isAddress(url, true) ? url : undefined;
}

/** An http(s) URL, or a path: one that begins with a slash, or any when the platform means one. */
function isAddress(value: unknown, meant: boolean): value is string {
  if (typeof value !== 'string' || value === '' || /\s/.test(value)) return false;
  if (/^[a-z][a-z0-9+.-]*:/i.test(value)) return /^https?:\/\//i.test(value);
  return meant || value.startsWith('/');
}
