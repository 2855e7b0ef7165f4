import type { Client } from '../../http/client.js';
import type { TransferProgress } from '../../http/files/transfer.js';
import { ResourceError } from '../../model/errors/index.js';
import type { TransportObserver } from '../../model/ports/transport.js';
import { isObject } from '../../model/state/json.js';
import { textAt } from '../base/answers.js';

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
  const answer = await ask();
  if (answer.type === 'inline') return raw ? new TextEncoder().encode(JSON.stringify(answer.data ?? {})) : (answer.data ?? {});
  if (answer.type !== 's3')
    throw new ResourceError(`${attempt}: the platform answered with the unknown kind ${JSON.stringify(answer.type)}.`);
  const metadata = isObject(answer.metadata) ? answer.metadata : {};
  const packed = metadata.compressionType;
  const decompress = packings.find((packing) => packing === packed);
  if (!raw && !decompress && packed && packed !== 'none') {
    throw new ResourceError(
      `${attempt}: it is packed as ${String(packed)}, which cannot be unpacked here. output({ raw: true }) gives its bytes.`,
    );
  }
  const bytes = await client.download(textAt(answer, 'downloadUrl', attempt), {
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
