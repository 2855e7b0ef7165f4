import { ValidationError } from '#front';
import { baseName, extensionOf, mimeTypeOf } from '../../vendor.js';
import type { AixplainConnection } from '../endpoints.js';
import { AttachmentType } from '../statuses.js';
import { FileResource } from './file-resource.js';
import { typeOf } from './kinds.js';
import { type FileValue, isFileValue, uploaded } from './run-files.js';

/** A file that is sent with a message to an agent. */
export interface Attachment {
  /** Where the file is. */
  url: string;
  /** The name of the file. */
  name: string;
  /** The kind of the file. */
  type: AttachmentType;
  /** The MIME type of the file. */
  mimeType: string;
}

/** A URL the platform can read, a file to upload, or either of them together with known properties. */
export type AttachmentInput =
  | string
  | FileValue
  | (Partial<Omit<Attachment, 'url'>> &
      (
        | {
            /** Where the file is. */
            url: string;
          }
        | {
            /** What is uploaded first. */
            file: FileValue;
          }
      ));

const documents = /^application\/(?:pdf|rtf|msword|vnd\.|epub)/;
const sources = /\/(?:x-python|(?:x-)?javascript|typescript|x-java-source|x-c|x-c\+\+|x-ruby|x-go|x-rust|x-shellscript)$/;
const code = new Set([
  '.c',
  '.cpp',
  '.cs',
  '.go',
  '.java',
  '.js',
  '.jsx',
  '.kt',
  '.php',
  '.py',
  '.rb',
  '.rs',
  '.sh',
  '.sql',
  '.swift',
  '.ts',
  '.tsx',
]);

/**
 * Prepares attachments for the platform. Files are uploaded. A missing name is taken from the file or URL, and a missing type or MIME type
 * is derived from the name.
 *
 * @throws ValidationError for a value that is neither an http, https or s3 URL nor a file. A string is never treated as a local path.
 */
export function attachments(aix: AixplainConnection, inputs: readonly AttachmentInput[], signal?: AbortSignal): Promise<Attachment[]> {
  return Promise.all(inputs.map((input) => attachment(aix, input, signal)));
}

async function attachment(aix: AixplainConnection, input: AttachmentInput, signal: AbortSignal | undefined): Promise<Attachment> {
  const given: Partial<Attachment> & { file?: FileValue } =
    typeof input === 'string' ? { url: input } : isFileValue(input) ? { file: input } : (input ?? {});
  if (given.file !== undefined) {
    const { s3Url, downloadUrl } = await uploaded(aix, given.file, signal);
    return described({ ...given, name: given.name ?? nameOf(given.file) }, downloadUrl ?? s3Url);
  }
  const { url } = given;
  if (typeof url === 'string' && /^(?:https?|s3):\/\//i.test(url) && URL.canParse(url))
    return described({ ...given, name: given.name ?? nameIn(url) }, url);
  throw new ValidationError(
    `An attachment must be an http, https or s3 URL, or a file, not ${JSON.stringify(url) ?? 'nothing'}. To send a local file, pass new FileResource({ filePath }).`,
  );
}

async function described({ name = 'attachment', type, mimeType }: Partial<Attachment>, url: string): Promise<Attachment> {
  const mime = mimeType ?? (await typeOf({ name, mimeType: await mimeTypeOf(name) }));
  return { url, name, type: type ?? kindOf(name, mime), mimeType: mime };
}

function nameOf(file: FileValue): string | undefined {
  if (file instanceof FileResource) return file.filePath === null ? undefined : baseName(file.filePath);
  return file instanceof File ? file.name : undefined;
}

function nameIn(url: string): string | undefined {
  const name = baseName(new URL(url).pathname);
  try {
    return decodeURIComponent(name) || undefined;
  } catch {
    return name; // a percent sign that is not part of an escape
  }
}

function kindOf(name: string, mimeType: string): AttachmentType {
  if (code.has(extensionOf(name).toLowerCase()) || sources.test(mimeType)) return AttachmentType.CODE;
  if (documents.test(mimeType)) return AttachmentType.DOCUMENT;
  const main = mimeType.split('/')[0];
  const kinds = [AttachmentType.TEXT, AttachmentType.IMAGE, AttachmentType.VIDEO, AttachmentType.AUDIO];
  return kinds.find((kind) => kind === main) ?? AttachmentType.UNKNOWN;
}
