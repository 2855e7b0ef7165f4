import { type Attributes, BelongsTo, DeleteResourceMixin, Entity, Field, type Related, type UploadInput } from '#front';
import { asText, type Content, checkOptions, newRecord, pathOf, type TransportRequest, textOf } from '../vendor.js';
import { Team } from './accounts/team.js';
import { User } from './accounts/user.js';
import { objectAt, textAt } from './base/responses.js';
import type { ListParams, SearchDescription, Several, TeamParams } from './base/search-params.js';
import {
  type BegunUpload,
  type ContentFacts,
  plainHash,
  UploadedResource,
  type UploadOptions,
  type UploadSaveOptions,
} from './base/upload.js';
import { numberIn, textIn } from './base/values.js';

/** How far the upload of a file is. */
export type UploadStatus = 'pending' | 'completed' | 'failed';

/** The parameters of a search for files. */
export interface FileSearchParams extends ListParams<'fileName' | 'fileSize' | 'createdAt' | 'updatedAt' | (string & {})>, TeamParams {
  /** Only these files. */
  fileIds?: Several | undefined;
  /** Only files whose name contains this text. */
  nameLike?: string | undefined;
  /** Only files of one of these MIME types. */
  mimeTypes?: Several | undefined;
  /** SHA-256, in hexadecimal. */
  fileHashes?: Several | undefined;
  /** Only files whose upload is this far. */
  uploadStatus?: UploadStatus | undefined;
  /** Same as `uploadStatus`, with the aliases 'ready', 'error', 'processing' and 'uploaded'. */
  status?: UploadStatus | 'ready' | 'error' | 'processing' | 'uploaded' | undefined;
  /** Same as `mimeTypes`. */
  mimeType?: Several | undefined;
}

export interface FileUploadOptions extends UploadOptions {
  /** Default: derived from the extension of the name. */
  mimeType?: string | undefined;
  /** Values of your own that are stored with the file. */
  metadata?: Record<string, unknown> | undefined;
  /** Whether to use the team's completed file with the same content, if there is one, instead of uploading. Default: false. */
  dedupe?: boolean | undefined;
}

interface FileSaveOptions extends UploadSaveOptions, Pick<FileUploadOptions, 'dedupe'> {}

type Json = Record<string, unknown>;

const documentTypes = new Set([
  'application/pdf',
  'application/msword',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
]);

/** The statuses of a failed upload, in old and new versions of the platform. */
const failedStatuses: readonly string[] = ['failed', 'error'];

/** A file of a team. It is uploaded when it is created and cannot be changed afterwards. */
@Entity({ path: 'files', id: 'fileId', search: { pageSize: 20, maxPageSize: 100 } })
export class File extends DeleteResourceMixin(UploadedResource) {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: FileSearchParams;
  /** The options of `save()` besides those of every record. */
  static override saveOptions = ['dedupe'];
  /** Whether new records are created in the connection's team. */
  static override createdInTeam = true;
  /** The filters and sort orders that the platform has for this class. */
  static override searching: SearchDescription = {
    filters: ['fileIds', 'teamIds', 'nameLike', 'mimeTypes', 'fileHashes', 'uploadStatus'],
    orderBy: ['fileName', 'fileSize', 'createdAt', 'updatedAt'],
    team: 'teamIds',
    names: { status: 'uploadStatus', mimeType: 'mimeTypes' },
    orderNames: { name: 'fileName', size: 'fileSize' },
    words: { uploadStatus: { ready: 'completed', error: 'failed', processing: 'pending', uploaded: 'pending' } },
    unsupported: { datasetId: 'is not a filter: files do not belong to datasets; see dataset.dataVersions()' },
  };

  /** The id of the file. */
  @Field({ readOnly: true }) readonly fileId!: string;
  /** The team that it belongs to. */
  @Field({ readOnly: true }) readonly teamId!: string;
  /** The name, of 1 to 1,000 characters. */
  @Field({ check: textOf(1, 1000) }) fileName!: string;
  /** In bytes. */
  @Field({ readOnly: true }) readonly fileSize!: number;
  /** The MIME type. */
  @Field({ check: textOf(1, 255) }) mimeType!: string;
  /** SHA-256, in hexadecimal. */
  @Field({ readOnly: true }) readonly fileHash!: string;
  /** How far the upload is. */
  @Field({ readOnly: true }) readonly uploadStatus!: UploadStatus;
  /** The id of the user who uploaded it. */
  @Field({ readOnly: true }) readonly uploadedBy!: string | null;
  /** Only if the platform provides it. */
  @Field() metadata?: Record<string, unknown>;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** The team that it belongs to. */
  @BelongsTo(() => Team, 'teamId') readonly team!: Related<Team>;
  /** The user who uploaded it. */
  @BelongsTo(() => User, 'uploadedBy') readonly uploader!: Related<User>;

