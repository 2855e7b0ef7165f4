import {
  type Attributes,
  type DownloadTarget,
  Entity,
  type SaveOptions,
  type SaveScope,
  type TransferProgress,
  type UploadInput,
  ValidationError,
} from '#front';
import { asText, type Content, checkOptionNames, copyRecord, namesOf, part, type TransportRequest } from '../../vendor.js';
import { ModeratelyResource } from './resource.js';
import type { Uploading } from './upload-steps.js';

const steps = part(() => import('./upload-steps.js'));

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
    return steps.use(options, ({ beginDownload }, given) => beginDownload(this as unknown as Uploading, given));
  }

  override async requestSave(request: TransportRequest, scope: SaveScope, options: UploadSaveOptions): Promise<unknown> {
    if (!scope.creates) return super.requestSave(request, scope, options);
    const content = await this.#open(options.signal);
    try {
      const { checkContent } = await steps();
      checkContent(this.constructor, content);
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
    const { uploadContent } = await steps();
    return uploadContent(this as unknown as Uploading, content, request, options);
  }

  /** Whether the response to the third step says that the upload failed. */
  protected hasFailed(_response: Record<string, unknown>): boolean {
    return false;
  }

  /** Deletes a record whose upload failed, if the platform supports that. Resolves to whether it was deleted. */
  protected async abandonUpload(_id: string): Promise<boolean> {
    return false;
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

  /** The content, streamed from the platform to save a clone. */
  #streamed(): UploadInput {
    const { name, size } = this.contentFacts();
    return { stream: this.#bytes(), ...(name === undefined ? {} : { name }), ...(size === undefined ? {} : { size }) };
  }

  async *#bytes(): AsyncGenerator<Uint8Array> {
    const { bytesOf } = await steps();
    yield* bytesOf((writable) => this.download(writable));
  }
}

function uploadedAlready(record: UploadedResource): ValidationError {
  return new ValidationError(`save of ${String(record)}: its content has already been uploaded and cannot be changed. Upload a new one.`, {
    details: [{ field: 'content', message: 'cannot be changed' }],
  });
}
