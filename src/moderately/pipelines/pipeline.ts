import { type Attributes, DeleteResourceMixin, Entity, Field, ResourceError, type SaveOptions, type Search, withHooks } from '#front';
import { copyRecord } from '../../vendor.js';
import { NamedResource, namedSearch } from '../base/named.js';
import { firstOf } from '../base/responses.js';
import type { ListParams, Several, TeamParams } from '../base/search-params.js';
import type { VersionStatus } from '../base/version-status.js';
import type { PipelineConfiguration } from './configuration.js';
import {
  PipelineConfigurationVersion,
  type PipelineConfigurationVersionSearchParams,
  type PipelineConfigurationVersion as Version,
} from './pipeline-configuration-version.js';
import { type PipelineExecuteOptions, PipelineExecution, type PipelineExecutionSearchParams } from './pipeline-execution.js';

export interface PipelineSearchParams extends ListParams<'name' | 'createdAt' | 'updatedAt' | (string & {})>, TeamParams {
  pipelineIds?: Several | undefined;
  nameLike?: string | undefined;
}

/** What is done with inputs, in versions: at most one of them is the current one. */
@Entity({ path: 'pipelines', id: 'pipelineId' })
export class Pipeline extends DeleteResourceMixin(NamedResource) {
  declare static searchParams: PipelineSearchParams;
  static override searching = namedSearch('pipelineIds');

  @Field({ readOnly: true }) readonly pipelineId!: string;

  /** The versions that a clone has to copy, oldest first. */
  #toCopy: (() => Promise<Version[]>) | null = null;
  /** The copies that are not saved yet, once it has begun. */
  #copies: { version: number; copy: Version }[] | null = null;
  #copying: Promise<void> | null = null;

  constructor(attributes?: Attributes<Pipeline>) {
    super(attributes);
  }

  /** A clone, when it is saved, gets copies of the source's versions as drafts, in their order. */
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

  /** @param options.status Default: 'draft'. @throws ConflictError for a second current version. */
  async createConfigurationVersion(configuration: PipelineConfiguration, options: { status?: VersionStatus } = {}): Promise<Version> {
    const Version = this.sibling(PipelineConfigurationVersion, 'create a configuration version of');
    return new Version({ pipelineId: this.savedId('create a configuration version of'), configuration, status: options.status }).save();
  }

  configurationVersions(params: Omit<PipelineConfigurationVersionSearchParams, 'pipelineIds'> = {}): Search<Version> {
    return this.sibling(PipelineConfigurationVersion, 'search').search({
      ...params,
      pipelineIds: [this.savedId('list the configuration versions of')],
    });
  }

  /** Null when there is none. */
  async currentConfigurationVersion(): Promise<Version | null> {
    return firstOf(this.configurationVersions({ status: 'current', pageSize: 1 }));
  }

  executions(params: Omit<PipelineExecutionSearchParams, 'pipelineIds'> = {}): Search<PipelineExecution> {
    return this.sibling(PipelineExecution, 'search').search({ ...params, pipelineIds: [this.savedId('list the executions of')] });
  }

  /** The newest one, or null. */
  async latestExecution(): Promise<PipelineExecution | null> {
    return firstOf(this.executions({ orderBy: 'createdAt', orderDirection: 'desc', pageSize: 1 }));
  }

  /**
   * Starts an execution.
   *
   * @param input By the id of the input block.
   * @param options.version A configuration version or its id. Default: the current one.
   * @throws ValidationError when there is no current version; with `wait`: what `execution.wait()` throws.
   */
  @withHooks({ operation: 'run' })
  async execute(
    input: Record<string, unknown>,
    options: PipelineExecuteOptions & { version?: Version | string | undefined } = {},
  ): Promise<PipelineExecution> {
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
  const advice = outcome === 'unknown' ? 'save({}, { force: true }) copies it again.' : 'save() again to go on with it.';
  const reason = cause instanceof Error ? cause.message : cause;
  return new ResourceError(`${String(pipeline)} is saved, but version ${version} of its source could not be copied: ${reason} ${advice}`, {
    cause,
    retryable,
    outcome,
  });
}
