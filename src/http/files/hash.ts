import { AbortedError, FileUploadError, ResourceError } from '../../model/errors/index.js';
import type { Digest } from '../runtime.js';
import type { Source } from './source.js';

/**
 * Reads a source and computes its SHA-256, in lower-case hexadecimal.
 * @throws FileUploadError with step `read` when it cannot be read; AbortedError.
 */
export async function hashSource(source: Source, digest: Digest, signal: AbortSignal | undefined): Promise<string> {
  try {
    for await (const chunk of source.chunks(() => true)) {
      if (signal?.aborted) throw new AbortedError('Reading the content to upload was aborted.', { cause: signal.reason });
      digest.update(chunk);
    }
  } catch (cause) {
    if (cause instanceof ResourceError) throw cause;
    throw new FileUploadError(`The content to upload cannot be read: ${(cause as Error).message}`, { step: 'read', cause });
  }
  return digest.hex();
}
