import { basename } from 'node:path';
import { type Attributes, Entity, Field, ValidationError } from '#front';
import { type Content, oneOf, pathOf, type TransportRequest, textOf } from '../../vendor.js';
import { objectAt, textAt } from '../base/responses.js';
import type { ListParams, SearchDescription, Several } from '../base/search-params.js';
import {
  type BegunUpload,
  type ContentFacts,
  plainHash,
  UploadedResource,
  type UploadOptions,
  type UploadSaveOptions,
} from '../base/upload.js';
import { type VersionStatus, versionStatuses } from '../base/version-status.js';
import { countRows } from './row-count.js';

export type DataFileType = 'csv' | 'xlsx';

export interface DatasetDataVersionSearchParams extends ListParams<'createdAt' | 'updatedAt' | 'versionNo' | (string & {})> {
  datasetDataVersionIds?: Several | undefined;
  datasetIds?: Several | undefined;
  status?: VersionStatus | undefined;
  versionNo?: number | undefined;
  fileType?: DataFileType | undefined;
}

export interface DataUploadOptions extends UploadOptions {
  /** Default: by the name's suffix. */
  fileType?: DataFileType | undefined;
  /** Default: 'current'. */
  status?: VersionStatus | undefined;
}

const contentTypes: Readonly<Record<DataFileType, string>> = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** One version of the data of a dataset: a CSV or XLSX file. It is uploaded when it is created and never changes. */
@Entity({ path: 'dataset-data-versions', id: 'datasetDataVersionId' })
export class DatasetDataVersion extends UploadedResource {
  declare static searchParams: DatasetDataVersionSearchParams;
  static override searching: SearchDescription = {
    filters: ['datasetDataVersionIds', 'datasetIds', 'status', 'versionNo', 'fileType'],
    orderBy: ['createdAt', 'updatedAt', 'versionNo'],
  };

  @Field({ readOnly: true }) readonly datasetDataVersionId!: string;
  @Field({ required: true, nullable: false }) datasetId!: string;
  @Field({ readOnly: true }) readonly versionNo!: number;
  /** Known for versions that were uploaded here; the platform does not answer it. */
  @Field({ check: textOf(1, 255) }) fileName?: string;
  /** Where the platform keeps it. */
  @Field({ readOnly: true }) readonly sourceFileUri!: string;
  @Field({ check: oneOf(['csv', 'xlsx']) }) fileType!: DataFileType;
  /** Default of a new version: 'draft'. */
  @Field({ check: oneOf(versionStatuses), nullable: false, onClone: 'reset' }) status!: VersionStatus;
  /** SHA-256, where the platform says it. */
  @Field({ readOnly: true }) readonly fileHash?: string | null;
  /** Rows below the header, where the platform says it. */
  @Field({ readOnly: true }) readonly rowCount?: number | null;
  /** In bytes, where the platform says it. */
  @Field({ readOnly: true }) readonly fileSizeBytes?: number | null;
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  constructor(attributes?: Attributes<DatasetDataVersion>) {
    super(attributes);
  }

  protected contentFacts(): ContentFacts {
    return {
      name: this.fileName ?? (this.sourceFileUri ? basename(this.sourceFileUri) : undefined),
      size: this.fileSizeBytes ?? undefined,
      sha256: this.fileHash ?? undefined,
      fallbackName: 'uploaded_data',
    };
  }

  protected async beginUpload(content: Content, request: TransportRequest): Promise<BegunUpload> {
    const body = { ...(request.body as Record<string, unknown>), fileName: content.name, fileType: this.#fileTypeOf(content) };
    const answer = await this.requireConnection('upload').send({ ...request, path: pathOf(this.constructor), body }, this);
    const version = objectAt(answer.body, 'dataVersion', `${request.attempt}`);
    return { id: textAt(version, 'datasetDataVersionId', `${request.attempt}`), response: answer.body };
  }

  /** The platform does not repeat the name. */
  protected override async upload(
    content: Content,
    request: TransportRequest,
    options: UploadSaveOptions,
  ): Promise<Record<string, unknown>> {
    return { fileName: content.name, ...(await super.upload(content, request, options)) };
  }

  protected contentType(content: Content): string {
    return contentTypes[this.#fileTypeOf(content)];
  }

  /** The platform needs none of it today; it did once, and clients of the vendor still send it. */
  protected async completion(content: Content): Promise<Record<string, unknown>> {
    const rowCount = this.#fileTypeOf(content) === 'csv' ? await countRows(content.stream()) : null;
    return { fileHash: content.sha256, fileSizeBytes: content.size, rowCount };
  }

  /** Only platforms that say the hash of what they have can tell. */
  protected isComplete(response: Record<string, unknown>, content: Content): boolean {
    return plainHash(response.fileHash) === content.sha256;
  }

  #fileTypeOf({ name }: Content): DataFileType {
    const fileType = this.fileType ?? fileTypeOf(name);
    if (fileType) return fileType;
    throw new ValidationError(`The type of ${name} cannot be told from its name. Say fileType: 'csv' or 'xlsx'.`, {
      details: [{ field: 'fileType', message: 'is required, for the name has no suffix of a table' }],
    });
  }
}

/** The kind of table that a file name says. */
export function fileTypeOf(name: string): DataFileType | undefined {
  const suffix = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  if (suffix === 'csv') return 'csv';
  return suffix === 'xlsx' || suffix === 'xls' ? 'xlsx' : undefined;
}
