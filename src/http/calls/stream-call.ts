import { ResourceError } from '../../model/errors/index.js';
import type { StreamResponse, TransportRequest } from '../../model/ports/transport.js';
import type { AdapterResponse } from '../adapters/adapter.js';
import type { ReceivedBody } from '../adapters/received-body.js';
import { codingsOf, unsupportedCoding } from '../encoding/content-codings.js';
import { unpack } from '../encoding/unpack.js';
import { UnpackingGuard } from '../encoding/unpacking-guard.js';
import type { EngineSettings } from '../engine.js';
import { Handoff } from '../files/handoff.js';
import type { RunCall } from '../files/transfer.js';
import type { Deadline } from '../time/deadline.js';
import { ANY_TYPE, apiCall } from './api-call.js';
import type { Call } from './call.js';

/** The headers that say what is expected. Content-Encodings are not asked for, because compression holds bytes back. */
function accepted({ responseType }: TransportRequest): { accept: string; 'accept-encoding': string } {
  return { accept: responseType === 'bytes' ? ANY_TYPE : 'text/event-stream', 'accept-encoding': 'identity' };
}

/**
 * Makes a call whose response is passed on as it arrives. See `Client.stream`. The call lasts until the body has been read or left, so that
 * time limits, aborts and errors are those of any call.
 */
export function openStream(
  settings: EngineSettings,
  run: RunCall,
  request: TransportRequest,
  body: Uint8Array | undefined,
): Promise<StreamResponse> {
  const handoff = new Handoff();
  let received: ReceivedBody | undefined;
  const leave = (): void => {
    received?.destroy();
    handoff.close();
  };
  return new Promise((resolve, reject) => {
    let isDelivered = false;
    const deliver = ({ status, headers }: AdapterResponse): void => {
      isDelivered = true;
      resolve({ status, headers, body: bytesOf(handoff, leave) });
    };
    const call = apiCall<void>(settings, request, body, accepted(request), async (response, deadline) => {
      received = response.body;
      for await (const chunk of decoded(settings, response, deadline, request.attempt)) {
        if (!isDelivered) deliver(response);
        await deadline.race(handoff.write(chunk));
      }
      if (!isDelivered) deliver(response);
    });
    const streamed: Call<void> = {
      ...call,
      timeout: request.timeout === undefined ? Number.POSITIVE_INFINITY : call.timeout,
      idleFrom: 'start',
      isDelivered: () => isDelivered,
    };
    run(streamed).then(
      () => handoff.end(),
      (error: Error) => {
        reject(error);
        handoff.close(error);
      },
    );
  });
}

/** The bytes for the reader. A plain iterator, because a generator would wait for the next bytes before it could be left. */
function bytesOf(handoff: Handoff, leave: () => void): AsyncIterable<Uint8Array> {
  const chunks = handoff[Symbol.asyncIterator]();
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => chunks.next(),
    async return() {
      leave();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** The chunks of a body without its Content-Encoding. @throws ResourceError for one that cannot be decoded, or is over the limits. */
async function* decoded(
  settings: EngineSettings,
  response: AdapterResponse,
  deadline: Deadline,
  attempt = 'The request',
): AsyncGenerator<Uint8Array> {
  const { decoders } = settings.runtime;
  const { jsonBytes, unpackingRatio: ratio } = settings.bodyLimits;
  const fail = (what: string) => new ResourceError(`${attempt} failed: ${what}.`, { outcome: 'unknown' });
  async function* active() {
    for await (const chunk of response.body) {
      deadline.recordActivity();
      yield chunk;
    }
  }
  const unsupported = response.decoded ? undefined : unsupportedCoding(response.headers, decoders);
  if (unsupported) throw fail(`the response is encoded as ${unsupported}, which cannot be decoded here`);
  const codings = response.decoded ? [] : codingsOf(response.headers, decoders);
  const guard = new UnpackingGuard({ bytes: jsonBytes, setting: 'limits.jsonBytes', ratio }, fail);
  let size = 0;
  for await (const chunk of codings.length === 0 ? active() : unpack(active(), { codings, decoders, guard })) {
    size += chunk.length;
    if (size > jsonBytes) throw fail(`the response is longer than ${jsonBytes} bytes, the limit of the setting \`limits.jsonBytes\``);
    yield chunk;
  }
}
