import {
  type Attributes,
  BelongsTo,
  type CallOptions,
  DeleteResourceMixin,
  Entity,
  Field,
  HasMany,
  type HookOptions,
  type Related,
  type RelatedMany,
  ResourceError,
  withHooks,
} from '#front';
import { copyRecord, idKeyOf, loadedRecord, loadRecord, oneOf, pathOf, requireConnection } from '../../vendor.js';
import { executionClassOf, ModeratelyResource } from '../base/resource.js';
import { firstOf } from '../base/responses.js';
import type { ListParams, SearchDescription, Several, TeamParams } from '../base/search-params.js';
import { type VersionStatus, versionStatuses } from '../base/version-status.js';
import type { ConfigurationReport, PipelineConfiguration } from './configuration.js';
import { Pipeline } from './pipeline.js';
import { type PipelineExecuteOptions, PipelineExecution, type PipelineExecutionSearchParams } from './pipeline-execution.js';

/** The parameters of a search for configuration versions. */
export interface PipelineConfigurationVersionSearchParams
  extends ListParams<'version' | 'createdAt' | 'updatedAt' | (string & {})>,
    TeamParams {
  /** Only versions of these pipelines. */
  pipelineIds?: Several | undefined;
  /** Only these versions. */
  pipelineConfigurationVersionIds?: Several | undefined;
  /** Only versions in this state. */
  status?: VersionStatus | undefined;
  /** Only versions in one of these states. */
  statuses?: Several<VersionStatus> | undefined;
}

/**
 * A version of a pipeline's configuration. At most one version of a pipeline is current. The current version can neither be deleted nor
 * have its configuration changed: archive it first, or change a clone.
 */
@Entity({ path: 'pipeline-configuration-versions', id: 'pipelineConfigurationVersionId' })
export class PipelineConfigurationVersion extends DeleteResourceMixin(ModeratelyResource) {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: PipelineConfigurationVersionSearchParams;
  /** The filters and sort orders that the platform has for this class. */
  static override searching: SearchDescription = {
    filters: ['pipelineIds', 'pipelineConfigurationVersionIds', 'teamIds', 'status', 'statuses'],
    orderBy: ['version', 'createdAt', 'updatedAt'],
    team: 'teamIds',
  };

  /** The id of the version. */
  @Field({ readOnly: true }) readonly pipelineConfigurationVersionId!: string;
  /** The pipeline that it configures. */
  @Field({ createOnly: true, required: true, nullable: false }) pipelineId!: string;
  /** The graph of blocks. */
  @Field({ required: true, nullable: false }) configuration!: PipelineConfiguration;
  /** The number of the version within its pipeline, assigned by the platform. */
  @Field({ readOnly: true }) readonly version!: number;
  /** Default for a new version: 'draft'. */
  @Field({ nullable: false, check: oneOf(versionStatuses), onClone: 'reset' }) status!: VersionStatus;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** The pipeline that it configures. */
  @BelongsTo(() => Pipeline, 'pipelineId', { required: true }) pipeline!: Related<Pipeline, never>;
  /** The executions of this version. */
  @HasMany((owner) => executionClassOf(owner, PipelineExecution), {
    key: 'pipelineConfigurationVersionId',
    by: 'pipelineConfigurationVersionIds',
    list: true,
  })
  readonly executions!: RelatedMany<PipelineExecution, Omit<PipelineExecutionSearchParams, 'pipelineConfigurationVersionIds'>>;

  constructor(attributes?: Attributes<PipelineConfigurationVersion>) {
    super(attributes);
  }

  /** Validates a configuration at the platform. An invalid configuration is reported in the result, not thrown. */
  static async validate(configuration: object, options: CallOptions = {}): Promise<ConfigurationReport> {
    const { body } = await requireConnection(this, 'validate').send(
      { ...options, method: 'POST', path: `${pathOf(this)}/validate`, body: { configuration }, attempt: 'validation of a configuration' },
      this,
    );
    return body as ConfigurationReport;
  }

  /** The JSON Schema (draft 7) of configurations; null if the platform has none. */
  static async schema(options: CallOptions = {}): Promise<Record<string, unknown> | null> {
    const attempt = 'schema of configurations';
    const { body } = await requireConnection(this, 'get the schema of').send(
      { ...options, method: 'GET', path: `${pathOf(this)}/schema`, attempt },
      this,
    );
    return (body ?? null) as Record<string, unknown> | null;
  }

  /** Validates this version's configuration, including unsaved changes, at the platform. */
  async validate(options: CallOptions = {}): Promise<ConfigurationReport> {
    const { configuration } = await loadedRecord(this, 'validate', options);
    return this.sibling(PipelineConfigurationVersion, 'validate').validate(configuration, options);
  }

  /** Makes this the pipeline's current version. @throws ConflictError if another version is current; archive that one first. */
  activate(): Promise<this> {
    this.status = 'current';
    return this.save();
  }

  /** Saves it as archived. */
  archive(): Promise<this> {
    this.status = 'archived';
    return this.save();
  }

  /**
   * Starts an execution of this version.
   *
   * @param input Values by the id of the input block.
   * @throws what `execution.wait()` throws, if it waits.
   */
  @withHooks({ operation: 'run' })
  async execute(input: Record<string, unknown>, options: PipelineExecuteOptions = {}): Promise<PipelineExecution> {
    return this.sibling(PipelineExecution, 'execute').start(this.savedId('execute'), input, options);
  }

  /** The newest execution, or null. */
  async latestExecution(): Promise<PipelineExecution | null> {
    return firstOf(this.executions({ orderBy: 'createdAt', orderDirection: 'desc', pageSize: 1 }));
  }

  /** An unmodified record is copied by the platform, as a draft with the next version number. Any other is copied locally and is new. */
  override async buildClone(attributes: Attributes<this>, options: HookOptions): Promise<this> {
    if (this.isNew || this.isDeleted || this.isModified || Object.keys(attributes).length > 0) return copyRecord(this, attributes);
    const response = await this.callAction('POST', 'clone', { body: {}, once: true, signal: options.signal });
    const idKey = idKeyOf(this.constructor);
    if (!response[idKey]) {
      const message = `clone of ${String(this)}: the platform created it, but its response has no "${idKey}". Search for it: it is the newest draft.`;
      throw new ResourceError(message, { outcome: 'unknown' });
    }
    return loadRecord(this.constructor as new () => this, this.readResponse(response), this.context);
  }
}
