import {
  type Attributes,
  BelongsTo,
  type CallOptions,
  Entity,
  Field,
  type Progress,
  type Related,
  type SaveScope,
  type Search,
  ValidationError,
} from '#front';
import { checkOptionNames, isObject, namesOf, newRecord, pathOf, progressFrom, textOf, wholeNumber } from '../../vendor.js';
import {
  type ExecuteOptions,
  Execution,
  type ExecutionStatus,
  executeOptionNames,
  inputObject,
  previewOf,
  startExecution,
} from '../base/execution.js';
import type { SearchDescription, Several, TeamParams } from '../base/search-params.js';
import { unsupported } from '../base/unsupported.js';
import { AgentConfigurationVersion } from './agent-configuration-version.js';
import { AgentMemoryState, type AgentMemoryStateSearchParams } from './agent-memory-state.js';
import { type LiveTail, readLiveTail } from './live-tail.js';

/** The platform cannot sort agent executions. */
export interface AgentExecutionSearchParams extends TeamParams {
  /** Only these executions. */
  agentExecutionIds?: Several | undefined;
  /** Only executions of these agents. */
  agentIds?: Several | undefined;
  /** Only executions of these versions. */
  agentConfigurationVersionIds?: Several | undefined;
  /** Only executions in one of these states. */
  statuses?: Several<ExecutionStatus> | undefined;
  /** Same as `statuses`. */
  status?: ExecutionStatus | undefined;
  /** Only executions with, or without, an output. */
  hasAgentOutput?: boolean | undefined;
  /** The first page is 1. */
  page?: number | undefined;
  /** Default: 20, at most 100. */
  pageSize?: number | undefined;
}

export interface AgentExecuteOptions extends ExecuteOptions {
  /** 1 to 100. Default: the configuration's. */
  maxActions?: number | undefined;
  /** 1 to 50. Default: the configuration's. */
  planningInterval?: number | undefined;
}

export const agentExecuteOptionNames = [
  ...executeOptionNames,
  ...namesOf<Omit<AgentExecuteOptions, keyof ExecuteOptions>>({ maxActions: true, planningInterval: true }),
];

const summaryLength = 500;

/** One run of an agent, to be waited for with `wait()` or `polls()`. The platform can neither cancel, change nor delete it. */
@Entity({ path: 'agent-executions', id: 'agentExecutionId', update: 'none', search: { pageSize: 20, maxPageSize: 100 } })
export class AgentExecution extends Execution {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: AgentExecutionSearchParams;
  static override waitIdsParam = 'agentExecutionIds';
  static override searching: SearchDescription = {
    filters: ['agentExecutionIds', 'agentIds', 'teamIds', 'agentConfigurationVersionIds', 'statuses', 'hasAgentOutput'],
    orderBy: [],
    team: 'teamIds',
    names: { agentId: 'agentIds', status: 'statuses' },
  };

  /** The id of the execution. */
  @Field({ readOnly: true }) readonly agentExecutionId!: string;
  /** The version that is executed. */
  @Field({ required: true, nullable: false }) agentConfigurationVersionId!: string;
  /** What the agent is given. */
  @Field({ required: true, nullable: false, check: inputObject }) agentInput!: Record<string, unknown>;
  /** A JSON Schema. Default: the configuration's. */
  @Field() agentInputSchema!: unknown;
  /** A JSON Schema. Default: the configuration's. */
  @Field() agentOutputSchema!: unknown;
  /** Default: a preview of the input. */
  @Field({ nullable: false, check: textOf(1, summaryLength) }) agentInputSummary!: string;
  /** What the agent gave; null until it is completed. */
  @Field({ readOnly: true }) readonly agentOutput!: Record<string, unknown> | null;
  /** A summary of the output. */
  @Field({ readOnly: true }) readonly agentOutputSummary!: string | null;
  /** The state of the execution. */
  @Field({ readOnly: true }) override readonly status!: ExecutionStatus;
  /** What the agent said while it worked. */
  @Field({ readOnly: true }) readonly thoughts!: {
    /** The text. */
    text: string;
    /** When it was said. */
    createdAt: string | null;
  }[];
  /** How many actions it may take, from 1 to 100; null for the platform's limit. */
  @Field({ check: wholeNumber(1, 100) }) maxActions!: number | null;
  /** The step it is at. */
  @Field({ readOnly: true }) override readonly currentStep!: number | null;
  /** After how many steps it plans anew, from 1 to 50; null for the platform's choice. */
  @Field({ check: wholeNumber(1, 50) }) planningInterval!: number | null;
  /** When it started; null before. */
  @Field({ readOnly: true, type: Date }) readonly startedAt!: Date | null;
  /** When it was completed; null when it is not. */
  @Field({ readOnly: true, type: Date }) readonly completedAt!: Date | null;
  /** When it failed; null when it has not. */
  @Field({ readOnly: true, type: Date }) readonly failedAt!: Date | null;
  /** When it was cancelled; null when it was not. */
  @Field({ readOnly: true, type: Date }) readonly cancelledAt!: Date | null;
  /** When it was paused; null when it is not. */
  @Field({ readOnly: true, type: Date }) readonly pausedAt!: Date | null;

