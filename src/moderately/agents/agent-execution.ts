import { ValidationError } from '../../model/errors/index.js';
import { textOf, wholeNumber } from '../../model/fields/checks.js';
import { pathOf } from '../../model/fields/effective-options.js';
import { Entity } from '../../model/fields/entity.js';
import { Field } from '../../model/fields/field.js';
import type { Attributes } from '../../model/persistence/attributes.js';
import type { SaveScope } from '../../model/persistence/payload.js';
import type { CallOptions } from '../../model/ports/transport.js';
import type { Progress } from '../../model/ports/waiter.js';
import type { Search } from '../../model/searching/search.js';
import { newRecord } from '../../model/state/construction.js';
import { isObject } from '../../model/state/json.js';
import { progressFrom } from '../../model/waiting/progress.js';
import { type ExecuteOptions, Execution, type ExecutionStatus, inputObject, previewOf, startExecution } from '../base/execution.js';
import type { SearchDescription, Several, TeamParams } from '../base/search-params.js';
import { unsupported } from '../base/unsupported.js';
import { AgentConfigurationVersion } from './agent-configuration-version.js';
import { AgentMemoryState, type AgentMemoryStateSearchParams } from './agent-memory-state.js';
import { type LiveTail, readLiveTail } from './live-tail.js';

/** The platform has no ordering here. */
export interface AgentExecutionSearchParams extends TeamParams {
  agentExecutionIds?: Several | undefined;
  agentIds?: Several | undefined;
  agentConfigurationVersionIds?: Several | undefined;
  statuses?: Several<ExecutionStatus> | undefined;
  /** Same as `statuses`. */
  status?: ExecutionStatus | undefined;
  hasAgentOutput?: boolean | undefined;
  /** From 1. */
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

const summaryLength = 500;

/** One run of an agent. It is its own handle: `wait()`, `polls()`, `token()`. The platform can neither cancel, change nor delete one. */
@Entity({ path: 'agent-executions', id: 'agentExecutionId', update: 'none', search: { pageSize: 20, maxPageSize: 100 } })
export class AgentExecution extends Execution {
  declare static searchParams: AgentExecutionSearchParams;
  static override waitIdsParam = 'agentExecutionIds';
  static override searching: SearchDescription = {
    filters: ['agentExecutionIds', 'agentIds', 'teamIds', 'agentConfigurationVersionIds', 'statuses', 'hasAgentOutput'],
    orderBy: [],
    team: 'teamIds',
    names: { agentId: 'agentIds', status: 'statuses' },
  };

  @Field({ readOnly: true }) readonly agentExecutionId!: string;
  @Field({ required: true, nullable: false }) agentConfigurationVersionId!: string;
  @Field({ required: true, nullable: false, check: inputObject }) agentInput!: Record<string, unknown>;
  /** A JSON Schema. Default: the configuration's. */
  @Field() agentInputSchema!: unknown;
  /** A JSON Schema. Default: the configuration's. */
  @Field() agentOutputSchema!: unknown;
  /** Default: a preview of the input. */
  @Field({ nullable: false, check: textOf(1, summaryLength) }) agentInputSummary!: string;
  @Field({ readOnly: true }) readonly agentOutput!: Record<string, unknown> | null;
  @Field({ readOnly: true }) readonly agentOutputSummary!: string | null;
  @Field({ readOnly: true }) override readonly status!: ExecutionStatus;
  @Field({ readOnly: true }) readonly thoughts!: { text: string; createdAt: string | null }[];
  @Field({ check: wholeNumber(1, 100) }) maxActions!: number | null;
  @Field({ readOnly: true }) override readonly currentStep!: number | null;
  @Field({ check: wholeNumber(1, 50) }) planningInterval!: number | null;
  @Field({ readOnly: true, type: Date }) readonly startedAt!: Date | null;
  @Field({ readOnly: true, type: Date }) readonly completedAt!: Date | null;
  @Field({ readOnly: true, type: Date }) readonly failedAt!: Date | null;
  @Field({ readOnly: true, type: Date }) readonly cancelledAt!: Date | null;
  @Field({ readOnly: true, type: Date }) readonly pausedAt!: Date | null;

  constructor(attributes?: Attributes<AgentExecution>) {
    super(attributes);
  }

  /** Starts an execution of a configuration version, and waits for it when the options ask for that. */
  static async start<E extends AgentExecution>(
    this: new (
      attributes?: Attributes<AgentExecution>,
    ) => E,
    agentConfigurationVersionId: string,
    agentInput: Record<string, unknown>,
    options: AgentExecuteOptions = {},
  ): Promise<E> {
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

  /** What it remembered, version by version. */
  memoryStates(params: AgentMemoryStateSearchParams = {}): Search<AgentMemoryState> {
    return this.sibling(AgentMemoryState, 'search').search({ ...params, resourcePath: this.#memoryPath });
  }

  /** @param version From 1. @throws NotFoundError when there is none of that number. */
  async memoryState(version: number): Promise<AgentMemoryState> {
    const problem = wholeNumber(1)(version);
    if (problem) throw new ValidationError(`memoryState: version ${problem}.`, { details: [{ field: 'version', message: problem }] });
    return this.sibling(AgentMemoryState, 'get').get(String(version), { resourcePath: this.#memoryPath });
  }

  /** Where it is, what it remembers and what it has done, at this moment. */
  async liveTail(options: CallOptions = {}): Promise<LiveTail> {
    return readLiveTail(await this.callAction('GET', 'live-tail', options), this.sibling(AgentMemoryState, 'read'));
  }

  configurationVersion(): Promise<AgentConfigurationVersion> {
    return this.sibling(AgentConfigurationVersion, 'get').get(this.agentConfigurationVersionId);
  }

  /** The platform cannot cancel an execution of an agent. @throws ValidationError always, without a request. */
  cancel(): Promise<never> {
    return unsupported(
      `cancel of ${String(this)}`,
      'Abort the wait with its signal; the execution goes on to its own limits (maxActions).',
    );
  }

  /** The platform cannot delete an execution of an agent. @throws ValidationError always, without a request. */
  delete(): Promise<never> {
    return unsupported(`delete of ${String(this)}`, 'Delete its agent, and its executions go with it.');
  }

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

  /** What it thought last, in words; '' where the platform has no list of thoughts. */
  get #lastThought(): string {
    const thoughts: unknown = this.thoughts;
    const last: unknown = Array.isArray(thoughts) ? thoughts.at(-1) : undefined;
    return isObject(last) && typeof last.text === 'string' ? last.text : '';
  }

  get #memoryPath(): string {
    return `${pathOf(this.constructor)}/${this.encodedId}/memory-states`;
  }
}
