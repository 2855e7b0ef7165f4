import { ValidationError } from '#front';
import { attachConnection } from '../../vendor.js';
import type { AixplainConnection } from '../endpoints.js';
import { FileResource } from './file-resource.js';
import { type UploadedFile, upload } from './upload.js';

/** A value that is uploaded if it occurs in the input of a run. A string is never treated as a path. */
export type FileValue = FileResource | Blob | ArrayBuffer | ArrayBufferView;

export function isFileValue(value: unknown): value is FileValue {
  return value instanceof FileResource || value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/**
 * Uploads every file in a run's input, at any depth, and returns a copy of the input with their addresses in their place.
 *
 * @throws ValidationError, before anything is uploaded, if the input contains itself.
 */
export async function withUploadedFiles(aix: AixplainConnection, input: unknown, signal?: AbortSignal): Promise<unknown> {
  refuseCycles(input, []);
  return replaced(input);

  async function replaced(value: unknown): Promise<unknown> {
    if (isFileValue(value)) return (await uploaded(aix, value, signal)).s3Url;
    if (Array.isArray(value)) return Promise.all(value.map(replaced));
    if (!isPlain(value)) return value;
    const entries = Object.entries(value).map(async ([key, item]) => [key, await replaced(item)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
}

function refuseCycles(value: unknown, around: readonly unknown[]): void {
  if (!Array.isArray(value) && !isPlain(value)) return;
  if (around.includes(value)) throw new ValidationError('The input of a run contains itself, so it cannot be sent as JSON.');
  for (const item of Object.values(value)) refuseCycles(item, [...around, value]);
}

/** The addresses of a file, which is uploaded if it has not been yet. A FileResource without a connection gets the given one. */
export async function uploaded(aix: AixplainConnection, file: FileValue, signal?: AbortSignal): Promise<Omit<UploadedFile, 'key'>> {
  if (!(file instanceof FileResource)) return upload(aix, file, { signal });
  attachConnection(file, aix);
  const { s3Url, downloadUrl } = file.isUploaded ? file : await file.save({}, { signal });
  return { s3Url: String(s3Url), downloadUrl };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
