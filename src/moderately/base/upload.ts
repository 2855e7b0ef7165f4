import { PassThrough, type Writable } from 'node:stream';
import type { Content, UploadInput } from '../../http/files/content.js';
import { saysExpired, type TransferProgress } from '../../http/files/transfer.js';
import { AbortedError, APIError, FileUploadError, ResourceError, type UploadStep, ValidationError } from '../../model/errors/index.js';
import { metadataOf } from '../../model/fields/compile.js';
import { Entity } from '../../model/fields/entity.js';
import type { Attributes } from '../../model/persistence/attributes.js';
import { copyRecord } from '../../model/persistence/clone.js';
import type { SaveScope } from '../../model/persistence/payload.js';
import { type SaveOptions } from '../../model/persistence/save.js';
import type { CallOptions, TransportRequest } from '../../model/ports/transport.js';
import { callOptions } from '../../model/ports/transport.js';
import { ModeratelyResource } from './resource.js';
import { textAt } from './responses.js';

/** What every upload understands beside what it uploads. */
export interface UploadOptions {
  /** The name at the platform. For a path its suffix is appended when the name lacks it. Default: the input's own name. */
  name?: string | undefined;
  /** Called as bytes go out. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Ends the upload with an AbortedError. */
  signal?: AbortSignal | undefined;
}

export interface UploadSaveOptions extends SaveOptions, Pick<UploadOptions, 'onProgress'> {}

export interface DownloadOptions {
  /** Called as bytes arrive. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Ends the download with an AbortedError. */
  signal?: AbortSignal | undefined;
  /** Seconds the whole transfer may take. Default: Infinity; silence on the line ends it anyway. */
  timeout?: number | undefined;
}

/** An upload that the platform has agreed to. */
export interface BegunUpload {
  /** The id of the record that waits for its content. */
  id: string;
  /** What the platform answered, with the address for the bytes. */
  response: unknown;
}

/** What is known about content before it is opened or after it was saved. */
export interface ContentFacts {
  name?: string | undefined;
  /** In bytes. */
  size?: number | undefined;
  sha256?: string | undefined;
  mimeType?: string | undefined;
  /** The name of content that has none. Default: `uploaded_file`. */
  fallbackName?: string | undefined;
}

/** A SHA-256 as it is compared: some write `sha256:` before it. */
export function plainHash(hash: unknown): string {
  return String(hash)
    .toLowerCase()
    .replace(/^sha256:/, '');
}

/** What stands for content that is opened when it is needed, as often as it is needed. */
type ContentSource = UploadInput | (() => UploadInput);

/**
 * A record with content that is uploaded when it is created, in three steps: ask for an address, send the bytes there, say that they
 * are complete. Afterwards the platform has no way to change it.
 */
@Entity({ update: 'none' })
export abstract class UploadedResource extends ModeratelyResource {
  #content: ContentSource | null = null;

  constructor(attributes: object = {}) {
    const { content, ...fields } = attributes as { content?: UploadInput };
    super(fields);
    this.#content = content ?? null;
  }

  /** What is uploaded by the first save; null once that is done, and for records that were loaded. */
  get content(): UploadInput | null {
    return typeof this.#content === 'function' ? null : this.#content;
  }

  set content(content: UploadInput | null) {
    this.#content = content;
  }

