import { ResourceError, type TransferProgress } from '#front';
import { type Client, isObject, namesOf, type TransportObserver } from '../../vendor.js';
import { textAt } from '../base/responses.js';

export interface OutputOptions {
  /** True returns the bytes as they are stored, neither decompressed nor parsed. Default: false. */
  raw?: boolean | undefined;
  /** Called as the bytes of a stored output are received. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export const outputOptionNames = namesOf<OutputOptions>({ raw: true, onProgress: true, signal: true });

type Json = Record<string, unknown>;

const compressions = ['gzip', 'brotli'] as const;

/** Reads the output of an execution, which is either in the response or stored and downloaded without credentials. */
export async function readOutput(
  request: () => Promise<Json>,
  client: Client,
  options: OutputOptions & { attempt: string; observer: TransportObserver },
): Promise<unknown> {
  const { raw = false, attempt, ...transfer } = options;
  const response = await request();
  if (response.type === 'inline') return raw ? new TextEncoder().encode(JSON.stringify(response.data ?? {})) : (response.data ?? {});
  if (response.type !== 's3') throw new ResourceError(`${attempt}: the response has the unknown type ${JSON.stringify(response.type)}.`);
  const metadata = isObject(response.metadata) ? response.metadata : {};
  const { compressionType } = metadata;
  const decompress = compressions.find((compression) => compression === compressionType);
  if (!raw && !decompress && compressionType && compressionType !== 'none') {
    throw new ResourceError(
      `${attempt}: it is compressed with ${String(compressionType)}, which is not supported. output({ raw: true }) returns its bytes.`,
    );
  }
  const bytes = await client.download(textAt(response, 'downloadUrl', attempt), {
    ...transfer,
    attempt,
    decompress: raw ? undefined : decompress,
    renewUrl: async () => textAt(await request(), 'downloadUrl', attempt),
  });
  return raw ? bytes : contentOf(bytes, metadata.fileType, attempt);
}

function contentOf(bytes: Uint8Array, fileType: unknown, attempt: string): unknown {
  if (fileType === 'parquet' || fileType === 'binary') return bytes;
  const text = new TextDecoder().decode(bytes);
  if (fileType === 'csv') return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ResourceError(`${attempt}: it should be JSON, but it cannot be parsed. output({ raw: true }) returns its bytes.`, { cause });
  }
}
