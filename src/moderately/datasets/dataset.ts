import type { Content, UploadInput } from '../../http/files/content.js';
import { ValidationError } from '../../model/errors/index.js';
import { textOf } from '../../model/fields/checks.js';
import { Entity } from '../../model/fields/entity.js';
import { Field } from '../../model/fields/field.js';
import { withHooks } from '../../model/hooks/with-hooks.js';
import type { Attributes } from '../../model/persistence/attributes.js';
import { DeleteResourceMixin } from '../../model/persistence/delete.js';
import { loadedRecord } from '../../model/persistence/loaded.js';
import type { SaveScope } from '../../model/persistence/payload.js';
import type { SaveOptions } from '../../model/persistence/save.js';
import type { TransportRequest } from '../../model/ports/transport.js';
import type { BackOff, WaitOptions } from '../../model/ports/waiter.js';
import type { Search } from '../../model/searching/search.js';
import { replaceSaved } from '../../model/state/merge.js';
import { WaitableResourceMixin } from '../../model/waiting/mixin.js';
import type { StatusWords } from '../../model/waiting/status.js';
import { checkWaitOptions } from '../../model/waiting/wait-options.js';
import type { WorkState } from '../../model/waiting/waitable.js';
import { ModeratelyResource } from '../base/resource.js';
import { firstOf } from '../base/responses.js';
import type { ListParams, SearchDescription, Several, TeamParams } from '../base/search-params.js';
import type { DownloadOptions } from '../base/upload.js';
import type { VersionStatus } from '../base/version-status.js';
import { type ColumnInput, columnsFrom, type ParsingOptions } from './columns.js';
import { DatasetDataVersion, type DatasetDataVersionSearchParams, type DataUploadOptions, fileTypeOf } from './dataset-data-version.js';
import { DatasetSchemaVersion, type DatasetSchemaVersionSearchParams } from './dataset-schema-version.js';
import { inferSchema, type SampleOptions } from './infer.js';
import { SchemaBuilder } from './schema-builder.js';

export type ProcessingStatus = 'needs-processing' | 'in_progress' | 'completed' | 'failed';

export interface DatasetSearchParams extends ListParams<'createdAt' | 'updatedAt' | 'name' | (string & {})>, TeamParams {
  datasetIds?: Several | undefined;
  nameLike?: string | undefined;
  /** The exact name. */
  name?: string | undefined;
}

/** What a save may say beside the fields. */
interface DatasetAction {
  /** True starts processing the current data by the current schema; see `process()` for waiting as well. */
  shouldProcess?: boolean;
}

export interface DataDownloadOptions extends DownloadOptions {
  /** Default: the current version. */
  versionId?: string | undefined;
  /** Where to write it. Default: the bytes are returned. */
  path?: string | undefined;
}

export interface SampleSchemaOptions extends SampleOptions {
  /** Default: 'draft'. */
  status?: VersionStatus | undefined;
}

/** A table: versions of its data, and versions of the schema that says how to read them. */
@Entity({ path: 'datasets', id: 'datasetId' })
export class Dataset extends WaitableResourceMixin(DeleteResourceMixin(ModeratelyResource)) {
  declare static searchParams: DatasetSearchParams;
  static override createdInTeam = true;
  static override partialFields = ['processingStatus', 'activeDataSchemaVersionId', 'activeDataVersionId'];
  static override searching: SearchDescription = {
    filters: ['datasetIds', 'teamIds', 'nameLike', 'name'],
    orderBy: ['createdAt', 'updatedAt', 'name'],
    team: 'teamIds',
  };
  /** Soon at first, for small tables are processed in no time. */
  static override waitBackOff: BackOff = { initial: 0.5, factor: 2, max: 5, min: 0.01 };
  static override workStatusWords: StatusWords = {
    succeeded: ['COMPLETED'],
    failed: ['FAILED'],
    running: ['IN_PROGRESS', 'NEEDS-PROCESSING'],
  };

