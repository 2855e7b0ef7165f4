import { AbortedError, type CallOptions, FileUploadError, ValidationError } from '#front';
import {
  type Content,
  callOptions,
  fieldProblems,
  requestSecondsWithin,
  saysExpired,
  type TransportObserver,
  type TransportRequest,
  uploadStep,
} from '../../vendor.js';
import type { ActionOptions, ModeratelyConnection } from './resource.js';
import { textAt } from './responses.js';
import type { BegunUpload, ContentFacts, DownloadOptions, UploadSaveOptions } from './upload.js';

type Json = Record<string, unknown>;

/** What the steps need of an `UploadedResource`, whose own classes only see most of it. */
export interface Uploading {
  readonly observer: TransportObserver;
  moderately(operation: string): ModeratelyConnection;
  callAction(method: 'GET', action: string, options: ActionOptions): Promise<Json>;
  callForRecord(method: 'POST', action: string, options: ActionOptions): Promise<Json>;
  contentFacts(): ContentFacts;
  beginUpload(content: Content, request: TransportRequest): Promise<BegunUpload>;
  contentType(content: Content): string;
  completion(content: Content): Promise<Json>;
  isComplete(response: Json, content: Content): boolean;
  hasFailed(response: Json): boolean;
  abandonUpload(id: string): Promise<boolean>;
}

/** Performs the three steps, each with the options of the save. Resolves to the record's JSON in the last response. */
export async function uploadContent(
  record: Uploading,
  content: Content,
  request: TransportRequest,
  options: UploadSaveOptions,
): Promise<Json> {
  const { signal, timeout, maxRetries, onProgress } = options;
  const attempt = `upload of ${content.name}`;
  const requestTimeout = requestSecondsWithin('timeout', timeout);
  let { id, response: answer } = await uploadStep('request-url', () =>
    record.beginUpload(content, { ...request, timeout: requestTimeout, attempt }),
  );
  const uploadUrl = (): Promise<string> => uploadStep('request-url', async () => textAt(answer, 'uploadUrl', attempt));
  /** The platform gives another address for another record only. The key of the first request would give the first address again. */
  const renewUrl = async (): Promise<string> => {
    const { idempotencyKey: key } = request;
    const again = { ...request, timeout: requestTimeout, attempt, idempotencyKey: key === undefined ? undefined : `${key}-renewed` };
    const expired = id;
    ({ id, response: answer } = await uploadStep('request-url', () => record.beginUpload(content, again)));
    await record.abandonUpload(expired);
    return uploadUrl();
  };
  try {
    const headers = { 'content-type': record.contentType(content) };
    const transfer = {
      headers,
      signal,
      timeout,
      maxRetries,
      onProgress,
      attempt,
      renewUrl,
      isExpired: saysExpired,
      observer: record.observer,
    };
    await record.moderately('upload').client.put(await uploadUrl(), content, transfer);
    return await uploadStep('complete', () => complete(record, id, content, { ...callOptions(options), timeout: requestTimeout, attempt }));
  } catch (error) {
    const isGone = await record.abandonUpload(id);
    const isLost = error instanceof FileUploadError && error.step === 'complete' && error.status === undefined && error.cause !== undefined;
    throw isLost && !isGone ? perhapsComplete(error, id) : error;
  }
}

/** The third step. If it fails, the record is fetched to see whether the upload is complete after all. */
async function complete(
  record: Uploading,
  id: string,
  content: Content,
  options: CallOptions & { attempt: string },
): Promise<Record<string, unknown>> {
  const body = await record.completion(content);
  try {
    const response = await record.callForRecord('POST', 'complete', { ...options, id, body });
    if (record.hasFailed(response))
      throw new FileUploadError(`${options.attempt}: the platform reports that the upload failed.`, { step: 'complete' });
    return response;
  } catch (error) {
    if (error instanceof AbortedError || error instanceof FileUploadError) throw error;
    const found = await record.callAction('GET', '', { ...options, id }).catch(() => ({}));
    if (record.isComplete(found, content)) return found;
    throw error;
  }
}

/** Checks name and type, which may come from the input rather than from fields that the save has checked. */
export function checkContent(target: object, { name, mimeType }: Content): void {
  const details = fieldProblems(target, { fileName: name, mimeType });
  if (details.length === 0) return;
  throw new ValidationError(`upload of ${name}: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, { details });
}

/** The address of the content, and how it is downloaded. */
export async function beginDownload(record: Uploading, options: DownloadOptions) {
  const { name, size, sha256 } = record.contentFacts();
  const attempt = `download of ${String(record)}`;
  const renewUrl = async (): Promise<string> =>
    textAt(await record.callAction('GET', 'download', { signal: options.signal, attempt }), 'downloadUrl', attempt);
  const url = await renewUrl();
  return { url, transfer: { ...options, fileName: name, size, sha256, renewUrl, attempt, observer: record.observer } };
}

/** The content of a record, which a download writes, as it arrives. */
export async function* bytesOf(download: (target: WritableStream<Uint8Array>) => Promise<unknown>): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const failure = download(writable).then(
    () => undefined,
    (error: unknown) => {
      if (!writable.locked) void writable.abort(error);
      return error;
    },
  );
  const reader = readable.getReader();
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) yield value as Uint8Array;
  } catch (error) {
    throw (await failure) ?? error;
  } finally {
    reader.cancel().catch(() => {}); // it has failed
  }
}

/** The error for a last step that may have succeeded, if the record could not be deleted. */
function perhapsComplete(error: FileUploadError, id: string): FileUploadError {
  const advice = `${id} may be complete nevertheless: search for it before you save again. save({}, { force: true }) uploads another one.`;
  return new FileUploadError(`${error.message.trim()} ${advice}`, { step: 'complete', cause: error.cause, outcome: 'unknown' });
}
