import { connectionOfClass, requireConnection } from '../../model/binding.js';
import { ResourceError } from '../../model/errors/index.js';
import { oneOf } from '../../model/fields/checks.js';
import { metadataOf } from '../../model/fields/compile.js';
import { pathOf } from '../../model/fields/effective-options.js';
import { Entity } from '../../model/fields/entity.js';
import { Field } from '../../model/fields/field.js';
import type { HookOptions } from '../../model/hooks/life-cycle.js';
import { withHooks } from '../../model/hooks/with-hooks.js';
import type { Attributes } from '../../model/persistence/attributes.js';
import { copyRecord } from '../../model/persistence/clone.js';
import { DeleteResourceMixin } from '../../model/persistence/delete.js';
import { loadedRecord } from '../../model/persistence/loaded.js';
import type { CallOptions } from '../../model/ports/transport.js';
import type { Search } from '../../model/searching/search.js';
import { loadRecord } from '../../model/state/construction.js';
import { ModeratelyResource } from '../base/resource.js';
import { firstOf } from '../base/responses.js';
import type { ListParams, SearchDescription, Several, TeamParams } from '../base/search-params.js';
import { type VersionStatus, versionStatuses } from '../base/version-status.js';
import type { ConfigurationReport, PipelineConfiguration } from './configuration.js';
import { Pipeline } from './pipeline.js';
import { type PipelineExecuteOptions, PipelineExecution, type PipelineExecutionSearchParams } from './pipeline-execution.js';

export interface PipelineConfigurationVersionSearchParams
  extends ListParams<'version' | 'createdAt' | 'updatedAt' | (string & {})>,
    TeamParams {
  pipelineIds?: Several | undefined;
  pipelineConfigurationVersionIds?: Several | undefined;
  status?: VersionStatus | undefined;
  statuses?: Several<VersionStatus> | undefined;
}

/**
 * One version of what a pipeline does. At most one version of a pipeline is current; the current one's configuration cannot be changed
 * and it cannot be deleted: archive it first, or change a clone.
 */
@Entity({ path: 'pipeline-configuration-versions', id: 'pipelineConfigurationVersionId' })
export class PipelineConfigurationVersion extends DeleteResourceMixin(ModeratelyResource) {
  declare static searchParams: PipelineConfigurationVersionSearchParams;
  static override searching: SearchDescription = {
    filters: ['pipelineIds', 'pipelineConfigurationVersionIds', 'teamIds', 'status', 'statuses'],
    orderBy: ['version', 'createdAt', 'updatedAt'],
    team: 'teamIds',
  };

  @Field({ readOnly: true }) readonly pipelineConfigurationVersionId!: string;
  @Field({ createOnly: true, required: true, nullable: false }) pipelineId!: string;
  @Field({ required: true, nullable: false }) configuration!: PipelineConfiguration;
  /** Counted by the platform, per pipeline. */
  @Field({ readOnly: true }) readonly version!: number;
  /** Default of a new version: 'draft'. */
  @Field({ nullable: false, check: oneOf(versionStatuses), onClone: 'reset' }) status!: VersionStatus;
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  constructor(attributes?: Attributes<PipelineConfigurationVersion>) {
    super(attributes);
  }

  /** What the platform says about a configuration; an invalid one is an answer, not an error. */
  static async validate(configuration: object, options: CallOptions = {}): Promise<ConfigurationReport> {
    const { body } = await requireConnection(this, 'validate').send(
      { ...options, method: 'POST', path: `${pathOf(this)}/validate`, body: { configuration }, attempt: 'validation of a configuration' },
      this,
    );
    return body as ConfigurationReport;
  }

  /** The JSON Schema (draft 7) of configurations; null when the platform has none. */
  static async schema(options: CallOptions = {}): Promise<Record<string, unknown> | null> {
    const attempt = 'schema of configurations';
    const { body } = await requireConnection(this, 'get the schema of').send(
      { ...options, method: 'GET', path: `${pathOf(this)}/schema`, attempt },
      this,
    );
    return (body ?? null) as Record<string, unknown> | null;
  }

  /** What the platform says about this version's configuration as it is here, changed or not. */
  async validate(options: CallOptions = {}): Promise<ConfigurationReport> {
    const { configuration } = await loadedRecord(this, 'validate', options);
    return this.sibling(PipelineConfigurationVersion, 'validate').validate(configuration, options);
  }

  /** Makes this the pipeline's current version. @throws ConflictError while another one is: archive that first. */
  activate(): Promise<this> {
    this.status = 'current';
    return this.save();
  }

  archive(): Promise<this> {
    this.status = 'archived';
    return this.save();
  }

  /**
   * Starts an execution of this version.
   *
   * @param input By the id of the input block.
   * @throws with `wait`: what `execution.wait()` throws.
   */
  @withHooks({ operation: 'run' })
  async execute(input: Record<string, unknown>, options: PipelineExecuteOptions = {}): Promise<PipelineExecution> {
    return this.sibling(PipelineExecution, 'execute').start(this.savedId('execute'), input, options);
  }

  executions(params: Omit<PipelineExecutionSearchParams, 'pipelineConfigurationVersionIds'> = {}): Search<PipelineExecution> {
    return this.sibling(PipelineExecution, 'search').search({
      ...params,
      pipelineConfigurationVersionIds: [this.savedId('list the executions of')],
    });
  }

  /** The newest one, or null. */
  async latestExecution(): Promise<PipelineExecution | null> {
    return firstOf(this.executions({ orderBy: 'createdAt', orderDirection: 'desc', pageSize: 1 }));
  }

  pipeline(): Promise<Pipeline> {
    return this.sibling(Pipeline, 'get').get(this.pipelineId);
  }

  /** A clean record is copied by the platform, as a draft with the next version number; any other is copied here and is new. */
  override async buildClone(attributes: Attributes<this>, options: HookOptions): Promise<this> {
    if (this.isNew || this.isDeleted || this.isModified || Object.keys(attributes).length > 0) return copyRecord(this, attributes);
    const response = await this.callAction('POST', 'clone', { body: {}, once: true, signal: options.signal });
    const { wire } = metadataOf(this.constructor).id;
    if (!response[wire]) {
      const message = `clone of ${String(this)}: the platform made one, but its answer has no "${wire}". Search for it: it is the newest draft.`;
      throw new ResourceError(message, { outcome: 'unknown' });
    }
    return loadRecord(this.constructor as new () => this, this.readResponse(response), this.context ?? connectionOfClass(this.constructor));
  }
}
