import {
  type Attributes,
  type BaseResource,
  type BaseRunParams,
  type BaseSearchParams,
  type CallOptions,
  Entity,
  Field,
  ResourceError,
  type Result,
  type SaveOptions,
  type SaveScope,
  ValidationError,
} from '#front';
import { isObject, loadRecord, newRecord, pathOf, pathSegment, type RecordClass, type ResultClass } from '../../vendor.js';
import { AgentResult } from '../agents/agent-result.js';
import { executionParams } from '../agents/execution-params.js';
import type { AttachmentInput } from '../files/attachments.js';
import type { AixplainRecord } from '../record.js';
import { AixplainResource } from '../resource.js';
import type { MessageRole, Reaction, SessionRunStatus, SessionStatus } from '../statuses.js';
import type { Json } from '../steps.js';
import { configToSend, type ExecutionConfig } from './execution-config.js';
import { Message } from './message.js';
import { attached, type MessageParams, messageBody, startedBy } from './message-run.js';

/** An agent, or its id. */
type AgentOrId = AixplainRecord | string;

export interface SessionSearchParams extends BaseSearchParams {
  /** The agent that is talked with, or its id. */
  agent?: AgentOrId | undefined;
  /** Only sessions of this agent. */
  agentId?: string | undefined;
  /** Only sessions in this state. */
  status?: SessionStatus | (string & {}) | undefined;
  /** Only sessions of this user. */
  userId?: string | undefined;
  /** Only sessions that were created after this time. */
  createdAfter?: Date | string | undefined;
  /** Only sessions that were created before this time. */
  createdBefore?: Date | string | undefined;
  /** Only sessions that remember, or do not remember, what was said. */
  memoryEnabled?: boolean | undefined;
}

/** The attributes of a new session: its fields, and the agent as a record. */
export type SessionAttributes = Attributes<Session> & {
  /** The agent, or its id, instead of `agentId`. */
  agent?: AgentOrId | undefined;
};

/** A conversation with an agent, which remembers what was said: `await session.send('What did I ask?')`. */
@Entity({ path: 'v1/sessions', search: { method: 'GET', path: '' } })
export class Session extends AixplainResource {
  /** The class of what runs result in. */
  static override responseClass: ResultClass = AgentResult;
  declare readonly runResult: AgentResult;
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: SessionSearchParams;
  static override runResultPath = 'sdk/agents/{id}/result';

  /** The id of the agent that responds. */
  @Field() agentId!: string;
  /** The state of the session. */
  @Field({ onClone: 'reset' }) status: SessionStatus | (string & {}) = 'active';
  /** How its runs are carried out; null for as the agent is. */
  @Field() executionConfig: ExecutionConfig | null = null;
  /** The user whose session it is. */
  @Field({ readOnly: true }) readonly userId?: string | null;
  /** Whether the agent is at work. */
  @Field({ readOnly: true }) readonly runStatus?: SessionRunStatus | (string & {}) | null;
  /** How many messages there are. */
  @Field({ readOnly: true }) readonly messageCount?: number | null;
  /** The beginning of the last message. */
  @Field({ readOnly: true }) readonly lastMessagePreview?: string | null;
  /** When the last message was written. */
  @Field({ readOnly: true, type: Date }) readonly lastMessageAt?: Date | null;

  /** @throws ValidationError for an agent that is not saved. */
  constructor(attributes?: SessionAttributes) {
    super(withAgentId(attributes));
  }

  /** Makes a new session and saves it. @throws as the constructor and `save()` do. */
  static override create<R extends BaseResource>(
    this: RecordClass<R>,
    attributes?: Attributes<R> & {
      /** The agent, or its id, instead of `agentId`. */
      agent?: AgentOrId | undefined;
    },
    options?: SaveOptions,
  ): Promise<R> {
    return newRecord(this, attributes).save({}, options);
  }

  /** The limit of iterations that the platform once kept beside the budget of a config is read into it. */
  static override readResponse(response: Record<string, unknown>): Record<string, unknown> {
    const { executionConfig, ...rest } = super.readResponse(response);
    if (!isObject(executionConfig) || !isObject(executionConfig.executionParams))
      return executionConfig === undefined ? rest : { ...rest, executionConfig };
    return { ...rest, executionConfig: { ...executionConfig, executionParams: executionParams(executionConfig.executionParams) } };
  }

