import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { AbortedError } from '../errors/index.js';
import { stateOf } from '../state/record-state.js';
import type { CallOptions } from '../transport.js';
import { fetchRecord } from './refresh.js';
import type { SearchStatics } from './search.js';

/** What one look at a record found. */
export interface Looked {
  answer: Record<string, unknown>;
  /** Seconds the platform asked to wait before the next look. */
  retryAfter?: number | undefined;
}

interface Waiting {
  record: BaseResource;
  options: CallOptions;
  resolve(looked: Looked): void;
  reject(error: unknown): void;
}

/** Ids in one list request: as many as a short URL and every platform's page take. */
const largestBatch = 100;

const gathering = new WeakMap<object, Waiting[]>();

/**
 * One look at a record, without repetitions. Looks at several records of one class in the same moment go out as one list
 * request, where the class has a search parameter for ids.
 */
export function lookAt(record: BaseResource, idsParam: string | undefined, options: CallOptions): Promise<Looked> {
  const target = record.constructor;
  if (idsParam === undefined) return lookAlone(record, options);
  const found = new Promise<Looked>((resolve, reject) => {
    const batch = gathering.get(target);
    const waiting = { record, options, resolve, reject };
    if (batch) batch.push(waiting);
    else {
      gathering.set(target, [waiting]);
      void gather(target, requireConnection(record, 'poll').environment.clock.sleep(0), idsParam);
    }
  });
  return unlessAborted(found, options.signal);
}

async function lookAlone(record: BaseResource, options: CallOptions): Promise<Looked> {
  return fetchRecord(record, { ...options, maxRetries: 0 });
}

async function gather(target: object, moment: Promise<void>, idsParam: string): Promise<void> {
  await moment;
  const batch = gathering.get(target) ?? [];
  gathering.delete(target);
  for (let at = 0; at < batch.length; at += largestBatch) void lookTogether(target, batch.slice(at, at + largestBatch), idsParam);
}

async function lookTogether(target: object, batch: readonly Waiting[], idsParam: string): Promise<void> {
  const alone = ({ record, options, resolve, reject }: Waiting): void => void lookAlone(record, options).then(resolve, reject);
  const ids = [...new Set(batch.map(({ record }) => String(record.id)))];
  if (ids.length === 1) {
    for (const waiting of batch) alone(waiting);
    return;
  }
  try {
    const timeout = Math.max(...batch.map(({ options }) => options.timeout ?? 0)) || undefined;
    const search = (target as unknown as SearchStatics & typeof BaseResource).search;
    const page = await search.call(target as never, { [idsParam]: ids, pageSize: ids.length } as never, { timeout, maxRetries: 0 });
    const found = new Map(page.results.map((record) => [String(record.id), stateOf(record).saved]));
    for (const waiting of batch) {
      const answer = found.get(String(waiting.record.id));
      if (answer) waiting.resolve({ answer });
      else alone(waiting); // a list does not say why it lacks a record; asking for the record does
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

/** What is gathered serves others too, so an abort only ends the waiting for it. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new AbortedError('The look was aborted.', { cause: signal.reason }));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
