import { ResourceError, ValidationError } from '#front';
import { type Client, checkSchema, isObject, type TransportObserver, validated } from '../../vendor.js';
import { textAt } from '../base/responses.js';
import type { OutputOptions } from './output-options.js';

type Json = Record<string, unknown>;

const compressions = ['gzip', 'brotli'] as const;

type ReadOptions = OutputOptions & { attempt: string; observer: TransportObserver };

/**
 * Reads the output of an execution, which is either in the response or stored and downloaded without credentials.
 *
 * @throws ValidationError for an output that does not fit the schema.
 */
export async function readOutput(request: () => Promise<Json>, client: Client, { schema, ...options }: ReadOptions): Promise<unknown> {
  if (schema === undefined) return stored(request, client, options);
  const { attempt } = options;
  checkSchema(schema, attempt);
  if (options.raw) throw new ValidationError(`${attempt}: schema cannot be given with raw, because bytes are not validated.`);
  return validated(schema, await stored(request, client, options), attempt);
}

async function stored(request: () => Promise<Json>, client: Client, options: Omit<ReadOptions, 'schema'>): Promise<unknown> {
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
