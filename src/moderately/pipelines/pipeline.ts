import {
  type Attributes,
  DeleteResourceMixin,
  Entity,
  Field,
  HasMany,
  type RelatedMany,
  ResourceError,
  type SaveOptions,
  withHooks,
} from '#front';
import { checkOptionNames, copyRecord } from '../../vendor.js';
import { NamedResource, namedSearch } from '../base/named.js';
import { executionClassOf } from '../base/resource.js';
import { firstOf } from '../base/responses.js';
import type { ListParams, Several, TeamParams } from '../base/search-params.js';
import type { VersionStatus } from '../base/version-status.js';
import type { PipelineConfiguration } from './configuration.js';
import {
  PipelineConfigurationVersion,
  type PipelineConfigurationVersionSearchParams,
  type PipelineConfigurationVersion as Version,
} from './pipeline-configuration-version.js';
import {
  type PipelineExecuteOptions,
  PipelineExecution,
  type PipelineExecutionSearchParams,
  pipelineExecuteOptionNames,
} from './pipeline-execution.js';

/** The parameters of a search for pipelines. */
export interface PipelineSearchParams extends ListParams<'name' | 'createdAt' | 'updatedAt' | (string & {})>, TeamParams {
  /** Only these pipelines. */
  pipelineIds?: Several | undefined;
  /** Only pipelines whose name contains this text. */
  nameLike?: string | undefined;
}

/** A pipeline that processes inputs. Its configuration has versions, at most one of which is current. */
@Entity({ path: 'pipelines', id: 'pipelineId' })
export class Pipeline extends DeleteResourceMixin(NamedResource) {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: PipelineSearchParams;
  /** The filters and sort orders that the platform has for this class. */
  static override searching = namedSearch('pipelineIds');

  /** The id of the pipeline. */
  @Field({ readOnly: true }) readonly pipelineId!: string;

  /** The configuration versions of the pipeline. */
  @HasMany(() => PipelineConfigurationVersion, { key: 'pipelineId', by: 'pipelineIds', list: true })
  readonly configurationVersions!: RelatedMany<Version, Omit<PipelineConfigurationVersionSearchParams, 'pipelineIds'>>;
  /** The executions of all versions of the pipeline. */
  @HasMany((owner) => executionClassOf(owner, PipelineExecution), { by: 'pipelineIds', list: true })
  readonly executions!: RelatedMany<PipelineExecution, Omit<PipelineExecutionSearchParams, 'pipelineIds'>>;

  /** Loads the versions that a clone copies when it is saved, oldest first. */
  #toCopy: (() => Promise<Version[]>) | null = null;
  /** The copies that have not been saved yet, once copying has started. */
  #copies: { version: number; copy: Version }[] | null = null;
  #copying: Promise<void> | null = null;

  constructor(attributes?: Attributes<Pipeline>) {
    super(attributes);
  }

  /** Saving a clone also copies the source's versions, as drafts in the same order. */
  override async save(attributes: Attributes<this> = {}, options: SaveOptions = {}): Promise<this> {
    const saved = await super.save(attributes, options);
    if (this.#toCopy && this.id) {
      this.#copying ??= this.#copyVersions(options).finally(() => {
        this.#copying = null;
      });
      await this.#copying;
    }
    return saved;
  }

  override buildClone(attributes: Attributes<this>): this {
    const copy = copyRecord(this, attributes);
    if (this.id === null) copy.#toCopy = this.#toCopy;
    else {
      const versions = this.configurationVersions({ orderBy: 'version', orderDirection: 'asc', pageSize: 100 });
      copy.#toCopy = () => versions.toArray();
    }
    return copy;
  }

  /** @param options.status Default: 'draft'. @throws ConflictError if the new version is current and another one already is. */
  async createConfigurationVersion(configuration: PipelineConfiguration, options: { status?: VersionStatus } = {}): Promise<Version> {
    checkOptionNames(`createConfigurationVersion of ${String(this)}`, options, ['status']);
    const Version = this.sibling(PipelineConfigurationVersion, 'create a configuration version of');
    return new Version({ pipelineId: this.savedId('create a configuration version of'), configuration, status: options.status }).save();
  }

  /** Resolves to null if there is none. */
  async currentConfigurationVersion(): Promise<Version | null> {
    return firstOf(this.configurationVersions({ status: 'current', pageSize: 1 }));
  }

  /** The newest execution, or null. */
  async latestExecution(): Promise<PipelineExecution | null> {
    return firstOf(this.executions({ orderBy: 'createdAt', orderDirection: 'desc', pageSize: 1 }));
  }

  /**
   * Starts an execution.
   *
   * @param input Values by the id of the input block.
   * @param options.version A configuration version or its id. Default: the current one.
   * @throws ValidationError if there is no current version; if it waits, what `execution.wait()` throws.
   */
  @withHooks({ operation: 'run' })
  async execute(
    input: Record<string, unknown>,
    options: PipelineExecuteOptions & { version?: Version | string | undefined } = {},
  ): Promise<PipelineExecution> {
    checkOptionNames(`execute of ${String(this)}`, options, [...pipelineExecuteOptionNames, 'version']);
    const { version, ...rest } = options;
    return this.sibling(PipelineExecution, 'execute').start(await this.versionToExecute(version), input, rest);
  }

  async #copyVersions({ signal, force }: SaveOptions): Promise<void> {
    const Version = this.sibling(PipelineConfigurationVersion, 'copy');
    this.#copies ??= (await this.#toCopy!()).map(({ configuration, version }) => ({
      version,
      copy: new Version({ pipelineId: this.id!, configuration }),
    }));
    for (const { version, copy } of [...this.#copies]) {
      await copy.save({}, { signal, force }).catch((cause) => {
        throw notCopied(this, version, cause);
      });
      this.#copies.shift();
    }
    this.#toCopy = null;
    this.#copies = null;
  }
}

function notCopied(pipeline: Pipeline, version: number, cause: unknown): ResourceError {
  const { retryable, outcome } = cause instanceof ResourceError ? cause : { retryable: false, outcome: undefined };
  const advice = outcome === 'unknown' ? 'save({}, { force: true }) copies it again.' : 'Call save() again to continue with it.';
  const reason = cause instanceof Error ? cause.message : cause;
  return new ResourceError(`${String(pipeline)} is saved, but version ${version} of its source could not be copied: ${reason} ${advice}`, {
    cause,
    retryable,
    outcome,
  });
}
