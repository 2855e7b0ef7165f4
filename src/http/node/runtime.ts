import { createHash, type Hash } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { type Fetch, FetchAdapter } from '../adapters/fetch.js';
import type { Digest, Runtime } from '../runtime.js';
import { NodeAdapter } from './adapter.js';
import { nodeDecoders } from './decoders.js';
import { openFile } from './file-source.js';
import { openSink } from './open-sink.js';
import { FileSpool } from './spool.js';

class NodeDigest implements Digest {
  readonly #hash: Hash = createHash('sha256');

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  hex(): string {
    return this.#hash.digest('hex');
  }
}

/** Node, and what is compatible with it. The channels are those of https://nodejs.org/api/diagnostics_channel.html. */
export const nodeRuntime: Runtime = {
  channels: {
    request: channel('remote-record:request'),
    response: channel('remote-record:response'),
    retry: channel('remote-record:retry'),
  },
  decoders: nodeDecoders,
  createAdapter(fetch, clock, connectTimeout) {
    // Bun gives its own fetch to whoever imports node-fetch, which needs what that has.
    const own = fetch ?? ('bun' in process.versions ? (globalThis.fetch as Fetch) : undefined);
    return own ? new FetchAdapter(own) : new NodeAdapter(clock, connectTimeout);
  },
  loadDigest: async () => () => new NodeDigest(),
  openPath: openFile,
  createSpool: () => new FileSpool(),
  openSink,
};
