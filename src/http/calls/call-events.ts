import { channel } from 'node:diagnostics_channel';
import type { RequestInfo, ResponseInfo, RetryInfo, TransportObserver } from '../../model/ports/transport.js';
import { runCallback } from './run-callback.js';

const requests = channel('remote-record:request');
const responses = channel('remote-record:response');
const retries = channel('remote-record:retry');

let calls = 0;

/**
 * Publishes the events of one call to the caller's observer and to the channels `remote-record:request`, `remote-record:response` and
 * `remote-record:retry` (https://nodejs.org/api/diagnostics_channel.html), there with a `call`: a number that all events of one call share.
 */
export class CallEvents {
  readonly #observer: TransportObserver | undefined;
  readonly #call = ++calls;

  constructor(observer: TransportObserver | undefined) {
    this.#observer = observer;
  }

  request(info: RequestInfo): void {
    runCallback(() => this.#observer?.request?.(info));
    if (requests.hasSubscribers) requests.publish({ ...info, call: this.#call });
  }

  response(info: ResponseInfo): void {
    runCallback(() => this.#observer?.response?.(info));
    if (responses.hasSubscribers) responses.publish({ ...info, call: this.#call });
  }

  retry(info: RetryInfo): void {
    runCallback(() => this.#observer?.retry?.(info));
    if (retries.hasSubscribers) retries.publish({ ...info, call: this.#call });
  }
}
