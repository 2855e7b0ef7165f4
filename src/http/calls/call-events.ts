import type { TransportObserver } from '../../model/ports/transport.js';
import type { ChannelMessages, Channels } from '../runtime.js';
import { runCallback } from './run-callback.js';

let calls = 0;

/**
 * Publishes the events of one call to the caller's observer, and where there are channels to them, there with a `call`: a number that all
 * events of one call share. An event that nobody hears is not made.
 */
export class CallEvents {
  readonly #observer: TransportObserver | undefined;
  readonly #channels: Channels | undefined;
  readonly #call = ++calls;

  constructor(observer: TransportObserver | undefined, channels: Channels | undefined) {
    this.#observer = observer;
    this.#channels = channels;
  }

  dispatch<K extends keyof ChannelMessages>(kind: K, make: () => ChannelMessages[K]): void {
    const channel = this.#channels?.[kind];
    const isPublished = channel?.hasSubscribers ?? false;
    const observer = this.#observer?.hears?.(kind) === false ? undefined : this.#observer;
    if (!isPublished && observer?.[kind] === undefined) return;
    const info = make();
    if (observer) runCallback(() => (observer[kind] as ((info: ChannelMessages[K]) => void) | undefined)?.call(observer, info));
    if (isPublished) channel?.publish({ ...info, call: this.#call });
  }
}
