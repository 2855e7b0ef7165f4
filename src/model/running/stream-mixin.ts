import type { BaseResource } from '../base-resource.js';
import { ConfigurationError } from '../errors/index.js';
import { pathOf } from '../fields/effective-options.js';
import { inJson } from '../state/describe.js';
import { isObject } from '../state/json.js';
import { checkOptions } from '../support/known-options.js';
import { type Adds, asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { part } from '../support/part.js';
import { checkSeconds } from '../support/quantities.js';
import { outcomeOf, runStatusWords } from '../waiting/status.js';
import { refuseFailure } from './failure.js';
import type { Runnable } from './mixin.js';
import { checkRunOptions } from './params.js';
import { resultOf, staticsOf } from './response.js';
import type { StreamEvent } from './server-sent-events.js';
import { RunStream } from './stream.js';
import type { StreamOptions } from './stream-options.js';

type Params = Readonly<Record<string, unknown>>;

const streaming = part(() => import('./stream-run.js'));

/** The members of a record whose runs can be streamed. */
export interface Streamable {
  /**
   * The type of the chunks of its streams, which no record has as a value. A class that overrides `readChunk()` says it with
   * `declare readonly streamChunk: MyChunk`; `stream()` and the `chunk` events are then typed so.
   */
  readonly streamChunk: unknown;
  /**
   * Starts a run and yields what it produces, chunk by chunk, from server-sent events. The request is sent when reading begins. It is
   * repeated as any other until the first bytes have arrived, and not after that. The operation is `run`: the before hooks run before the
   * request, and the after hooks at the end of the stream, with `streamResult()` or the error. A before hook that returns a value ends the
   * stream before its first chunk. A loop that is left early aborts the request, and its after hooks get an AbortedError.
   *
   * @throws ValidationError at once for invalid options. Reading throws APIError as any call does; OperationFailedError for an event that
   *   reports a failure; ConnectionError when the stream ends without its end marker; TimeoutError when nothing arrives for
   *   `idleTimeout` seconds (default: the connection's, 60); AbortedError on abort.
   */
  stream(params?: Params, options?: StreamOptions): RunStream<this['streamChunk']>;
  /**
   * Makes a chunk of an event; null to skip the event. Default: its JSON, or its text if it is not JSON.
   *
   * @throws OperationFailedError for an event of the type `error`, and for JSON with an `error` or with the status of a failure.
   */
  readChunk(event: StreamEvent): unknown;
  /** Whether an event marks the end. Default: whether its data is the static `streamEndMarker`. */
  isStreamEnd(event: StreamEvent): boolean;
  /** The text of a chunk, for `stream().text()`. Default: a string itself, or the string in its `data`. @throws ConfigurationError else. */
  chunkText(chunk: unknown): string;
  /** What after hooks and `run` events get at the end. Default: a successful result of the class, with the list of chunks as `data`. */
  streamResult(chunks: readonly unknown[]): unknown;
  /** The body of the request, or a promise of it. Default: that of a run. */
  buildStreamPayload(params: Params, options: StreamOptions): unknown;
  /** The path of the request, relative to the base URL. Default: that of a run. */
  buildStreamUrl(params: Params): string;
  /** Whether the end of the body is the end of the stream, since the class has no end marker. */
  readonly endsWithBody: boolean;
}

export type StreamableRecord = BaseResource & Streamable;

/** The statics of a class whose runs can be streamed. */
export interface StreamStatics {
  /** The data of the event that marks the end; null when the end of the body does. Default: '[DONE]'. */
  streamEndMarker: string | null;
}

/** Adds `record.stream(params)` and related members. @throws TypeError when the base is not a record class. */
export function StreamResourceMixin<B extends RecordBase>(base: B): B & StreamStatics & Adds<Streamable> {
  checkMixinBase(base, 'StreamResourceMixin');
  abstract class StreamedRecord extends asBase(base) implements Streamable {
    static streamEndMarker: string | null = '[DONE]';

    declare readonly streamChunk: unknown;

    stream(params: Params = {}, options: StreamOptions = {}): RunStream {
      this.requireId('stream');
      checkOptions(this.constructor, 'stream', options);
      checkRunOptions(options);
      checkSeconds('idleTimeout', options.idleTimeout);
      return new RunStream(
        () => chunksOf(this, params, options),
        (chunk) => this.chunkText(chunk),
      );
    }

    readChunk(event: StreamEvent): unknown {
      const data = dataOf(event);
      const raw = isObject(data) ? data : {};
      const { status } = raw;
      const words = staticsOf(this).runStatusWords ?? runStatusWords;
      if (event.event === 'error' || raw.error || (typeof status === 'string' && outcomeOf(status, words) === 'failed')) {
        refuseFailure(this, resultOf(this, { ...(isObject(data) ? raw : { error: data }), status: 'FAILED' }));
      }
      return data;
    }

    isStreamEnd({ data }: StreamEvent): boolean {
      return data === (this.constructor as unknown as StreamStatics).streamEndMarker;
    }

    get endsWithBody(): boolean {
      return (this.constructor as unknown as StreamStatics).streamEndMarker === null;
    }

    chunkText(chunk: unknown): string {
      const text = isObject(chunk) ? chunk.data : chunk;
      if (typeof text === 'string') return text;
      throw new ConfigurationError(
        `stream of ${String(this)}: a chunk has no text: ${inJson(chunk, 200)}. Override chunkText() in ${this.constructor.name}.`,
      );
    }

    streamResult(chunks: readonly unknown[]): unknown {
      return resultOf(this, { status: 'SUCCESS', completed: true, data: chunks });
    }

    buildStreamPayload(params: Params, options: StreamOptions): unknown {
      const { buildRunPayload } = this as Partial<Runnable>;
      return buildRunPayload ? buildRunPayload.call(this, params, options) : params;
    }

    buildStreamUrl(params: Params): string {
      const { buildRunUrl } = this as Partial<Runnable>;
      return buildRunUrl ? buildRunUrl.call(this, params) : `${pathOf(this.constructor)}/${this.encodedId}/run`;
    }
  }
  return StreamedRecord as unknown as B & StreamStatics & Adds<Streamable>;
}

async function* chunksOf(record: StreamableRecord, params: Params, options: StreamOptions): AsyncGenerator<unknown, void, void> {
  const { streamRun } = await streaming();
  yield* streamRun(record, params, options);
}

/** The data of an event: parsed JSON, which some servers break into lines anywhere, else the text. */
export function dataOf({ data }: StreamEvent): unknown {
  for (const text of data.includes('\n') ? [data, data.replaceAll('\n', '')] : [data]) {
    try {
      return JSON.parse(text);
    } catch {
      // It may be plain text.
    }
  }
  return data;
}
