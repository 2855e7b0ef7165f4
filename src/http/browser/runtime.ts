import { ValidationError } from '../../model/errors/index.js';
import { MemorySink } from '../files/memory-sink.js';
import { isWebStream, WebStreamSink } from '../files/web-stream-sink.js';
import type { Runtime } from '../runtime.js';
import { BrowserAdapter } from './adapter.js';
import { browserDecoders } from './decoders.js';
import { BlobSpool } from './spool.js';

/** Browsers, their pages and their workers. */
export const browserRuntime: Runtime = {
  channels: undefined,
  decoders: browserDecoders,
  createAdapter: (fetch) => new BrowserAdapter(fetch),
  /** Web Crypto has no incremental hash. */
  async loadDigest() {
    const { sha256 } = await import('@noble/hashes/sha2.js');
    return () => {
      const hash = sha256.create();
      return {
        update: (bytes) => hash.update(bytes),
        hex: () => Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, '0')).join(''),
      };
    };
  },
  async openPath(path) {
    throw new ValidationError(
      `${String(path)} cannot be opened: a browser has no paths. Pass a File or Blob, for example from an <input type="file">, bytes or a stream.`,
    );
  },
  createSpool: () => new BlobSpool(),
  async openSink(target) {
    if (target === undefined) return new MemorySink();
    if (isWebStream(target) && !target.locked) return new WebStreamSink(target);
    const problem = typeof target === 'string' ? `${target} cannot be written: a browser has no paths.` : 'The target cannot be written.';
    throw new ValidationError(`${problem} Pass a WritableStream that is not locked, or leave the target out to get the bytes.`);
  },
};
