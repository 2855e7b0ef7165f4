import { ValidationError } from '../../model/errors/index.js';
import type { TransportObserver } from '../../model/ports/transport.js';
import { count, milliseconds } from '../../model/support/quantities.js';
import type { Call } from '../calls/call.js';
import { Redactor } from '../redactor.js';
import { presignedTarget } from '../calls/request-target.js';
import type { ClientSettings } from '../options.js';

/** How far a transfer has come, in bytes. */
export interface TransferProgress {
  loaded: number;
  /** Undefined while it is not known. */
  total: number | undefined;
}

/** What uploads and downloads have in common. */
export interface TransferOptions {
  /** Called as bytes move. It goes back when a transfer has to begin again. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Ends the transfer with an AbortedError. */
  signal?: AbortSignal | undefined;
  /** Seconds the whole transfer may take. Default: Infinity; silence on the line ends it anyway. */
  timeout?: number | undefined;
  /** How often it may be repeated. Default: the connection's. */
  maxRetries?: number | undefined;
  /** Gets a fresh presigned address; asked once, when the first is refused with 401 or 403. */
  renewUrl?: (() => Promise<string>) | undefined;
  observer?: TransportObserver | undefined;
  /** What is being attempted, for error messages: 'upload report.pdf'. */
  attempt?: string | undefined;
}

/** Makes a call; what a connection lends to its transfers. */
export type RunCall = <T>(call: Call<T>) => Promise<T>;

/** What only an upload or only a download knows. */
type TransferSpecifics<T> = Pick<Call<T>, 'method' | 'headers' | 'body' | 'receive' | 'madeProgress'> & { recover?: Call<T>['recover'] };

/** A call to a presigned address: without credentials, its query never shown, watched for silence from the beginning. */
export function transferCall<T>(settings: ClientSettings, address: string, options: TransferOptions, rest: TransferSpecifics<T>): Call<T> {
  const redactor = new Redactor(settings.redactor);
  const locate = (presigned: string) => {
    const target = presignedTarget(settings, presigned);
    redactor.addPresigned(target.url);
    return target;
  };
  let { renewUrl } = options;
  const call: Call<T> = {
    ...rest,
    ...locate(address),
    attempt: options.attempt,
    decodeError: undefined,
    once: false,
    idempotencyKey: 'none',
    rateLimiter: settings.transferLimiter,
    timeout: milliseconds('timeout', options.timeout ?? Number.POSITIVE_INFINITY),
    maxRetries: count('maxRetries', options.maxRetries ?? settings.maxRetries, 0),
    idleTimeout: settings.idleTimeout,
    idleFrom: 'start',
    signal: options.signal,
    observer: options.observer,
    redactor,
    async recover(error) {
      if (await rest.recover?.(error)) return true;
      if (!renewUrl || (error.status !== 401 && error.status !== 403)) return false;
      const renew = renewUrl;
      renewUrl = undefined;
      const fresh = await renew();
      if (typeof fresh !== 'string') throw new ValidationError('renewUrl must give an address.');
      call.url = locate(fresh).url;
      return true;
    },
  };
  return call;
}
