import { createHash, type Hash } from 'node:crypto';
import { AbortedError, FileUploadError, ResourceError } from '../../model/errors/index.js';
import type { Source } from './source.js';

/** The hash that uploads declare and downloads are checked with: SHA-256 (FIPS 180-4). */
export function sha256(): Hash {
  return createHash('sha256');
}

/**
 * Reads a source and computes its SHA-256, in lower-case hexadecimal.
 * @throws FileUploadError with step `read` when it cannot be read; AbortedError.
 */
export async function hashSource(source: Source, signal: AbortSignal | undefined): Promise<string> {
  const digest = sha256();
  try {
    for await (const chunk of source.stream()) {
      if (signal?.aborted) throw new AbortedError('Reading the content to upload was aborted.', { cause: signal.reason });
      digest.update(chunk);
    }
  } catch (cause) {
    if (cause instanceof ResourceError) throw cause;
    throw new FileUploadError(`The content to upload cannot be read: ${(cause as Error).message}`, { step: 'read', cause });
  }
  return digest.digest('hex');
}
