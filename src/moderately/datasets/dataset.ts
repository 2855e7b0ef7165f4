import {
  type Attributes,
  type BackOff,
  BelongsTo,
  DeleteResourceMixin,
  type DownloadTarget,
  Entity,
  Field,
  HasMany,
  type Related,
  type RelatedMany,
  type SaveOptions,
  type SaveScope,
  type Search,
  type StatusWords,
  type UploadInput,
  ValidationError,
  WaitableResourceMixin,
  type WaitOptions,
  type WorkState,
  withHooks,
} from '#front';
import { checkOptionNames, checkOptions, namesOf, part, replacing, startWork, type TransportRequest, textOf } from '../../vendor.js';
import { Team } from '../accounts/team.js';
import { ModeratelyResource } from '../base/resource.js';
import { firstOf } from '../base/responses.js';
import { type ListParams, newestFirst, type SearchDescription, type Several, type TeamParams } from '../base/search-params.js';
import { type DownloadOptions, downloadOptionNames } from '../base/upload.js';
import type { VersionStatus } from '../base/version-status.js';
import type { ColumnInput, ParsingOptions } from './columns.js';
import { DatasetDataVersion, type DatasetDataVersionSearchParams, type DataUploadOptions, fileTypeOf } from './dataset-data-version.js';
import { DatasetSchemaVersion, type DatasetSchemaVersionSearchParams } from './dataset-schema-version.js';
import type { SampleOptions } from './infer.js';
import { columnsOf, SchemaBuilder } from './schema-builder.js';

/** How far the processing of a dataset's data is. */
export type ProcessingStatus = 'needs-processing' | 'in_progress' | 'completed' | 'failed';

/** The parameters of a search for datasets. */
export interface DatasetSearchParams extends ListParams<'createdAt' | 'updatedAt' | 'name' | (string & {})>, TeamParams {
  /** Only these datasets. */
  datasetIds?: Several | undefined;
  /** Only datasets whose name contains this text. */
  nameLike?: string | undefined;
  /** The exact name. */
  name?: string | undefined;
}

/** What can be given to `save()` besides the fields. */
interface DatasetAction {
  /** True starts processing the current data with the current schema. To wait for it as well, use `process()`. */
  shouldProcess?: boolean;
}

/** Options of a download of a dataset's data. */
export interface DataDownloadOptions extends DownloadOptions {
  /** Default: the current version. */
  versionId?: string | undefined;
  /** The path to write to, or a writable stream. Default: the bytes are returned. */
  path?: DownloadTarget | undefined;
}

/** Options of a schema that is inferred from a sample. */
export interface SampleSchemaOptions extends SampleOptions {
  /** Default: 'draft'. */
  status?: VersionStatus | undefined;
}

const inference = part(() => import('./infer.js'));

const downloading = part(() => import('./download-data.js'));

const dataDownloadOptionNames = [
  ...downloadOptionNames,
  ...namesOf<Omit<DataDownloadOptions, keyof DownloadOptions>>({ versionId: true, path: true }),
];

const sampleSchemaOptionNames = namesOf<SampleSchemaOptions>({
  status: true,
  skipRows: true,
  headerRow: true,
  hasHeader: true,
  nullValues: true,
  decimalSeparator: true,
  dateOrder: true,
  sheet: true,
  sampleSize: true,
  delimiter: true,
  encoding: true,
  infer: true,
});

/** A table. Both its data and the schema by which the data is parsed have versions. */
@Entity({ path: 'datasets', id: 'datasetId' })
export class Dataset extends WaitableResourceMixin(DeleteResourceMixin(ModeratelyResource)) {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: DatasetSearchParams;
  /** The options of `save()` besides those of every record. */
  static saveOptions = ['shouldProcess'];
  /** Whether new records are created in the connection's team. */
  static override createdInTeam = true;
  /** Fields that may be missing from list items and from responses to creates and updates. */
  static override partialFields = ['processingStatus', 'activeDataSchemaVersionId', 'activeDataVersionId'];
  /** The filters and sort orders that the platform has for this class. */
  static override searching: SearchDescription = {
    filters: ['datasetIds', 'teamIds', 'nameLike', 'name'],
    orderBy: ['createdAt', 'updatedAt', 'name'],
    defaultOrder: newestFirst,
    team: 'teamIds',
  };
  /** The first poll comes early, because small tables are processed quickly. */
  static override waitBackOff: BackOff = { initial: 0.5, factor: 2, max: 5, min: 0.01 };
  /** What the platform's words for the state of the work mean. */
  static override workStatusWords: StatusWords = {
    succeeded: ['COMPLETED'],
    failed: ['FAILED'],
    running: ['IN_PROGRESS', 'NEEDS-PROCESSING'],
  };