  /** The version that is executed. */
  @BelongsTo(() => AgentConfigurationVersion, 'agentConfigurationVersionId', { required: true })
  configurationVersion!: Related<AgentConfigurationVersion, never>;

  constructor(attributes?: Attributes<AgentExecution>) {
    super(attributes);
  }

  /** Starts an execution of a configuration version, and waits for it if the options say so. */
  static async start<E extends AgentExecution>(
    this: new (
      attributes?: Attributes<AgentExecution>,
    ) => E,
    agentConfigurationVersionId: string,
    agentInput: Record<string, unknown>,
    options: AgentExecuteOptions = {},
  ): Promise<E> {
    checkOptionNames('start of an execution', options, agentExecuteOptionNames);
    const { summary, maxActions, planningInterval } = options;
    const execution = newRecord<E>(this, {
      agentConfigurationVersionId,
      agentInput,
      agentInputSummary: summary,
      maxActions,
      planningInterval,
    });
    return startExecution(execution, options);
  }

  /** The states of the agent's memory, by version. */
  memoryStates(params: AgentMemoryStateSearchParams = {}): Search<AgentMemoryState> {
    return this.sibling(AgentMemoryState, 'search').search({ ...params, resourcePath: this.#memoryPath });
  }

  /** @param version At least 1. @throws NotFoundError if there is no such version. */
  async memoryState(version: number, options: CallOptions = {}): Promise<AgentMemoryState> {
    const problem = wholeNumber(1)(version);
    if (problem) throw new ValidationError(`memoryState: version ${problem}.`, { details: [{ field: 'version', message: problem }] });
    return this.sibling(AgentMemoryState, 'get').get(String(version), { ...options, resourcePath: this.#memoryPath });
  }

  /** The execution's current state, its latest memory state and its steps so far. */
  async liveTail(options: CallOptions = {}): Promise<LiveTail> {
    return readLiveTail(await this.callAction('GET', 'live-tail', options), this.sibling(AgentMemoryState, 'read'));
  }

  /** Not supported by the platform. @throws ValidationError, always, without sending a request. */
  cancel(): Promise<never> {
    return unsupported(
      `cancel of ${String(this)}`,
      'Abort the wait with its signal; the execution continues up to its own limits (maxActions).',
    );
  }

  /** Not supported by the platform. @throws ValidationError, always, without sending a request. */
  delete(): Promise<never> {
    return unsupported(`delete of ${String(this)}`, 'Deleting its agent also deletes its executions.');
  }

  /** What a save sends. */
  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const payload = super.buildSavePayload(scope);
    if (scope.creates) payload.agentInputSummary ??= previewOf(payload.agentInput, summaryLength);
    return payload;
  }

  protected override readProgress(): Progress | undefined {
    const counted = { step: this.currentStep, steps: this.maxActions };
    return progressFrom(counted, { message: this.#lastThought }, { message: this.status });
  }

  protected override failureReason(): string {
    return this.agentOutputSummary || this.#lastThought || (this.isFailed ? 'Unknown error' : '');
  }

  /** The text of the latest thought; '' if the platform sent no list of thoughts. */
  get #lastThought(): string {
    const thoughts: unknown = this.thoughts;
    const last: unknown = Array.isArray(thoughts) ? thoughts.at(-1) : undefined;
    return isObject(last) && typeof last.text === 'string' ? last.text : '';
  }

  get #memoryPath(): string {
    return `${pathOf(this.constructor)}/${this.encodedId}/memory-states`;
  }
}
