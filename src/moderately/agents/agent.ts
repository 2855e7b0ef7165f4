import { type Attributes, DeleteResourceMixin, Entity, Field, HasMany, type RelatedMany, withHooks } from '#front';
import { checkOptionNames } from '../../vendor.js';
import { NamedResource, namedSearch } from '../base/named.js';
import { executionClassOf } from '../base/resource.js';
import { firstOf } from '../base/responses.js';
import { type ListParams, newestFirst, type Several, type TeamParams } from '../base/search-params.js';
import { defaultLimits } from './agent-configuration.js';
import {
  AgentConfigurationVersion,
  type AgentConfigurationVersionSearchParams,
  type AgentConfigurationVersion as Version,
} from './agent-configuration-version.js';
import { type AgentExecuteOptions, AgentExecution, type AgentExecutionSearchParams, agentExecuteOptionNames } from './agent-execution.js';

/** The parameters of a search for agents. */
export interface AgentSearchParams extends ListParams<'name' | 'createdAt' | 'updatedAt' | (string & {})>, TeamParams {
  /** Only these agents. */
  agentIds?: Several | undefined;
  /** Only agents whose name contains this text. */
  nameLike?: string | undefined;
}

/** An agent that follows instructions to process inputs. Its configuration has versions, at most one of which is current. */
@Entity({ path: 'agents', id: 'agentId' })
export class Agent extends DeleteResourceMixin(NamedResource) {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: AgentSearchParams;
  /** The filters and sort orders that the platform has for this class. */
  static override searching = { ...namedSearch('agentIds'), defaultOrder: newestFirst };

  /** The id of the agent. */
  @Field({ readOnly: true }) readonly agentId!: string;

  /** The configuration versions of the agent. */
  @HasMany(() => AgentConfigurationVersion, { key: 'agentId', by: 'agentIds', list: true })
  readonly configurationVersions!: RelatedMany<Version, Omit<AgentConfigurationVersionSearchParams, 'agentIds'>>;
  /** The executions of all versions of the agent. */
  @HasMany((owner) => executionClassOf(owner, AgentExecution), { by: 'agentIds', list: true })
  readonly executions!: RelatedMany<AgentExecution, Omit<AgentExecutionSearchParams, 'agentIds'>>;

  constructor(attributes?: Attributes<Agent>) {
    super(attributes);
  }

  /**
   * Creates a configuration version. By default, it has the limits that the platform documents, schemas that accept any object, and the
   * next version number.
   */
  async createConfigurationVersion(attributes: Attributes<Version> & { instructions: string }): Promise<Version> {
    const Version = this.sibling(AgentConfigurationVersion, 'create a configuration version of');
    const defaults = {
      inputSchema: { type: 'object' },
      outputSchema: { type: 'object' },
      isCurrent: false,
      systemPrompt: null,
      llmConfig: {},
      toolConfig: [],
      executionConfig: defaultLimits,
    };
    const versionNumber = attributes.versionNumber ?? (await this.#nextVersionNumber());
    return new Version({ ...defaults, ...attributes, versionNumber, agentId: this.savedId('create a configuration version of') }).save();
  }

  /** Resolves to null if there is none. */
  async currentConfigurationVersion(): Promise<Version | null> {
    return firstOf(this.configurationVersions({ isCurrent: true }));
  }

  /**
   * Starts an execution.
   *
   * @param options.version A configuration version or its id. Default: the current one.
   * @throws ValidationError if there is no current version; if it waits, what `execution.wait()` throws.
   */
  @withHooks({ operation: 'run' })
  async execute(
    input: Record<string, unknown>,
    options: AgentExecuteOptions & { version?: Version | string | undefined } = {},
  ): Promise<AgentExecution> {
    checkOptionNames(`execute of ${String(this)}`, options, [...agentExecuteOptionNames, 'version']);
    const { version, ...rest } = options;
    return this.sibling(AgentExecution, 'execute').start(await this.versionToExecute(version), input, rest);
  }

  async #nextVersionNumber(): Promise<number> {
    const versions = await this.configurationVersions().toArray();
    return Math.max(0, ...versions.map(({ versionNumber }) => versionNumber)) + 1;
  }
}
