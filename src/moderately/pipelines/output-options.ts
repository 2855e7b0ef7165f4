import type { StandardSchema, TransferProgress } from '#front';
import { namesOf } from '../../vendor.js';

export interface OutputOptions {
  /** True returns the bytes as they are stored, neither decompressed nor parsed. Default: false. */
  raw?: boolean | undefined;
  /** Called as the bytes of a stored output are received. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** A validator, such as one of zod, that implements Standard Schema. What it returns is the output. Not with `raw`. */
  schema?: StandardSchema | undefined;
}

export const outputOptionNames = namesOf<OutputOptions>({ raw: true, onProgress: true, signal: true, schema: true });
