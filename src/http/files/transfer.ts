import { type APIError, ValidationError } from '../../model/errors/index.js';
import type { TransportObserver } from '../../model/ports/transport.js';
import { count, milliseconds } from '../../model/support/quantities.js';
import type { Call } from '../calls/call.js';
import { presignedTarget } from '../calls/request-target.js';
import type { EngineSettings } from '../engine.js';
import { Redactor } from '../redactor.js';
import { mayBeExpired } from './expired.js';

/** The progress of an upload or a download, in bytes. */
export interface TransferProgress {
  /** The bytes transferred so far. */
  loaded: number;
  /** The size of the file; undefined while it is not known. */
  total: number | undefined;
}

/** Options of uploads and downloads. */
export interface TransferOptions {
  /** Called for each transferred chunk. `loaded` decreases when a transfer starts again. What it throws becomes a process warning. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Ends the transfer with an AbortedError. */
  signal?: AbortSignal | undefined;
  /** Seconds that the whole transfer may take, at most 86,400. Default: Infinity; the connection's `idleTimeout` applies in any case. */
  timeout?: number | undefined;
  /** How often a transfer may be repeated without progress. Default: the connection's `maxRetries`. */
  maxRetries?: number | undefined;
  /** Returns a new presigned URL. It is called at most once, after a response that says that the present one has expired. */
  renewUrl?: (() => Promise<string>) | undefined;
  /** Whether a response says so. Default: what the known stores say, and a 401 or 403 that explains nothing. */
  isExpired?: ((error: APIError) => boolean) | undefined;
  /** Observes the requests, the responses and the repetitions of the transfer. */
  observer?: TransportObserver | undefined;
  /** What is attempted, for error messages: 'upload report.pdf'. */
  attempt?: string | undefined;
}

/** Makes a call on a connection. */
export type RunCall = <T>(call: Call<T>) => Promise<T>;

/** The members of a call that uploads and downloads define differently. */
type TransferSpecifics<T> = Pick<Call<T>, 'method' | 'headers' | 'body' | 'receive' | 'madeProgress'> & { recover?: Call<T>['recover'] };

/** A call to a presigned URL: without credentials, its query redacted, with the idle timeout from its start. */
export function transferCall<T>(
  settings: EngineSettings,
  presignedUrl: string,
  options: TransferOptions,
  specifics: TransferSpecifics<T>,
): Call<T> {
  const redactor = new Redactor(settings.redactor);
  const locate = (url: string) => {
    const target = presignedTarget(settings, url);
    redactor.addPresigned(target.url);
    return target;
  };
  let { renewUrl } = options;
  const { isExpired = mayBeExpired } = options;
  const call: Call<T> = {
    ...specifics,
    ...locate(presignedUrl),
    attempt: options.attempt,
    decodeError: undefined,
    once: false,
    idempotencyKey: 'none',
    sentBefore: false,
    rateLimiter: settings.transferLimiter,
    timeout: milliseconds('timeout', options.timeout ?? Number.POSITIVE_INFINITY),
    timeoutCoversQueue: true,
    sendWithin: undefined,
    maxRetries: count('maxRetries', options.maxRetries ?? settings.maxRetries, 0),
    idleTimeout: settings.idleTimeout,
    idleFrom: 'start',
    signal: options.signal,
    observer: options.observer,
    redactor,
    async recover(error) {
      if (await specifics.recover?.(error)) return true;
      if (!renewUrl || !isExpired(error)) return false;
      const renew = renewUrl;
      renewUrl = undefined;
      const renewed = await renew();
      if (typeof renewed !== 'string') throw new ValidationError('renewUrl must return a URL.');
      call.url = locate(renewed).url;
      return true;
    },
  };
  return call;
}
