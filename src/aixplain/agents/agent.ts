import {
  AfterHookError,
  type Attributes,
  type BaseResource,
  type CallOptions,
  Entity,
  Field,
  type HookOptions,
  type Result,
  type Run,
  type SaveOptions,
  type SaveScope,
  ValidationError,
  withHooks,
} from '#front';
import {
  callOptions,
  isObject,
  loadRecord,
  namesOf,
  newRecord,
  pathOf,
  type RecordClass,
  type ResultClass,
  type TransportRequest,
} from '../../vendor.js';
import type { AixplainConnection } from '../endpoints.js';
import { attachments } from '../files/attachments.js';
import { Asset } from '../models/asset.js';
import { AixplainResource } from '../resource.js';
import { messageBody, startedBy } from '../sessions/message-run.js';
import { Session } from '../sessions/session.js';
import { Skill } from '../skills/skill.js';
import { AssetStatus } from '../statuses.js';
import { agentBody, agentPayload, sameId, sameInspectors } from './agent-body.js';
import type { AgentRunOptions, AgentRunParams, AgentSaveOptions, AgentTask } from './agent-params.js';
import { AgentResult } from './agent-result.js';
import type { AgentStep } from './agent-step.js';
import { type AgentTool, sameTools, toolOverrides, toolRecord, toolsToSend } from './agent-tools.js';
import { type Budget, withIterations } from './budget.js';
import { runExecutionParams } from './execution-params.js';
import { Inspector, type InspectorJson } from './inspector.js';
import { renewed } from './old-names.js';
import { OutputFormat, problemWithOutput, schemaText } from './output-format.js';
import { type ModelRole, roleParameters, roles, runRoles, sameRole } from './roles.js';
import { refuseUnsaved, saveParts } from './save-parts.js';
import { sessionOf, updateSession } from './session-run.js';

const sameIds = (local: unknown, saved: unknown): boolean => sameTools(local, saved);

/**
 * An agent, or a team of agents: a language model with instructions, tools, other agents and skills. Saving it deploys it.
 *
 * ```ts
 * const agent = await aix.Agent.create({ name: 'Reader', instructions: 'Cite sources.', tools: [search] });
 * console.log((await agent.run({ query: 'What changed today?' })).data.output);
 * ```
 */
@Entity({ path: 'v2/agents' })
export class Agent extends AixplainResource {
  /** The class of what runs result in. */
  static override responseClass: ResultClass = AgentResult;
  declare readonly runResult: AgentResult;
  static override runResultPath = 'sdk/agents/{id}/result';
  /** The options of `save()` besides those of every record. */
  static saveOptions = namesOf<Omit<AgentSaveOptions, keyof SaveOptions>>({ saveSubcomponents: true, asDraft: true });

  /** What it is to do. `{{name}}` is replaced by the variable of a run. */
  @Field() instructions: string | null = null;
  /** `draft`, or `onboarded` once it is deployed. */
  @Field({ onClone: 'reset' }) status: AssetStatus | (string & {}) = AssetStatus.DRAFT;
  /** The id of the team that it belongs to. */
  @Field({ readOnly: true }) readonly teamId?: number | null;
  /** The language model. Default: the platform's own. */
  @Field({ name: 'model', equals: sameRole }) llm?: ModelRole | null;
  /** The model that plans what the agents of a team do. */
  @Field({ equals: sameRole }) planner?: ModelRole | null;
  /** The model, and its parameters, that supervises a team of agents. */
  @Field({ equals: sameRole }) supervisor?: ModelRole | null;
  /** The model that writes the final answer. */
  @Field({ name: 'responder', equals: sameRole }) responseGenerator?: ModelRole | null;
  /**
   * What it can use. The values of the inputs of tools and models are sent with every run. Plain objects are shown and sent as they are:
   * credentials belong in the `config` of a `Tool`, where they are secret.
   */
  @Field({ equals: sameTools }) tools: AgentTool[] = [];
  /** The tasks that a team of agents plans with. */
  @Field() tasks: AgentTask[] = [];
  /** The agents of a team, or their ids. */
  @Field({ equals: sameIds }) agents: (
    | Agent
    | string
    | {
        /** The id of the agent. */
        id: string;
        [key: string]: unknown;
      }
  )[] = [];
  /** Skills of the agent: records, ids, or the platform's JSON. */
  @Field({ equals: sameIds }) skills: (
    | Skill
    | string
    | {
        /** The id of the skill. */
        id?: string;
        [key: string]: unknown;
      }
  )[] = [];
  /** The form of the output. Default: text. */
  @Field() outputFormat: OutputFormat = OutputFormat.TEXT;
  /** An example or a description of the output; with the format 'json', an object, JSON text, a JSON Schema, or a validator with one. */
  @Field() expectedOutput: unknown = null;
  /** What the inspectors look at: `input`, `steps`, `output`, or the name of an agent of the team. */
  @Field() inspectorTargets: string[] = [];
  /** How many inspectors may act in a run; null for no limit. */
  @Field() maxInspectors: number | null = null;
  /** What looks at input, steps and output of each run, and may end or change it. */
  @Field({ type: () => Inspector, equals: sameInspectors }) inspectors: (Inspector | InspectorJson)[] = [];
  /** What a run may use at most. */
  @Field() budget?: Budget | null;
  /** Of the output. */
  @Field() maxTokens: number | null = 2048;
  /** What happens when the context is full. */
  @Field() contextOverflowStrategy: 'truncate' | 'summarize' | null = null;
  /** What the platform keeps about the agent's resources; sent back as it is. */
  @Field() resourceInfo: Record<string, unknown> = {};

