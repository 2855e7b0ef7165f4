import {
  AbortedError,
  type Attributes,
  type CallOptions,
  type DownloadTarget,
  Entity,
  FileUploadError,
  type SaveOptions,
  type SaveScope,
  type TransferProgress,
  type UploadInput,
  ValidationError,
} from '#front';
import {
  asText,
  type Content,
  callOptions,
  checkOptionNames,
  copyRecord,
  fieldProblems,
  namesOf,
  requestSecondsWithin,
  saysExpired,
  type TransportRequest,
  uploadStep,
} from '../../vendor.js';
import { ModeratelyResource } from './resource.js';
import { textAt } from './responses.js';

/** Options of every upload. */
export interface UploadOptions {
  /** The name at the platform. If the input is a path, its extension is appended to a name without it. Default: the input's own name. */
  name?: string | undefined;
  /** Called as bytes are sent. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Aborts the upload with an AbortedError. */
  signal?: AbortSignal | undefined;
}

export interface UploadSaveOptions extends SaveOptions, Pick<UploadOptions, 'onProgress'> {}

/** Options of a download. */
export interface DownloadOptions {
  /** Called as bytes are received. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Aborts the download with an AbortedError. */
  signal?: AbortSignal | undefined;
  /** Seconds that the whole transfer may take. Default: Infinity. The connection's `idleTimeout` still applies. */
  timeout?: number | undefined;
}

export const downloadOptionNames = namesOf<DownloadOptions>({ onProgress: true, signal: true, timeout: true });

/** The result of the first step of an upload. */
export interface BegunUpload {
  /** The id of the new record, whose content is still missing. */
  id: string;
  /** The response body, which contains the upload URL. */
  response: unknown;
}

/** What a record knows about its content without opening it. */
export interface ContentFacts {
  name?: string | undefined;
  /** In bytes. */
  size?: number | undefined;
  sha256?: string | undefined;
  mimeType?: string | undefined;
  /** The name for content without one. Default: `uploaded_file`. */
  fallbackName?: string | undefined;
}

/** Normalizes a SHA-256 for comparison. It may be prefixed with `sha256:`. */
export function plainHash(hash: unknown): string {
  return asText(hash)
    .toLowerCase()
    .replace(/^sha256:/, '');
}

/** Content to upload. A function is called each time the content is opened. */
type ContentSource = UploadInput | (() => UploadInput);

/**
 * A record whose content is uploaded when it is created, in three steps: request an upload URL, send the bytes there, and confirm that the
 * upload is complete. The content cannot be changed afterwards.
 */
@Entity({ update: 'none' })
export abstract class UploadedResource extends ModeratelyResource {
  /** The options of `save()` besides those of every record. */
  static saveOptions: readonly string[] = ['onProgress'];

  #content: ContentSource | null = null;

  constructor(attributes: object = {}) {
    const { content, ...fields } = attributes as { content?: UploadInput };
    super(fields);
    this.#content = content ?? null;
  }

  /** The content that the first save uploads. Null after that save, and for loaded records. */
  get content(): UploadInput | null {
    return typeof this.#content === 'function' ? null : this.#content;
  }

  set content(content: UploadInput | null) {
    this.#content = content;
  }

  /** Uploads the content of a new record. A saved record cannot be changed. */
  override save(attributes: Attributes<this> = {}, options: UploadSaveOptions = {}): Promise<this> {
    const { content = this.#content, ...fields } = attributes as { content?: UploadInput | null };
    if (content !== null && this.id !== null) return Promise.reject(uploadedAlready(this));
    this.#content = content;
    return super.save(fields as Attributes<this>, options);
  }

  /**
   * Downloads the content to a path (its folders are created), a stream of Node or a WritableStream, or into memory if there is no target. Size and SHA-256 are
   * checked if the platform provides them. A file is written completely or not at all.
   */
  download(target?: undefined, options?: DownloadOptions): Promise<Uint8Array>;
  download(target: DownloadTarget, options?: DownloadOptions): Promise<undefined>;
  download(target?: DownloadTarget, options?: DownloadOptions): Promise<Uint8Array | undefined>;
  async download(target?: DownloadTarget, options: DownloadOptions = {}): Promise<Uint8Array | undefined> {
    const { url, transfer } = await this.#beginDownload(options);
    return this.moderately('download').client.download(url, { ...transfer, target });
  }

  /** Downloads the content to a Blob, which a browser need not keep in memory. It is checked as by `download()`. */
  async downloadBlob(options: DownloadOptions = {}): Promise<Blob> {
    const { url, transfer } = await this.#beginDownload(options);
    return this.moderately('download').client.downloadBlob(url, { ...transfer, type: this.contentFacts().mimeType });
  }

  async #beginDownload(options: DownloadOptions) {
    checkOptionNames(`download of ${String(this)}`, options, downloadOptionNames);
    this.moderately('download');
    const { name, size, sha256 } = this.contentFacts();
    const attempt = `download of ${String(this)}`;
    const renewUrl = async (): Promise<string> =>
      textAt(await this.callAction('GET', 'download', { signal: options.signal, attempt }), 'downloadUrl', attempt);
    const url = await renewUrl();
    return { url, transfer: { ...options, fileName: name, size, sha256, renewUrl, attempt, observer: this.observer } };
  }

  override async requestSave(request: TransportRequest, scope: SaveScope, options: UploadSaveOptions): Promise<unknown> {
    if (!scope.creates) return super.requestSave(request, scope, options);
    const content = await this.#open(options.signal);
    try {
      this.#check(content);
      const response = await this.upload(content, request, options);
      this.#content = null;
      return response;
    } finally {
      await content.dispose();
    }
  }

