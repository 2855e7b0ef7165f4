import { requireConnection } from '../binding.js';
import { AbortedError, ConnectionError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import { toPlain } from '../fields/instances.js';
import { Operation } from '../hooks/life-cycle.js';
import { runKey } from '../persistence/idempotency.js';
import { type StreamResponse } from '../ports/transport.js';
import { inJson } from '../state/describe.js';
import { serverSentEvents } from './server-sent-events.js';
import { startRequest } from './start.js';
import type { StreamableRecord } from './stream-mixin.js';
import type { StreamOptions } from './stream-options.js';

type Params = Readonly<Record<string, unknown>>;

/** The most characters of a response without events that a message quotes. */
const headLength = 200;

/** Runs the before hooks, sends the request, yields the chunks, and runs the after hooks when the stream has ended or was left. */
export async function* streamRun(record: StreamableRecord, params: Params, options: StreamOptions): AsyncGenerator<unknown, void, void> {
  const { hooks, signal, state } = options;
  const idempotencyKey = runKey(record, options.idempotencyKey);
  // Nobody can repeat it under a key of its own.
  const ownKey = idempotencyKey !== options.idempotencyKey;
  const outcome = ownKey || idempotencyKey === undefined ? 'unknown' : undefined;
  const operation = new Operation<unknown>(record, {
    operation: 'run',
    args: [params, options],
    options: { hooks, signal, state },
    queued: false,
  });
  const response = await operation.enter(async () => {
    if (await operation.begin()) return null;
    try {
      operation.context.limit.depart();
      return await operation.within(() => open(record, params, { ...options, idempotencyKey }, operation, ownKey));
    } catch (error) {
      return operation.fail(error);
    }
  });
  if (!response) return;
  const chunks: unknown[] = [];
  let end: 'left' | 'reached' | { error: unknown } = 'left';
  try {
    for await (const chunk of chunksOf(record, response, outcome)) {
      if (signal?.aborted) throw new AbortedError(`stream of ${String(record)} was aborted.`, { cause: signal.reason, outcome });
      dispatch(record, 'chunk', { resource: record, chunk, index: chunks.push(chunk) - 1 });
      yield chunk;
    }
    end = 'reached';
  } catch (error) {
    end = { error };
  } finally {
    if (end === 'left') {
      const error = new AbortedError(`stream of ${String(record)} was left before its end.`, { outcome });
      await operation.fail(error).catch(() => undefined); // whoever left the loop does not wait for an error
    }
  }
  if (typeof end === 'object') await operation.fail(end.error);
  else await operation.succeed(record.streamResult(chunks));
}

/** Reads chunks up to the end marker. @throws ConnectionError for a body that ends without it. */
async function* chunksOf(
  record: StreamableRecord,
  { headers, body }: StreamResponse,
  outcome: 'unknown' | undefined,
): AsyncGenerator<unknown, void, void> {
  const contentType = headers['content-type'];
  let head = '';
  const onText = (text: string): void => {
    if (head.length < headLength) head = (head + text).slice(0, headLength);
  };
  const events = serverSentEvents(body, { contentType, isEnd: (event) => record.isStreamEnd(event), onText });
  let count = 0;
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) {
        if (next.value || record.endsWithBody) return;
        const type = `${contentType ?? 'no content type'}: ${inJson(head, headLength)}`;
        const found = count > 0 ? `after ${count} events` : `without any event (${type})`;
        throw new ConnectionError(`stream of ${String(record)} was cut: it ended ${found} and without its end marker.`, { outcome });
      }
      count++;
      const chunk = record.readChunk(next.value);
      if (chunk !== null && chunk !== undefined) yield chunk;
    }
  } finally {
    await events.return(false);
  }
}

async function open(
  record: StreamableRecord,
  params: Params,
  options: StreamOptions,
  { context }: Operation,
  ownKey: boolean,
): Promise<StreamResponse> {
  const connection = requireConnection(record, 'stream');
  const payload = await record.buildStreamPayload(toPlain(params, connection.environment.transform), options);
  context.payload = payload;
  context.sent = true;
  const request = { ...startRequest(record, record.buildStreamUrl(params), payload, options, 'stream'), ownKey };
  const { idleTimeout } = options;
  return connection.sendStream({ ...request, ...(idleTimeout !== undefined && { idleTimeout }) }, record);
}