  constructor(attributes?: Attributes<Agent>) {
    super(attributes);
  }

  /** Makes a new agent and saves it. @throws as the constructor and `save()` do. */
  static override create<R extends BaseResource>(this: RecordClass<R>, attributes?: Attributes<R>, options?: AgentSaveOptions): Promise<R> {
    return newRecord(this, attributes).save({}, options);
  }

  /** The limit of iterations that the platform once kept beside the budget is read into it. */
  static override readResponse(response: Record<string, unknown>): Record<string, unknown> {
    const { maxIterations, ...rest } = super.readResponse(response);
    const budget = withIterations(rest.budget, maxIterations);
    return budget === undefined ? rest : { ...rest, budget };
  }

  /**
   * Saves the agent, which deploys it unless `asDraft` is set.
   *
   * @throws ValidationError for an expected output that does not fit the format, and for parts that are not saved, unless
   *   `saveSubcomponents` is set.
   */
  override async save(attributes: Attributes<this> = {}, options: AgentSaveOptions = {}): Promise<this> {
    if (options.saveSubcomponents) await saveParts(this, options);
    const { expectedOutput } = attributes as { expectedOutput?: unknown };
    const given = expectedOutput === undefined ? attributes : { ...attributes, expectedOutput: schemaText(expectedOutput) };
    this.expectedOutput = schemaText(this.expectedOutput);
    const before = this.status;
    const status = options.asDraft ? AssetStatus.DRAFT : AssetStatus.ONBOARDED;
    try {
      return await super.save({ status, ...given } as Attributes<this>, options);
    } catch (error) {
      if (!(error instanceof AfterHookError) && this.changedFields.includes('status')) this.status = before;
      throw error;
    }
  }

  override update(attributes: Attributes<this> = {}, options: AgentSaveOptions = {}): Promise<this> {
    return this.save(attributes, options);
  }

