import { randomUUID } from 'node:crypto';
import { ResourceError, type UploadInput } from '#front';
import { isObject } from '../../vendor.js';
import type { AixplainConnection } from '../endpoints.js';
import { readError } from '../errors.js';
import { checkSize, typeOf } from '../files/kinds.js';

/** A script that is stored at the platform for SCRIPT nodes. */
export interface UploadedScript {
  fileId: string;
  name: string;
  /** In bytes. */
  size: number;
}

/**
 * Uploads a script for a SCRIPT node: `graph.script(await uploadScript(aix, 'clean.py'))`.
 *
 * @throws FileUploadError if the script is empty or too large, ValidationError if the file does not exist, APIError if the platform
 *   rejects it.
 */
export async function uploadScript(
  aix: AixplainConnection,
  input: UploadInput,
  options: { signal?: AbortSignal } = {},
): Promise<UploadedScript> {
  const content = await aix.client.openContent(input, options);
  try {
    checkSize(content);
    const { name, size } = content;
    const raw = multipart({ field: 'file', name, type: typeOf(content), bytes: Buffer.concat(await content.stream().toArray()) });
    const attempt = `upload of the script ${name}`;
    const { body } = await aix.send({
      ...options,
      method: 'POST',
      path: 'sdk/pipelines/script',
      raw,
      once: true,
      attempt,
      decodeError: readError,
    });
    const fileId = isObject(body) ? body.fileId : undefined;
    if (typeof fileId !== 'string' || fileId === '') throw new ResourceError(`${attempt}: the platform's response has no "fileId".`);
    return { fileId, name, size };
  } finally {
    await content.dispose();
  }
}

/** Encodes one file as multipart/form-data (RFC 7578). */
function multipart(file: { field: string; name: string; type: string; bytes: Uint8Array }): { bytes: Uint8Array; type: string } {
  const boundary = `form-${randomUUID()}`;
  const name = file.name.replace(/[\r\n"]/g, encodeURIComponent);
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${file.field}"; filename="${name}"\r\nContent-Type: ${file.type}\r\n\r\n`;
  return {
    bytes: Buffer.concat([Buffer.from(head), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}