  static override buildSearchParams(params: Json): Record<string, unknown> | null {
    const { agent, ...rest } = params;
    const filters: Record<string, unknown> = { ...rest, ...(agent !== undefined && { agentId: agentIdOf(agent) }) };
    const asText = Object.entries(filters).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]);
    return super.buildSearchParams(Object.fromEntries(asText));
  }

  /** All messages, in their order. */
  async messages(options: CallOptions = {}): Promise<Message[]> {
    const found = await this.action(['messages'], options);
    if (!Array.isArray(found)) throw new ResourceError(`messages of ${String(this)}: expected a list of messages, got ${typeof found}.`);
    return found.map((each) => this.#message(each, 'messages'));
  }

  /** Loads a message of the session by its id. */
  async message(id: string, options: CallOptions = {}): Promise<Message> {
    return this.#message(await this.action(['messages', id], options), 'message');
  }

  /**
   * Adds a message. One of a user without `requestId` starts a run of the agent, which is not waited for; `send()` waits.
   *
   * @throws FileUploadError if an attachment cannot be uploaded.
   */
  async addMessage(
    role: MessageRole,
    content: string,
    {
      attachments: files = [],
      requestId,
      tools = [],
      ...options
    }: Omit<MessageParams, 'content'> & CallOptions & { requestId?: string } = {},
  ): Promise<Message> {
    this.requireId('add a message to');
    const sent = await attached(this, files, options.signal);
    const body = {
      role,
      content,
      ...(requestId !== undefined && { requestId }),
      ...(sent.length > 0 && { attachments: sent }),
      ...(tools.length > 0 && { tools }),
    };
    return this.#message(await this.action(['messages'], { ...options, body }), 'addMessage');
  }

  /**
   * Says something and waits for the answer: `(await session.send('Hello')).data.output`. `runAsync({ content })` does not wait.
   *
   * `attachments` are files and URLs that go with it.
   *
   * @throws ValidationError if there is neither a text nor an attachment; and as `run()` does.
   */
  send(
    content: string | undefined,
    {
      attachments: files,
      tools,
      ...options
    }: { attachments?: readonly AttachmentInput[]; tools?: readonly unknown[] } & BaseRunParams = {},
  ): Promise<this['runResult']> {
    return this.run({ content, ...(files && { attachments: files }), ...(tools && { tools }) }, options);
  }

  /** Likes or dislikes an answer of the agent; null takes that back. */
  async react(messageId: string, reaction: Reaction | null, options: CallOptions = {}): Promise<Message> {
    const body = await this.action(['messages', messageId, 'reaction'], { ...options, body: { reaction } });
    return this.#message(body, 'react');
  }

  /** Deletes a message of the session by its id. */
  async deleteMessage(messageId: string, options: CallOptions = {}): Promise<void> {
    await this.action(['messages', messageId], { ...options, method: 'DELETE' });
  }

  override buildRunUrl(): string {
    return `${pathOf(this.constructor)}/${this.encodedId}/messages`;
  }

  override buildRunPayload(params: MessageParams, { signal }: BaseRunParams): Promise<unknown> {
    return messageBody(this, params, signal);
  }

  override handleRunResponse(response: unknown): Result {
    return startedBy(this, this.id, response);
  }

  override buildSavePayload(_scope: SaveScope): Record<string, unknown> {
    const { agentId, name, status, executionConfig } = this;
    return {
      ...(agentId && { agentId }),
      ...(name !== null && { name }),
      ...(status && { status }),
      ...(executionConfig && { executionConfig: configToSend(executionConfig) }),
    };
  }

  #message(json: unknown, operation: string): Message {
    const connection = this.requireConnection(operation);
    if (isObject(json)) return loadRecord(connection.bind(Message), { sessionId: this.id, ...json }, connection);
    throw new ResourceError(`${operation} of ${String(this)}: expected a message, got ${json === null ? 'null' : typeof json}.`);
  }
}

function withAgentId(attributes: SessionAttributes | undefined): Attributes<Session> | undefined {
  if (attributes?.agent === undefined) return attributes;
  const { agent, ...rest } = attributes;
  return { ...rest, agentId: agentIdOf(agent) };
}

/** @throws ValidationError for an agent that is not saved. */
function agentIdOf(agent: unknown): string {
  const id: unknown = typeof agent === 'string' ? agent : isObject(agent) ? agent.id : undefined;
  if (typeof id === 'string' && id !== '') return pathSegment(id, 'The id of the agent') && id;
  throw new ValidationError(`A session needs an agent that is saved, or its id. Save ${String(agent)} first.`, {
    details: [{ field: 'agent', message: 'has no id' }],
  });
}