  @Field({ readOnly: true }) readonly datasetId!: string;
  @Field({ readOnly: true }) readonly teamId!: string;
  @Field({ required: true, nullable: false, check: textOf(1, 255) }) name!: string;
  @Field({ check: textOf(0, 10_000) }) description!: string | null;
  @Field({ readOnly: true }) readonly currentSchemaVersionId!: string | null;
  @Field({ readOnly: true }) readonly currentDataVersionId!: string | null;
  /** The schema by which the data was last processed. Items of lists lack it. */
  @Field({ readOnly: true }) readonly activeDataSchemaVersionId!: string | null | undefined;
  /** The data that was last processed. Items of lists lack it. */
  @Field({ readOnly: true }) readonly activeDataVersionId!: string | null | undefined;
  /** Null for a dataset that has nothing to process yet. Items of lists lack it. */
  @Field({ readOnly: true }) readonly processingStatus!: ProcessingStatus | null | undefined;
  /** Where the platform says it. */
  @Field({ readOnly: true }) readonly recordCount?: number | null;
  /** In bytes, where the platform says it. */
  @Field({ readOnly: true }) readonly totalSizeBytes?: number | null;
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

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
   * Uploads a version of the data: CSV or XLSX.
   *
   * @throws ValidationError when the kind of table cannot be told, FileUploadError with the step that failed.
   */
  async uploadData(input: UploadInput, options: DataUploadOptions = {}): Promise<DatasetDataVersion> {
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
   * Gets the data: the current version's, or another's.
   *
   * @throws ValidationError when the dataset has no current version, or the named one belongs to another dataset.
   */
  downloadData(options?: DataDownloadOptions & { path?: undefined }): Promise<Uint8Array>;
  downloadData(options: DataDownloadOptions): Promise<undefined>;
  async downloadData(options: DataDownloadOptions = {}): Promise<Uint8Array | undefined> {
    const { versionId, path, ...transfer } = options;
    this.requireId('download data of');
    const id = versionId ?? (await loadedRecord(this, 'download data of', { signal: options.signal })).currentDataVersionId;
    if (!id) throw new ValidationError(`${String(this)} has no current data version. Upload data first, or say which: { versionId }.`);
    const version = await this.dataVersion(id);
    if (version.datasetId !== this.id)
      throw new ValidationError(`The data version ${id} belongs to another dataset (${version.datasetId}).`);
    return version.download(path, transfer);
  }

  dataVersions(params: Omit<DatasetDataVersionSearchParams, 'datasetIds'> = {}): Search<DatasetDataVersion> {
    return this.sibling(DatasetDataVersion, 'search').search({ ...params, datasetIds: [this.savedId('list the data versions of')] });
  }

  dataVersion(id: string): Promise<DatasetDataVersion> {
    return this.sibling(DatasetDataVersion, 'get').get(id);
  }

  /** Creates a version of the schema. @throws ValidationError for a column without name or type, for none, and for two of one name. */
  async createSchema(
    columns: readonly ColumnInput[],
    { status = 'draft', parsingOptions }: { status?: VersionStatus; parsingOptions?: ParsingOptions } = {},
  ): Promise<DatasetSchemaVersion> {
    return this.#addSchema({ columns: columnsFrom(columns), status, ...(parsingOptions && { parsingOptions }) });
  }

  /**
   * Creates a version of the schema from a CSV file that is like the data: names from its header, types from its rows. Bytes and streams
   * count as CSV.
   *
   * @throws ValidationError for what is not CSV, with the row that is wrong.
   */
  async createSchemaFromSample(sample: UploadInput, options: SampleSchemaOptions = {}): Promise<DatasetSchemaVersion> {
    this.requireId('create a schema of');
    const { status, ...reading } = options;
    const content = await this.moderately('create a schema of').client.openContent(sample, { fallbackName: 'the sample' });
    try {
      refuseSpreadsheet(content);
      const { columns, parsingOptions } = await inferSchema(content.stream(), content.name, reading);
      return await this.createSchema(columns, { parsingOptions, ...(status && { status }) });
    } finally {
      await content.dispose();
    }
  }

  /** Describes a version of the schema step by step; its `create()` creates it. */
  schemaBuilder(): SchemaBuilder {
    return new SchemaBuilder((draft) => this.#addSchema(draft));
  }

  /** Newest first unless the parameters say otherwise. */
  schemaVersions(params: Omit<DatasetSchemaVersionSearchParams, 'datasetIds'> = {}): Search<DatasetSchemaVersion> {
    const order = params.orderBy === undefined ? ({ orderBy: 'createdAt', orderDirection: params.orderDirection ?? 'desc' } as const) : {};
    return this.sibling(DatasetSchemaVersion, 'search').search({
      ...params,
      ...order,
      datasetIds: [this.savedId('list the schema versions of')],
    });
  }

  schemaVersion(id: string): Promise<DatasetSchemaVersion> {
    return this.sibling(DatasetSchemaVersion, 'get').get(id);
  }

  /** Null when there is none. */
  async currentSchema(): Promise<DatasetSchemaVersion | null> {
    return firstOf(this.schemaVersions({ status: 'current', pageSize: 1 }));
  }

  /**
   * Processes the current data by the current schema, and waits for it: one `poll` event per poll.
   *
   * @throws BadRequestError when there is no current data or schema, OperationFailedError when processing failed.
   */
  @withHooks({ operation: 'run' })
  async process(options: WaitOptions = {}): Promise<this> {
    this.requireId('process');
    checkWaitOptions(options);
    const waiting = { ...options, since: this.requireConnection('process').environment.clock.now() };
    const response = await this.callForRecord('PATCH', '', {
      body: { shouldProcess: true },
      signal: options.signal,
      attempt: `process of ${String(this)}`,
    });
    replaceSaved(this, response, true);
    return this.wait(waiting);
  }

  override workState(): WorkState {
    const reason = this.toDict().processingError;
    return { status: this.processingStatus ?? 'needs-processing', ...(typeof reason === 'string' && { reason }) };
  }

  /** The platform takes no null here, so a description is emptied instead. */
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
    `save of ${String(dataset)}: a new dataset has nothing that shouldProcess could mean. save() it, then uploadData() and createSchema().`,
    { details: [{ field: 'shouldProcess', message: 'cannot be said of a dataset that is being created' }] },
  );
}

function refuseSpreadsheet({ name }: Content): void {
  if (fileTypeOf(name) !== 'xlsx') return;
  throw new ValidationError(
    `${name} is a spreadsheet; a schema can only be made from a CSV sample. Save the sheet as CSV, or describe the columns.`,
  );
}
