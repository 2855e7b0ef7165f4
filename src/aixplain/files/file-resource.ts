import { basename } from 'node:path';
import { type Attributes, Entity, Field, type SaveOptions, ValidationError } from '#front';
import { saveWith } from '../../vendor.js';
import { AixplainRecord } from '../record.js';
import { FileType } from '../statuses.js';
import { fileTypeOf } from './kinds.js';
import { type UploadOptions, upload } from './upload.js';

/** How a file is uploaded. */
export interface FileSaveOptions extends SaveOptions, Omit<UploadOptions, 'isTemp'> {}

/**
 * A local file for the platform: as the input of a run, or for an address that others can read. `save()` uploads it; the platform keeps
 * no record of it, so it cannot be searched, fetched or deleted.
 */
@Entity()
export class FileResource extends AixplainRecord {
  /** The local file. */
  @Field() filePath: string | null = null;
  /** Whether the platform may remove the file after a while. */
  @Field() isTemp: boolean = true;
  /** Where the platform's services find the uploaded file: `s3://bucket/key`. Null until it is uploaded. */
  @Field({ readOnly: true }) readonly s3Url: string | null = null;
  /** Where anyone finds the uploaded file for a while; null where the platform gives no such address. */
  @Field({ readOnly: true }) readonly downloadUrl: string | null = null;

  constructor(attributes?: Attributes<FileResource>) {
    super(attributes);
  }

  /** What kind of file it is, by the extension of its name. */
  get fileType(): FileType {
    return fileTypeOf(this.filePath ?? '');
  }

  /** The address to hand on: the one anyone can read, else the services' own; null until it is uploaded. */
  get url(): string | null {
    return this.downloadUrl ?? this.s3Url;
  }

  /** Uploaded, and not changed since. */
  get isUploaded(): boolean {
    return this.s3Url !== null && !this.isModified;
  }

  /**
   * Uploads the file, unless that has happened and nothing has changed since (`force` uploads it again).
   *
   * @throws ValidationError when there is no such file, FileUploadError with the step that failed.
   */
  override save(attributes: Attributes<this> = {}, options: FileSaveOptions = {}): Promise<this> {
    return saveWith<this>(this, attributes, options, async (sending) => {
      if (this.isUploaded && !options.force) return null;
      const { filePath, isTemp } = this;
      if (!filePath)
        throw new ValidationError(`save of ${String(this)}: there is nothing to upload. Set filePath to the path of a local file.`);
      sending();
      const { s3Url, downloadUrl } = await upload(this.requireConnection('upload'), filePath, { ...options, isTemp });
      return { filePath, isTemp, s3Url, downloadUrl };
    });
  }

  override toString(): string {
    return `${this.constructor.name}(${this.filePath === null ? 'no file' : basename(this.filePath)})`;
  }
}