  /** Uploads the content of a new record. A record that was saved before cannot be changed. */
  override save(attributes: Attributes<this> = {}, options: UploadSaveOptions = {}): Promise<this> {
    const { content = this.#content, ...fields } = attributes as { content?: UploadInput | null };
    if (content !== null && this.id !== null) return Promise.reject(uploadedAlready(this));
    this.#content = content;
    return super.save(fields as Attributes<this>, options);
  }

  /**
   * Gets the content: into memory without a target, else to a path (its folders are created) or a stream. Size and SHA-256 are checked
   * where the platform says them; a file is there completely or not at all.
   */
  download(target?: undefined, options?: DownloadOptions): Promise<Uint8Array>;
  download(target: string | Writable, options?: DownloadOptions): Promise<undefined>;
  download(target?: string | Writable, options?: DownloadOptions): Promise<Uint8Array | undefined>;
  async download(target?: string | Writable, options: DownloadOptions = {}): Promise<Uint8Array | undefined> {
    const { client } = this.moderately('download');
    const { name, size, sha256 } = this.contentFacts();
    const attempt = `download of ${String(this)}`;
    const renewUrl = async (): Promise<string> =>
      textAt(await this.callAction('GET', 'download', { signal: options.signal, attempt }), 'downloadUrl', attempt);
    return client.download(await renewUrl(), {
      ...options,
      target,
      fileName: name,
      size,
      sha256,
      renewUrl,
      attempt,
      observer: this.observer,
    });
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

  /** The first step: asks for an address. */
  protected abstract beginUpload(content: Content, request: TransportRequest): Promise<BegunUpload>;

  /** The type the bytes are sent with. */
  protected abstract contentType(content: Content): string;

  /** What the third step says about the bytes. */
  protected abstract completion(content: Content): Promise<Record<string, unknown>>;

  /** Whether a record has its complete content, although the platform did not say so when it was asked to complete it. */
  protected abstract isComplete(response: Record<string, unknown>, content: Content): boolean;

  /** The three steps, each with the limits of the save; resolves to the platform's last word on the record. */
  protected async upload(content: Content, request: TransportRequest, options: UploadSaveOptions): Promise<Record<string, unknown>> {
    const { signal, timeout, maxRetries, onProgress } = options;
    const attempt = `upload of ${content.name}`;
    let { id, response: answer } = await inStep('request-url', () => this.beginUpload(content, { ...request, attempt }));
    const uploadUrl = (): Promise<string> => inStep('request-url', async () => textAt(answer, 'uploadUrl', attempt));
    /** The platform gives another address for another record only. The key of the first request would give the first address again. */
    const renewUrl = async (): Promise<string> => {
      const { idempotencyKey: key } = request;
      const again = { ...request, attempt, idempotencyKey: key === undefined ? undefined : `${key}-renewed` };
      const expired = id;
      ({ id, response: answer } = await inStep('request-url', () => this.beginUpload(content, again)));
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
      return await inStep('complete', () => this.#complete(id, content, { ...callOptions(options), attempt }));
    } catch (error) {
      const isGone = await this.abandonUpload(id);
      const isLost =
        error instanceof FileUploadError && error.step === 'complete' && error.status === undefined && error.cause !== undefined;
      throw isLost && !isGone ? perhapsComplete(error, id) : error;
    }
  }

  /** Whether the platform says, in its answer to the third step, that it did not take the content. */
  protected hasFailed(_answer: Record<string, unknown>): boolean {
    return false;
  }

  /** Removes a record whose content did not arrive, where the platform has a way to; says whether that was done. */
  protected async abandonUpload(_id: string): Promise<boolean> {
    return false;
  }

  /** The third step. Where its answer was lost, or an earlier try had won, the record itself tells. */
  async #complete(id: string, content: Content, options: CallOptions & { attempt: string }): Promise<Record<string, unknown>> {
    const body = await this.completion(content);
    try {
      const response = await this.callForRecord('POST', 'complete', { ...options, id, body });
      if (this.hasFailed(response))
        throw new FileUploadError(`${options.attempt}: the platform says that it has failed.`, { step: 'complete' });
      return response;
    } catch (error) {
      if (error instanceof AbortedError || error instanceof FileUploadError) throw error;
      const answer = await this.callAction('GET', '', { ...options, id }).catch(() => ({}));
      if (this.isComplete(answer, content)) return answer;
      throw error;
    }
  }

  async #open(signal: AbortSignal | undefined): Promise<Content> {
    const input = typeof this.#content === 'function' ? this.#content() : this.#content;
    if (input === null) {
      throw new ValidationError(`save of ${String(this)}: there is nothing to upload. Give it content: a path, bytes or a stream.`, {
        details: [{ field: 'content', message: 'is required' }],
      });
    }
    const { name, mimeType, fallbackName } = this.contentFacts();
    return this.moderately('save').client.openContent(input, { name, mimeType, fallbackName, signal });
  }

  /** Name and type may come from the input itself, which no check of the fields has seen. */
  #check({ name, mimeType }: Content): void {
    const facts: Readonly<Record<string, string>> = { fileName: name, mimeType };
    const details = metadataOf(this.constructor).fields.flatMap(({ property, check }) => {
      const message = Object.hasOwn(facts, property) && check?.(facts[property]);
      return message ? [{ field: property, message }] : [];
    });
    if (details.length === 0) return;
    throw new ValidationError(`upload of ${name}: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, { details });
  }

  /** The content as it comes from the platform, for a clone that is about to be saved. */
  #streamed(): UploadInput {
    const { name, size } = this.contentFacts();
    return { stream: this.#bytes(), ...(name === undefined ? {} : { name }), ...(size === undefined ? {} : { size }) };
  }

  async *#bytes(): AsyncGenerator<Uint8Array> {
    const pipe = new PassThrough();
    const failure = this.download(pipe).then(
      () => undefined,
      (error: unknown) => {
        pipe.destroy();
        return error;
      },
    );
    try {
      yield* pipe;
    } catch (error) {
      throw (await failure) ?? error;
    }
  }
}

/** Nobody knows whether the last step was done, and what it left cannot be removed. */
function perhapsComplete(error: FileUploadError, id: string): FileUploadError {
  const advice = `${id} may be complete all the same: look for it before you save again; save({}, { force: true }) uploads another one.`;
  return new FileUploadError(`${error.message.trim()} ${advice}`, { step: 'complete', cause: error.cause, outcome: 'unknown' });
}

function uploadedAlready(record: UploadedResource): ValidationError {
  return new ValidationError(`save of ${String(record)}: its content is uploaded already and cannot be changed. Upload a new one.`, {
    details: [{ field: 'content', message: 'cannot be changed' }],
  });
}

/** What a step fails with becomes an error that names the step and keeps the status. */
async function inStep<T>(step: UploadStep, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const ours =
      error instanceof ResourceError &&
      !(error instanceof ValidationError || error instanceof AbortedError || error instanceof FileUploadError);
    if (!ours) throw error;
    const status = error instanceof APIError ? error.status : undefined;
    throw new FileUploadError(error.message, {
      step,
      status,
      cause: error,
      retryable: error.retryable,
      ...(error.outcome && { outcome: error.outcome }),
    });
  }
}