  /** The id of the dataset. */
  @Field({ readOnly: true }) readonly datasetId!: string;
  /** The team that it belongs to. */
  @Field({ readOnly: true }) readonly teamId!: string;
  /** The name, of 1 to 255 characters. */
  @Field({ required: true, nullable: false, check: textOf(1, 255) }) name!: string;
  /** What it is, at most 10,000 characters. */
  @Field({ check: textOf(0, 10_000) }) description!: string | null;
  /** The current schema version; null when there is none. */
  @Field({ readOnly: true }) readonly currentSchemaVersionId!: string | null;
  /** The current data version; null when there is none. */
  @Field({ readOnly: true }) readonly currentDataVersionId!: string | null;
  /** The schema version of the last processing. Missing from list items. */
  @Field({ readOnly: true }) readonly activeDataSchemaVersionId!: string | null | undefined;
  /** The data version of the last processing. Missing from list items. */
  @Field({ readOnly: true }) readonly activeDataVersionId!: string | null | undefined;
  /** Null if there is nothing to process yet. Missing from list items. */
  @Field({ readOnly: true }) readonly processingStatus!: ProcessingStatus | null | undefined;
  /** Why the last processing failed, if the platform provides it. */
  @Field({ readOnly: true }) readonly processingError?: string | null;
  /** Only if the platform provides it. */
  @Field({ readOnly: true }) readonly recordCount?: number | null;
  /** In bytes; only if the platform provides it. */
  @Field({ readOnly: true }) readonly totalSizeBytes?: number | null;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** The team that it belongs to. */
  @BelongsTo(() => Team, 'teamId') readonly team!: Related<Team>;
  /** The current data version; null when there is none. */
  @BelongsTo(() => DatasetDataVersion, 'currentDataVersionId') readonly currentDataVersion!: Related<DatasetDataVersion>;
  /** The current schema version; null when there is none. */
  @BelongsTo(() => DatasetSchemaVersion, 'currentSchemaVersionId') readonly currentSchemaVersion!: Related<DatasetSchemaVersion>;
  /** The data versions of the dataset. */
  @HasMany(() => DatasetDataVersion, { key: 'datasetId', by: 'datasetIds', list: true })
  readonly dataVersions!: RelatedMany<DatasetDataVersion, Omit<DatasetDataVersionSearchParams, 'datasetIds'>>;

  constructor(attributes?: Attributes<Dataset>) {
    super(attributes);
  }

  override save(attributes: Attributes<this> & DatasetAction = {}, options: SaveOptions = {}): Promise<this> {
    const { shouldProcess = false, ...fields } = attributes;
    return super.save(fields as Attributes<this>, shouldProcess ? ({ ...options, force: true, shouldProcess } as SaveOptions) : options);
  }

  override update(attributes: Attributes<this> & DatasetAction = {}, options: SaveOptions = {}): Promise<this> {
    return this.save(attributes, options);
  }

  /**
   * Uploads a CSV or XLSX file as a new version of the data.
   *
   * @throws ValidationError if the file type cannot be determined, FileUploadError naming the step that failed.
   */
  async uploadData(input: UploadInput, options: DataUploadOptions = {}): Promise<DatasetDataVersion> {
    const subject = `upload of data to ${String(this)}`;
    checkOptions(DatasetDataVersion, 'save', options, ['name', 'fileType', 'status'], subject);
    const { name, fileType, status = 'current', ...saving } = options;
    const Version = this.sibling(DatasetDataVersion, 'upload data to');
    const version = await new Version({ datasetId: this.savedId('upload data to'), content: input, fileName: name, fileType, status }).save(
      {},
      saving,
    );
    if (status === 'current') await this.refresh({ keepChanges: true });
    return version;
  }

  /**
   * Downloads the data of the current version, or of another.
   *
   * @throws ValidationError if the dataset has no current version, or if the given version belongs to another dataset.
   */
  downloadData(options?: DataDownloadOptions & { path?: undefined }): Promise<Uint8Array>;
  downloadData(options: DataDownloadOptions): Promise<undefined>;
  async downloadData(options: DataDownloadOptions = {}): Promise<Uint8Array | undefined> {
    checkOptionNames(`download of data of ${String(this)}`, options, dataDownloadOptionNames);
    this.requireId('download data of');
    return downloading.use(options, (part, given) => part.downloadData(this, given));
  }

  /** Loads a data version of the dataset by its id. */
  dataVersion(id: string): Promise<DatasetDataVersion> {
    return this.sibling(DatasetDataVersion, 'get').get(id);
  }

  /** Creates a schema version. @throws ValidationError if there are no columns, a name or type is missing, or a name is repeated. */
  async createSchema(
    columns: readonly ColumnInput[],
    options: { status?: VersionStatus; parsingOptions?: ParsingOptions } = {},
  ): Promise<DatasetSchemaVersion> {
    checkOptionNames(`createSchema of ${String(this)}`, options, ['status', 'parsingOptions']);
    const { status = 'draft', parsingOptions } = options;
    const made = await columnsOf.use(columns, ({ columnsFrom }, given) => columnsFrom(given));
    return this.#addSchema({ columns: made, status, ...(parsingOptions && { parsingOptions }) });
  }