  constructor(attributes?: Attributes<File>) {
    super(attributes);
  }

  /**
   * Uploads a file. Same as saving a new record with `content`.
   *
   * @throws ValidationError if the input cannot be uploaded, FileUploadError naming the step that failed.
   */
  static async upload<F extends File>(
    this: new (
      attributes?: Attributes<File>,
    ) => F,
    input: UploadInput,
    options: FileUploadOptions = {},
  ): Promise<F> {
    checkOptions(this, 'save', options, ['name', 'mimeType', 'metadata'], `upload of a ${this.name}`);
    const { name, mimeType, metadata, ...saving } = options;
    return newRecord<F>(this, { content: input, fileName: name, mimeType, metadata }).save({}, saving);
  }

  override save(attributes: Attributes<this> = {}, options: FileSaveOptions = {}): Promise<this> {
    return super.save(attributes, options);
  }

  /** Same as `fileName`. */
  get name(): string {
    return this.fileName;
  }

  /** Whether the upload is completed. */
  get isReady(): boolean {
    return ['completed', 'ready'].includes(this.uploadStatus);
  }

  /** Whether the upload is pending. */
  get isProcessing(): boolean {
    return ['pending', 'processing', 'uploaded'].includes(this.uploadStatus);
  }

  /** Whether the upload has failed. */
  get hasError(): boolean {
    return failedStatuses.includes(this.uploadStatus);
  }

  /** Whether it is a CSV file, by its MIME type or its name. */
  get isCsv(): boolean {
    return this.#type === 'text/csv';
  }

  /** Whether it is an image, by its MIME type. */
  get isImage(): boolean {
    return this.#type.startsWith('image/');
  }

  /** Whether the file is a PDF or an office document. */
  get isDocument(): boolean {
    return documentTypes.has(this.#type);
  }

  /** Whether it is text, by its MIME type. */
  get isText(): boolean {
    return this.#type.startsWith('text/');
  }

  /** The extension of the name, including its dot; '' if there is none. */
  get extension(): string {
    return /[^.](\.[^.]+)$/.exec(textIn(this.fileName) ?? '')?.[1] ?? '';
  }

  get #type(): string {
    return (textIn(this.mimeType) ?? '').split(';', 1)[0]!.trim().toLowerCase();
  }

  /** What the platform says of the content, which downloads are checked against. */
  protected contentFacts(): ContentFacts {
    return {
      name: textIn(this.fileName),
      size: numberIn(this.fileSize),
      sha256: textIn(this.fileHash),
      mimeType: textIn(this.mimeType),
    };
  }

  protected override async upload(content: Content, request: TransportRequest, options: FileSaveOptions): Promise<Json> {
    return (options.dedupe && (await this.#withSameContent(content, options))) || super.upload(content, request, options);
  }

  protected async beginUpload(content: Content, request: TransportRequest): Promise<BegunUpload> {
    const { metadata, ...fields } = request.body as Json;
    const facts = { fileName: content.name, fileSize: content.size, fileHash: content.sha256, mimeType: content.mimeType };
    const body = { ...fields, ...facts, ...(Object.keys(metadata ?? {}).length > 0 && { metadata }) };
    const path = `${pathOf(this.constructor)}/upload-url`;
    const response = await this.requireConnection('upload').send({ ...request, path, body }, this);
    const file = objectAt(response.body, 'file', `${request.attempt}`);
    return { id: textAt(file, 'fileId', `${request.attempt}`), response: response.body };
  }

  protected contentType(content: Content): string {
    return content.mimeType;
  }

  protected async completion({ size, sha256 }: Content): Promise<Json> {
    return { fileSize: size, fileHash: sha256 };
  }

  protected isComplete(response: Json, content: Content): boolean {
    return response.uploadStatus === 'completed' && plainHash(response.fileHash) === content.sha256;
  }

  protected override hasFailed({ uploadStatus }: Json): boolean {
    return failedStatuses.includes(asText(uploadStatus));
  }

  protected override abandonUpload(id: string): Promise<boolean> {
    return this.callAction('DELETE', '', { id }).then(
      () => true,
      () => false,
    );
  }

  async #withSameContent({ sha256 }: Content, { signal }: FileSaveOptions): Promise<Json | null> {
    const page = await this.sibling(File, 'search').search({ fileHashes: sha256, uploadStatus: 'completed', pageSize: 1 }, { signal });
    return page.results[0]?.toDict() ?? null;
  }
}
