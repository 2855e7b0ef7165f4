import { type Attributes, BelongsTo, Entity, Field, type Related, ValidationError } from '#front';
import { baseName, type Content, oneOf, pathOf, type TransportRequest, textOf } from '../../vendor.js';
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
import { numberIn, textIn } from '../base/values.js';
import { type VersionStatus, versionStatuses } from '../base/version-status.js';
import { Dataset } from './dataset.js';

/** The type of a file with a dataset's data. */
export type DataFileType = 'csv' | 'xlsx';

/** The parameters of a search for data versions. */
export interface DatasetDataVersionSearchParams extends ListParams<'createdAt' | 'updatedAt' | 'versionNo' | (string & {})> {
  /** Only these versions. */
  datasetDataVersionIds?: Several | undefined;
  /** Only versions of these datasets. */
  datasetIds?: Several | undefined;
  /** Only versions in this state. */
  status?: VersionStatus | undefined;
  /** Only versions with this number. */
  versionNo?: number | undefined;
  /** Only versions with files of this type. */
  fileType?: DataFileType | undefined;
}

export interface DataUploadOptions extends UploadOptions {
  /** Default: derived from the extension of the name. */
  fileType?: DataFileType | undefined;
  /** Default: 'current'. */
  status?: VersionStatus | undefined;
}

const contentTypes: Readonly<Record<DataFileType, string>> = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** A version of a dataset's data: a CSV or XLSX file, which is uploaded when the version is created and cannot be changed. */
@Entity({ path: 'dataset-data-versions', id: 'datasetDataVersionId' })
export class DatasetDataVersion extends UploadedResource {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: DatasetDataVersionSearchParams;
  static override searching: SearchDescription = {
    filters: ['datasetDataVersionIds', 'datasetIds', 'status', 'versionNo', 'fileType'],
    orderBy: ['createdAt', 'updatedAt', 'versionNo'],
  };

  /** The id of the version. */
  @Field({ readOnly: true }) readonly datasetDataVersionId!: string;
  /** The dataset whose data it is. */
  @Field({ required: true, nullable: false }) datasetId!: string;
  /** The number of the version, from 1 in each dataset. */
  @Field({ readOnly: true }) readonly versionNo!: number;
  /** Only known for a version that this record has uploaded, because the platform does not return it. */
  @Field({ check: textOf(1, 255) }) fileName?: string;
  /** The location of the file at the platform. */
  @Field({ readOnly: true }) readonly sourceFileUri!: string;
  /** The type of the file. */
  @Field({ check: oneOf(['csv', 'xlsx']) }) fileType!: DataFileType;
  /** Default for a new version: 'draft'. */
  @Field({ check: oneOf(versionStatuses), nullable: false, onClone: 'reset' }) status!: VersionStatus;
  /** The SHA-256 of the file, if the platform provides it. */
  @Field({ readOnly: true }) readonly fileHash?: string | null;
  /** The number of rows below the header, if the platform provides it. */
  @Field({ readOnly: true }) readonly rowCount?: number | null;
  /** In bytes, if the platform provides it. */
  @Field({ readOnly: true }) readonly fileSizeBytes?: number | null;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** The dataset whose data it is. */
  @BelongsTo(() => Dataset, 'datasetId') dataset!: Related<Dataset>;

  constructor(attributes?: Attributes<DatasetDataVersion>) {
    super(attributes);
  }

  /** What the platform says of the content, which downloads are checked against. */
  protected contentFacts(): ContentFacts {
    const uri = textIn(this.sourceFileUri);
    return {
      name: textIn(this.fileName) ?? (uri ? baseName(uri) : undefined),
      size: numberIn(this.fileSizeBytes),
      sha256: textIn(this.fileHash),
      fallbackName: 'uploaded_data',
    };
  }

  protected async beginUpload(content: Content, request: TransportRequest): Promise<BegunUpload> {
    const body = { ...(request.body as Record<string, unknown>), fileName: content.name, fileType: this.#fileTypeOf(content) };
    const response = await this.requireConnection('upload').send({ ...request, path: pathOf(this.constructor), body }, this);
    const version = objectAt(response.body, 'dataVersion', `${request.attempt}`);
    return { id: textAt(version, 'datasetDataVersionId', `${request.attempt}`), response: response.body };
  }

  /** The platform's response does not contain the name. */
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

  /** The platform no longer requires these values, but the vendor's own clients still send them. */
  protected async completion(content: Content): Promise<Record<string, unknown>> {
    const isCsv = this.#fileTypeOf(content) === 'csv';
    const rowCount = isCsv ? await (await import('./row-count.js')).countRows(content.stream()) : null;
    return { fileHash: content.sha256, fileSizeBytes: content.size, rowCount };
  }

  /** Compares the hash, if the platform provides it. */
  protected isComplete(response: Record<string, unknown>, content: Content): boolean {
    return plainHash(response.fileHash) === content.sha256;
  }

  #fileTypeOf({ name }: Content): DataFileType {
    const fileType = this.fileType ?? fileTypeOf(name);
    if (fileType) return fileType;
    throw new ValidationError(`The type of ${name} cannot be derived from its name. Set fileType to 'csv' or 'xlsx'.`, {
      details: [{ field: 'fileType', message: 'is required, because the name does not end in .csv or .xlsx' }],
    });
  }
}

/** The file type by the extension of a file name. */
export function fileTypeOf(name: string): DataFileType | undefined {
  const suffix = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  if (suffix === 'csv') return 'csv';
  return suffix === 'xlsx' || suffix === 'xls' ? 'xlsx' : undefined;
}