  /**
   * Creates a schema version from a CSV or XLSX sample of the data, with names from its header and types inferred from its rows. Bytes and
   * streams without a name are assumed to be CSV.
   *
   * @throws ValidationError if the sample cannot be read as a table, naming the invalid row, ConfigurationError if it is XLSX and the
   *   packages that read it are not installed.
   */
  async createSchemaFromSample(sample: UploadInput, options: SampleSchemaOptions = {}): Promise<DatasetSchemaVersion> {
    this.requireId('create a schema of');
    checkOptionNames(`createSchemaFromSample of ${String(this)}`, options, sampleSchemaOptionNames);
    const { status, ...reading } = options;
    const content = await this.moderately('create a schema of').client.openContent(sample, { fallbackName: 'the sample' });
    try {
      const { inferSchema } = await inference();
      const { columns, parsingOptions } = await inferSchema(content.stream(), content.name, {
        ...reading,
        fileType: fileTypeOf(content.name) ?? 'csv',
      });
      return await this.createSchema(columns, { parsingOptions, ...(status && { status }) });
    } finally {
      await content.dispose();
    }
  }

  /** Returns a builder for a schema version. */
  schemaBuilder(): SchemaBuilder {
    return new SchemaBuilder((draft) => this.#addSchema(draft));
  }

  /** The schema versions, newest first by default. */
  schemaVersions(params: Omit<DatasetSchemaVersionSearchParams, 'datasetIds'> = {}): Search<DatasetSchemaVersion> {
    const order = params.orderBy === undefined ? ({ orderBy: 'createdAt', orderDirection: params.orderDirection ?? 'desc' } as const) : {};
    return this.sibling(DatasetSchemaVersion, 'search').search({
      ...params,
      ...order,
      datasetIds: [this.savedId('list the schema versions of')],
    });
  }

  /** Loads a schema version of the dataset by its id. */
  schemaVersion(id: string): Promise<DatasetSchemaVersion> {
    return this.sibling(DatasetSchemaVersion, 'get').get(id);
  }

  /** Resolves to null if there is none. */
  async currentSchema(): Promise<DatasetSchemaVersion | null> {
    return firstOf(this.schemaVersions({ status: 'current', pageSize: 1 }));
  }

  /**
   * Processes the current data with the current schema and waits for it to end. Dispatches a `poll` event for each poll.
   *
   * @throws BadRequestError if there is no current data or schema, OperationFailedError if processing failed.
   */
  @withHooks({ operation: 'run' })
  async process(options: WaitOptions = {}): Promise<this> {
    this.requireId('process');
    checkOptions(this.constructor, 'wait', options, [], `process of ${String(this)}`);
    const { replaceSaved } = await replacing();
    const waiting = await startWork(this, options, async (sendWithin) => {
      const response = await this.callForRecord('PATCH', '', {
        body: { shouldProcess: true },
        signal: options.signal,
        sendWithin,
        attempt: `process of ${String(this)}`,
      });
      replaceSaved(this, response, { keepChanges: true });
    });
    return this.wait(waiting);
  }

  override workState(): WorkState {
    const reason = this.processingError;
    return { status: this.processingStatus ?? 'needs-processing', ...(typeof reason === 'string' && { reason }) };
  }

  /** The platform does not accept null as the description in an update, so an empty string is sent. */
  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const payload = super.buildSavePayload(scope);
    if (!scope.creates && payload.description === null) payload.description = '';
    return payload;
  }

  override requestSave(request: TransportRequest, scope: SaveScope, options: SaveOptions & DatasetAction): Promise<unknown> {
    const { shouldProcess } = options;
    if (shouldProcess && scope.creates) throw nothingToProcess(this);
    const body = shouldProcess ? { ...(request.body as object), shouldProcess } : request.body;
    return super.requestSave({ ...request, body }, scope, options);
  }

  async #addSchema(attributes: Attributes<DatasetSchemaVersion>): Promise<DatasetSchemaVersion> {
    const Schema = this.sibling(DatasetSchemaVersion, 'create a schema of');
    const schema = await new Schema({ ...attributes, datasetId: this.savedId('create a schema of') }).save();
    if (schema.status === 'current') await this.refresh({ keepChanges: true });
    return schema;
  }
}

function nothingToProcess(dataset: Dataset): ValidationError {
  return new ValidationError(
    `save of ${String(dataset)}: shouldProcess has no effect on a new dataset. First save() it, then call uploadData() and createSchema().`,
    { details: [{ field: 'shouldProcess', message: 'cannot be used when a dataset is created' }] },
  );
}
