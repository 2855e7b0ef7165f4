import type { Client } from '../../http/client.js';
import type { TransferProgress } from '../../http/files/transfer.js';
import { ResourceError } from '../../model/errors/index.js';
import type { TransportObserver } from '../../model/ports/transport.js';
import { asText } from '../../model/state/describe.js';
import { isObject } from '../../model/state/json.js';
import { textAt } from '../base/responses.js';

export interface OutputOptions {
  /** True gives the bytes as they are stored, neither unpacked nor parsed. Default: false. */
  raw?: boolean | undefined;
  /** Called as the bytes of a stored output arrive. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

type Json = Record<string, unknown>;

const packings = ['gzip', 'brotli'] as const;

/** The output of an execution: answered at once, or stored and fetched without credentials. */
export async function readOutput(
  ask: () => Promise<Json>,
  client: Client,
  options: OutputOptions & { attempt: string; observer: TransportObserver },
): Promise<unknown> {
  const { raw = false, attempt, ...transfer } = options;
  const response = await ask();
  if (response.type === 'inline') return raw ? new TextEncoder().encode(JSON.stringify(response.data ?? {})) : (response.data ?? {});
  if (response.type !== 's3')
    throw new ResourceError(`${attempt}: the platform answered with the unknown kind ${JSON.stringify(response.type)}.`);
  const metadata = isObject(response.metadata) ? response.metadata : {};
  const packed = metadata.compressionType;
  const decompress = packings.find((packing) => packing === packed);
  if (!raw && !decompress && packed && packed !== 'none') {
    throw new ResourceError(
      `${attempt}: it is packed as ${asText(packed)}, which cannot be unpacked here. output({ raw: true }) gives its bytes.`,
    );
  }
  const bytes = await client.download(textAt(response, 'downloadUrl', attempt), {
    ...transfer,
    attempt,
    decompress: raw ? undefined : decompress,
    renewUrl: async () => textAt(await ask(), 'downloadUrl', attempt),
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
    throw new ResourceError(`${attempt}: it should be JSON but cannot be parsed. output({ raw: true }) gives its bytes.`, { cause });
  }
}
