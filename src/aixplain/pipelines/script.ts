import { ResourceError, type UploadInput } from '#front';
import { type Content, isObject, randomUuid } from '../../vendor.js';
import type { AixplainConnection } from '../endpoints.js';
import { readError } from '../errors.js';
import { checkSize, typeOf } from '../files/kinds.js';

/** A script that is stored at the platform for SCRIPT nodes. */
export interface UploadedScript {
  /** The id of the uploaded file. */
  fileId: string;
  /** The name of the file. */
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
    await checkSize(content);
    const { name, size } = content;
    const raw = await multipart({ field: 'file', name, type: await typeOf(content), content });
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
async function multipart(file: {
  field: string;
  name: string;
  type: string;
  content: Content;
}): Promise<{ bytes: Uint8Array; type: string }> {
  const boundary = `form-${randomUuid()}`;
  const name = file.name.replace(/[\r\n"]/g, encodeURIComponent);
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${file.field}"; filename="${name}"\r\nContent-Type: ${file.type}\r\n\r\n`;
  const parts: (string | Uint8Array<ArrayBuffer>)[] = [head];
  for await (const chunk of file.content.stream()) parts.push(chunk as Uint8Array<ArrayBuffer>);
  parts.push(`\r\n--${boundary}--\r\n`);
  return {
    bytes: new Uint8Array(await new Blob(parts).arrayBuffer()),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}
