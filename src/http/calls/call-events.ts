import type { RequestInfo, ResponseInfo, RetryInfo, TransportObserver } from '../../model/ports/transport.js';
import type { Channels } from '../runtime.js';
import { runCallback } from './run-callback.js';

let calls = 0;

/**
 * Publishes the events of one call to the caller's observer, and where there are channels to them, there with a `call`: a number that all
 * events of one call share.
 */
export class CallEvents {
  readonly #observer: TransportObserver | undefined;
  readonly #channels: Channels | undefined;
  readonly #call = ++calls;

  constructor(observer: TransportObserver | undefined, channels: Channels | undefined) {
    this.#observer = observer;
    this.#channels = channels;
  }

  request(info: RequestInfo): void {
    runCallback(() => this.#observer?.request?.(info));
    this.#publish('request', info);
  }

  response(info: ResponseInfo): void {
    runCallback(() => this.#observer?.response?.(info));
    this.#publish('response', info);
  }

  retry(info: RetryInfo): void {
    runCallback(() => this.#observer?.retry?.(info));
    this.#publish('retry', info);
  }

  #publish(kind: keyof Channels, info: object): void {
    const channel = this.#channels?.[kind];
    if (channel?.hasSubscribers) channel.publish({ ...info, call: this.#call });
  }
}
