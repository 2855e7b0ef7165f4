import { stateOf } from '../../model/state/record-state.js';
import type { Aixplain } from '../connection.js';
import { FileResource } from './file-resource.js';
import { upload } from './upload.js';

/** What is uploaded when it is found in the input of a run. A path is not: a text is a text. */
export type FileValue = FileResource | Blob | ArrayBuffer | ArrayBufferView;

function isFileValue(value: unknown): value is FileValue {
  return value instanceof FileResource || value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/** A copy of a run's input in which every file, however deep, is replaced by the address it was uploaded to. */
export async function withUploadedFiles(aix: Aixplain, input: unknown, signal?: AbortSignal): Promise<unknown> {
  if (isFileValue(input)) return addressOf(aix, input, signal);
  if (Array.isArray(input)) return Promise.all(input.map((item) => withUploadedFiles(aix, item, signal)));
  if (!isPlain(input)) return input;
  const entries = Object.entries(input).map(async ([key, value]) => [key, await withUploadedFiles(aix, value, signal)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function addressOf(aix: Aixplain, file: FileValue, signal: AbortSignal | undefined): Promise<string | null> {
  if (!(file instanceof FileResource)) return (await upload(aix, file, { signal })).s3Url;
  if (!file.context) stateOf(file).connection = aix;
  if (!file.isUploaded) await file.save({}, { signal });
  return file.s3Url;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