  override buildClone(attributes: Attributes<this>): this {
    const copy = copyRecord(this, attributes);
    if (this.isDeleted) copy.#content = null;
    else copy.#content = this.id === null ? this.#content : () => this.#streamed();
    return copy;
  }

  protected abstract contentFacts(): ContentFacts;

  /** The first step: requests an upload URL. */
  protected abstract beginUpload(content: Content, request: TransportRequest): Promise<BegunUpload>;

  /** The content type of the bytes. */
  protected abstract contentType(content: Content): string;

  /** The request body of the third step. */
  protected abstract completion(content: Content): Promise<Record<string, unknown>>;

  /** Whether the fetched record shows that the upload is complete, for when the third step has failed. */
  protected abstract isComplete(response: Record<string, unknown>, content: Content): boolean;

  /** Performs the three steps, each with the options of the save. Resolves to the record's JSON in the last response. */
  protected async upload(content: Content, request: TransportRequest, options: UploadSaveOptions): Promise<Record<string, unknown>> {
    const { signal, timeout, maxRetries, onProgress } = options;
    const attempt = `upload of ${content.name}`;
    const requestTimeout = requestSecondsWithin('timeout', timeout);
    let { id, response: answer } = await uploadStep('request-url', () =>
      this.beginUpload(content, { ...request, timeout: requestTimeout, attempt }),
    );
    const uploadUrl = (): Promise<string> => uploadStep('request-url', async () => textAt(answer, 'uploadUrl', attempt));
    /** The platform gives another address for another record only. The key of the first request would give the first address again. */
    const renewUrl = async (): Promise<string> => {
      const { idempotencyKey: key } = request;
      const again = { ...request, timeout: requestTimeout, attempt, idempotencyKey: key === undefined ? undefined : `${key}-renewed` };
      const expired = id;
      ({ id, response: answer } = await uploadStep('request-url', () => this.beginUpload(content, again)));
      await this.abandonUpload(expired);
      return uploadUrl();
    };
    try {
      const headers = { 'content-type': this.contentType(content) };
      const transfer = {
        headers,
        signal,
        timeout,
        maxRetries,
        onProgress,
        attempt,
        renewUrl,
        isExpired: saysExpired,
        observer: this.observer,
      };
      await this.moderately('upload').client.put(await uploadUrl(), content, transfer);
      return await uploadStep('complete', () => this.#complete(id, content, { ...callOptions(options), timeout: requestTimeout, attempt }));
    } catch (error) {
      const isGone = await this.abandonUpload(id);
      const isLost =
        error instanceof FileUploadError && error.step === 'complete' && error.status === undefined && error.cause !== undefined;
      throw isLost && !isGone ? perhapsComplete(error, id) : error;
    }
  }

  /** Whether the response to the third step says that the upload failed. */
  protected hasFailed(_response: Record<string, unknown>): boolean {
    return false;
  }

  /** Deletes a record whose upload failed, if the platform supports that. Resolves to whether it was deleted. */
  protected async abandonUpload(_id: string): Promise<boolean> {
    return false;
  }

  /** The third step. If it fails, the record is fetched to see whether the upload is complete after all. */
  async #complete(id: string, content: Content, options: CallOptions & { attempt: string }): Promise<Record<string, unknown>> {
    const body = await this.completion(content);
    try {
      const response = await this.callForRecord('POST', 'complete', { ...options, id, body });
      if (this.hasFailed(response))
        throw new FileUploadError(`${options.attempt}: the platform reports that the upload failed.`, { step: 'complete' });
      return response;
    } catch (error) {
      if (error instanceof AbortedError || error instanceof FileUploadError) throw error;
      const found = await this.callAction('GET', '', { ...options, id }).catch(() => ({}));
      if (this.isComplete(found, content)) return found;
      throw error;
    }
  }

  async #open(signal: AbortSignal | undefined): Promise<Content> {
    const input = typeof this.#content === 'function' ? this.#content() : this.#content;
    if (input === null) {
      throw new ValidationError(`save of ${String(this)}: there is nothing to upload. Set its content to a path, bytes or a stream.`, {
        details: [{ field: 'content', message: 'is required' }],
      });
    }
    const { name, mimeType, fallbackName } = this.contentFacts();
    return this.moderately('save').client.openContent(input, { name, mimeType, fallbackName, signal });
  }

  /** Checks name and type, which may come from the input rather than from fields that the save has checked. */
  #check({ name, mimeType }: Content): void {
    const details = fieldProblems(this.constructor, { fileName: name, mimeType });
    if (details.length === 0) return;
    throw new ValidationError(`upload of ${name}: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, { details });
  }

  /** The content, streamed from the platform to save a clone. */
  #streamed(): UploadInput {
    const { name, size } = this.contentFacts();
    return { stream: this.#bytes(), ...(name === undefined ? {} : { name }), ...(size === undefined ? {} : { size }) };
  }

  async *#bytes(): AsyncGenerator<Uint8Array> {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const failure = this.download(writable).then(
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
}

/** The error for a last step that may have succeeded, if the record could not be deleted. */
function perhapsComplete(error: FileUploadError, id: string): FileUploadError {
  const advice = `${id} may be complete nevertheless: search for it before you save again. save({}, { force: true }) uploads another one.`;
  return new FileUploadError(`${error.message.trim()} ${advice}`, { step: 'complete', cause: error.cause, outcome: 'unknown' });
}

function uploadedAlready(record: UploadedResource): ValidationError {
  return new ValidationError(`save of ${String(record)}: its content has already been uploaded and cannot be changed. Upload a new one.`, {
    details: [{ field: 'content', message: 'cannot be changed' }],
  });
}
