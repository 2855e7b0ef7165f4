import { type Attributes, BelongsTo, Entity, Field, HasMany, type Related, type RelatedMany, withHooks } from '#front';
import { textOf, wholeNumber } from '../../vendor.js';
import { executionClassOf, ModeratelyResource } from '../base/resource.js';
import type { SearchDescription, Several } from '../base/search-params.js';
import { Agent } from './agent.js';
import type { AgentLimits, AgentModels, AgentTool } from './agent-configuration.js';
import { type AgentExecuteOptions, AgentExecution, type AgentExecutionSearchParams } from './agent-execution.js';

/** The platform returns all results in one response, without pages and in no defined order. */
export interface AgentConfigurationVersionSearchParams {
  /** Only versions of these agents. */
  agentIds?: Several | undefined;
  /** Only these versions. */
  agentConfigurationVersionIds?: Several | undefined;
  /** Only versions with these numbers. */
  versionNumbers?: Several<number> | undefined;
  /** Only versions that are, or are not, the current one of their agent. */
  isCurrent?: boolean | undefined;
}

/** A version of an agent's configuration. Activating one deactivates the one that was current. Versions cannot be deleted. */
@Entity({ path: 'agent-configuration-versions', id: 'agentConfigurationVersionId', search: { pageParam: '', sizeParam: '' } })
export class AgentConfigurationVersion extends ModeratelyResource {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: AgentConfigurationVersionSearchParams;
  static override searching: SearchDescription = {
    filters: ['agentIds', 'agentConfigurationVersionIds', 'versionNumbers', 'isCurrent'],
    orderBy: [],
  };

  /** The id of the version. */
  @Field({ readOnly: true }) readonly agentConfigurationVersionId!: string;
  /** The agent that it configures. */
  @Field({ createOnly: true, required: true, nullable: false }) agentId!: string;
  /** What the agent is told to do. */
  @Field({ required: true, nullable: false, check: textOf(1) }) instructions!: string;
  /** A JSON Schema (draft 7). */
  @Field({ required: true }) inputSchema!: unknown;
  /** A JSON Schema (draft 7). */
  @Field({ required: true }) outputSchema!: unknown;
  /** Chosen by the client, unique per agent. */
  @Field({ createOnly: true, required: true, nullable: false, onClone: 'reset', check: wholeNumber(1) }) versionNumber!: number;
  /** Whether the agent runs with this version unless another is named. */
  @Field({ required: true, onClone: 'reset' }) isCurrent!: boolean;
  /** The system prompt; null for the platform's. */
  @Field({ required: true }) systemPrompt!: string | null;
  /** The language models, in snake_case as on the wire. */
  @Field({ required: true, nullable: false }) llmConfig!: AgentModels;
  /** The tools, in snake_case as on the wire. */
  @Field({ required: true, nullable: false }) toolConfig!: AgentTool[];
  /** How executions proceed, in snake_case as on the wire. */
  @Field({ required: true, nullable: false }) executionConfig!: AgentLimits;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** The agent that it configures. */
  @BelongsTo(() => Agent, 'agentId', { required: true }) agent!: Related<Agent, never>;
  /** The executions of this version. */
  @HasMany((owner) => executionClassOf(owner, AgentExecution), {
    key: 'agentConfigurationVersionId',
    by: 'agentConfigurationVersionIds',
    list: true,
  })
  readonly executions!: RelatedMany<AgentExecution, Omit<AgentExecutionSearchParams, 'agentConfigurationVersionIds'>>;

  constructor(attributes?: Attributes<AgentConfigurationVersion>) {
    super(attributes);
  }

  /** Makes this the agent's current version. */
  activate(): Promise<this> {
    this.isCurrent = true;
    return this.save();
  }

  /** Starts an execution of this version. @throws what `execution.wait()` throws, if it waits. */
  @withHooks({ operation: 'run' })
  async execute(input: Record<string, unknown>, options: AgentExecuteOptions = {}): Promise<AgentExecution> {
    return this.sibling(AgentExecution, 'execute').start(this.savedId('execute'), input, options);
  }
}
