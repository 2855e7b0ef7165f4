import type { ClientOptions } from '../../../src/http/options.js';
import { undiciTransport } from '../../../src/undici.js';

/** The options that choose what sends the requests. */
export type Sender = Pick<ClientOptions, 'fetch' | 'transport'>;

/** What every test of the transport runs with, by name. node-fetch is the default. */
export const senders: readonly (readonly [string, Sender])[] = Object.entries({
  'node-fetch': {},
  "the user's own fetch": { fetch: globalThis.fetch },
  undici: { transport: undiciTransport() },
});
