import { basename } from 'node:path';
import { type Attributes, Entity, Field, type SaveOptions, ValidationError } from '../../index.js';
import { operate } from '../../model/hooks/life-cycle.js';
import { refuseDeleted } from '../../model/persistence/deleted.js';
import { assignFields, checkNames } from '../../model/state/assign.js';
import { replaceSaved } from '../../model/state/merge.js';
import { stateOf } from '../../model/state/slot.js';
import { toDict } from '../../model/state/to-dict.js';
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
    const what = `save of ${String(this)}`;
    refuseDeleted(this, 'save');
    checkNames(stateOf(this).metadata, attributes, what);
    return operate<this>(this, {
      operation: 'save',
      args: [attributes, options],
      options,
      queued: true,
      admitted: () => assignFields(this, attributes),
      perform: async (context) => {
        context.settle();
        if (this.isUploaded && !options.force) return this;
        if (!this.filePath) throw new ValidationError(`${what}: there is nothing to upload. Set filePath to the path of a local file.`);
        context.sent = true;
        const { filePath, isTemp } = this;
        const { s3Url, downloadUrl } = await upload(this.requireConnection('upload'), filePath, {
          ...context.limit.callOptions(options),
          isTemp,
        });
        replaceSaved(this, { ...toDict(this), filePath, isTemp, s3Url, downloadUrl }, false);
        return this;
      },
    });
  }

  override toString(): string {
    return `${this.constructor.name}(${this.filePath === null ? 'no file' : basename(this.filePath)})`;
  }
}