  /**
   * Asks the agent and waits for its answer, for at most 300 seconds by default. A draft with changes is saved as a draft first.
   *
   * @throws ValidationError for a deployed agent with unsaved changes, and for parts that are not saved; OperationFailedError with the
   *   platform's own words.
   */
  override async run(params: AgentRunParams = {}, options: AgentRunOptions = {}): Promise<this['runResult']> {
    return super.run(await this.#prepared(params, options), options);
  }

  /** Asks the agent without waiting for its answer; see `run.wait()` and `run.polls()`. */
  override async runAsync(params: AgentRunParams = {}, options: AgentRunOptions = {}): Promise<Run<this['runResult']>> {
    return super.runAsync(await this.#prepared(params, options), options);
  }

  /** Asks the agent and yields its steps as they begin, and again as they end: `for await (const step of agent.runSteps({ query }))`. */
  async *runSteps(params: AgentRunParams = {}, options: AgentRunOptions = {}): AsyncGenerator<AgentStep, AgentResult, void> {
    const run = await this.runAsync(params, options);
    const told: string[] = [];
    const fresh = function* ({ steps }: AgentResult): Generator<AgentStep> {
      for (const [index, step] of steps.entries()) {
        const text = JSON.stringify(step.raw);
        if (told[index] === text) continue;
        told[index] = text;
        yield step;
      }
    };
    for await (const { result } of run.polls()) yield* fresh(result);
    const result = await run.wait();
    yield* fresh(result);
    return result;
  }

  /** Its tools as records, whose inputs and actions can be set for runs. Those that are only ids are left out. Makes no request. */
  toolRecords(): Asset[] {
    const { context } = this;
    const records = this.tools.map((tool) => toolRecord(context as AixplainConnection | null, tool) ?? tool);
    if (records.some((record, index) => record !== this.tools[index])) this.tools = records;
    return records.filter((record): record is Asset => record instanceof Asset);
  }

  /**
   * A copy that the platform makes, as a draft. The hooks are `beforeDuplicate` and `afterDuplicate`.
   *
   * @param options.duplicateSubagents Whether the agents of a team are copied, too. Default: false.
   * @param options.name Default: the platform chooses one.
   */
  @withHooks
  async duplicate(options: { duplicateSubagents?: boolean; name?: string } & CallOptions & HookOptions = {}): Promise<this> {
    const { duplicateSubagents = false, name, hooks: _hooks, state: _state, ...call } = options;
    this.requireId('duplicate');
    const body = await this.action(['duplicate'], {
      ...call,
      body: { cloneSubagents: duplicateSubagents, ...(name !== undefined && { name }) },
    });
    const json = { ...this.readResponse(isObject(body) ? body : {}), status: AssetStatus.DRAFT };
    return loadRecord(this.constructor as new () => this, json, this.requireConnection('duplicate'));
  }

  override buildRunUrl(params: AgentRunParams): string {
    if (params.session instanceof Session) return params.session.buildRunUrl();
    return `${pathOf(this.constructor)}/${this.encodedId}/run`;
  }

  override async buildRunPayload(params: AgentRunParams, options: AgentRunOptions): Promise<unknown> {
    const { session, query, attachments: files = [] } = params;
    if (session instanceof Session) {
      return messageBody(
        session,
        { content: query as string | undefined, attachments: files, tools: toolOverrides(this.tools ?? []) },
        options.signal,
      );
    }
    const sent = await attachments(this.requireConnection('run'), files, options.signal);
    return agentBody({
      id: this.id,
      params,
      identifier: options.identifier,
      executionParams: runExecutionParams(this.#ownParams(), params.executionParams),
      attachments: sent,
      tools: toolOverrides(this.tools ?? []),
      modelParameters: this.#modelParameters(),
    });
  }

  override handleRunResponse(response: unknown, params: AgentRunParams): Result {
    const { session } = params;
    return session instanceof Session ? startedBy(this, session.id, response) : super.handleRunResponse(response, params);
  }

  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    refuseUnsaved(this, 'save');
    const { outputFormat, expectedOutput } = this;
    const problem = problemWithOutput(outputFormat, expectedOutput);
    if (problem !== undefined)
      throw new ValidationError(`save of ${String(this)}: expectedOutput ${problem}.`, {
        details: [{ field: 'expectedOutput', message: problem }],
      });
    return agentPayload(this, super.buildSavePayload(scope));
  }

  /** The tools are described only now, because the platform may have to be asked for their actions. */
  override async requestSave(request: TransportRequest, scope: SaveScope, options: SaveOptions): Promise<unknown> {
    const tools = await toolsToSend(this.requireConnection('save'), this.tools ?? [], callOptions(options));
    const body: Record<string, unknown> = { ...(request.body as object), tools };
    const response = await super.requestSave({ ...request, body }, scope, options);
    const read = isObject(response) ? response : {};
    // What the response leaves out of the roles is as it was sent, so that the caller's models stay in their places.
    const kept = Object.values(roles).filter((role) => body[role] !== undefined && sameId(body[role], read[role] ?? body[role]));
    return { ...read, ...Object.fromEntries(kept.map((role) => [role, body[role]])) };
  }

  override async buildClone(attributes: Attributes<this>, options: HookOptions): Promise<this> {
    const copy = await super.buildClone(attributes, options);
    // Tools, models, agents and skills are records of their own, which the clone uses as well.
    for (const key of ['tools', 'agents', 'skills', 'inspectors'] as const)
      if (!(key in attributes)) Object.assign(copy, { [key]: [...(this[key] ?? [])] });
    for (const key of Object.keys(roles) as (keyof typeof roles)[])
      if (!(key in attributes) && this[key]) Object.assign(copy, { [key]: this[key] });
    return copy;
  }

  /** Saves what has to be saved before a run, and finds its session. */
  async #prepared(given: AgentRunParams, options: AgentRunOptions): Promise<AgentRunParams> {
    if (this.isDeleted) this.requireId('run');
    const params = renewed(given, (message) => this.context?.warn(`run of ${String(this)}: ${message}`, this));
    refuseUnsaved(this, 'run');
    if (params.session !== undefined) {
      this.requireId('run');
      const session = await sessionOf(this, params, options);
      await updateSession(session, params, options);
      return { ...params, session };
    }
    if (this.isModified && !(this.isNew && this.id)) {
      if (this.status === AssetStatus.ONBOARDED && this.id)
        throw new ValidationError(
          `run of ${String(this)}: it is onboarded and has unsaved changes (${this.changedFields.join(', ')}). Call save(), or revert().`,
        );
      await this.save({}, { asDraft: true, signal: options.signal, apiKey: options.apiKey });
    }
    return params;
  }

  #ownParams(): Record<string, unknown> {
    const { outputFormat, maxTokens, contextOverflowStrategy, expectedOutput, budget } = this;
    return { outputFormat, maxTokens, maxTime: 300, contextOverflowStrategy, expectedOutput, budget };
  }

  #modelParameters(): Record<string, unknown> {
    const entries = Object.entries(runRoles).map(([role, name]) => [name, roleParameters(this[role as keyof typeof roles])] as const);
    return Object.fromEntries(entries.filter(([, parameters]) => parameters.length > 0));
  }
}
