import { type Attributes, Entity, Field, type SaveOptions, ValidationError } from '#front';
import { baseName, callOptions, namesOf, saveWith } from '../../vendor.js';
import { AixplainRecord } from '../record.js';
import { FileType } from '../statuses.js';
import { fileTypeOf } from './kinds.js';
import { type UploadOptions, upload } from './upload.js';

/** How a file is uploaded. */
export interface FileSaveOptions extends SaveOptions, Omit<UploadOptions, 'isTemp'> {}

/**
 * A local file to upload, either as input of a run or to get a URL that others can read. `save()` uploads it. The platform does not keep
 * a record of it, so it cannot be searched for, fetched or deleted.
 */
@Entity()
export class FileResource extends AixplainRecord {
  /** The options of `save()` besides those of every record. */
  static saveOptions = namesOf<Omit<FileSaveOptions, keyof SaveOptions>>({ tags: true, license: true, onProgress: true });

  /** The path of the local file. */
  @Field() filePath: string | null = null;
  /** Whether the platform may remove the file after a while. */
  @Field() isTemp: boolean = true;
  /** The uploaded file's address for the platform's services: `s3://bucket/key`. Null until it is uploaded. */
  @Field({ readOnly: true }) readonly s3Url: string | null = null;
  /** A public URL of the uploaded file, valid for a limited time; null if the platform returned none. */
  @Field({ readOnly: true }) readonly downloadUrl: string | null = null;

  constructor(attributes?: Attributes<FileResource>) {
    super(attributes);
  }

  /** The kind of file, by its extension. */
  get fileType(): FileType {
    const { filePath }: { filePath: unknown } = this;
    return fileTypeOf(typeof filePath === 'string' ? filePath : '');
  }

  /** The public URL if there is one, else the services' own address; null until the file is uploaded. */
  get url(): string | null {
    return this.downloadUrl ?? this.s3Url;
  }

  /** Whether the file has been uploaded and the record has not changed since. */
  get isUploaded(): boolean {
    return this.s3Url !== null && !this.isModified;
  }

  /**
   * Uploads the file. Does nothing if it is already uploaded and the record has not changed since, unless `force` is set.
   *
   * @throws ValidationError if the file does not exist, FileUploadError naming the step that failed.
   */
  override save(attributes: Attributes<this> = {}, options: FileSaveOptions = {}): Promise<this> {
    return saveWith<this>(this, attributes, options, async (sending) => {
      if (this.isUploaded && !options.force) return null;
      const { filePath, isTemp } = this;
      if (!filePath)
        throw new ValidationError(`save of ${String(this)}: there is nothing to upload. Set filePath to the path of a local file.`);
      const limited = sending();
      const { tags, license, onProgress } = options;
      const uploading = { ...callOptions(limited), tags, license, onProgress, isTemp };
      const { s3Url, downloadUrl } = await upload(this.requireConnection('upload'), filePath, uploading);
      return { filePath, isTemp, s3Url, downloadUrl };
    });
  }

  override toString(): string {
    return `${this.constructor.name}(${typeof this.filePath === 'string' ? baseName(this.filePath) : 'no file'})`;
  }
}
