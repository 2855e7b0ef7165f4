import { stateOf } from '../../model/state/record-state.js';
import type { Aixplain } from '../connection.js';
import { FileResource } from './file-resource.js';
import { type UploadedFile, upload } from './upload.js';

/** What is uploaded when it is found in the input of a run. A path is not: a text is a text. */
export type FileValue = FileResource | Blob | ArrayBuffer | ArrayBufferView;

export function isFileValue(value: unknown): value is FileValue {
  return value instanceof FileResource || value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/** A copy of a run's input in which every file, however deep, is replaced by the address it was uploaded to. */
export async function withUploadedFiles(aix: Aixplain, input: unknown, signal?: AbortSignal): Promise<unknown> {
  if (isFileValue(input)) return (await uploaded(aix, input, signal)).s3Url;
  if (Array.isArray(input)) return Promise.all(input.map((item) => withUploadedFiles(aix, item, signal)));
  if (!isPlain(input)) return input;
  const entries = Object.entries(input).map(async ([key, value]) => [key, await withUploadedFiles(aix, value, signal)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Where a file is at the platform; it is uploaded unless it is there. A FileResource without a connection takes the one it is used with. */
export async function uploaded(aix: Aixplain, file: FileValue, signal?: AbortSignal): Promise<Omit<UploadedFile, 'key'>> {
  if (!(file instanceof FileResource)) return upload(aix, file, { signal });
  if (!file.context) stateOf(file).connection = aix;
  const { s3Url, downloadUrl } = file.isUploaded ? file : await file.save({}, { signal });
  return { s3Url: String(s3Url), downloadUrl };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
