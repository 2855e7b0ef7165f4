import { type Attributes, type CallOptions, DeleteResourceMixin, Entity, Field, type RefreshOptions, withHooks } from '#front';
import { callOptions, entityOptions, isObject, pathSegment, refuseOther, replaceSaved } from '../../vendor.js';
import type { Attachment } from '../files/attachments.js';
import { AixplainRecord } from '../record.js';
import type { MessageRole, Reaction } from '../statuses.js';

/** A message of a session, below whose path it is. */
@Entity({ path: 'v1/sessions', create: 'none', update: 'none' })
export class Message extends DeleteResourceMixin(AixplainRecord) {
  /** The session that it belongs to. */
  @Field({ readOnly: true }) readonly sessionId!: string;
  /** The agent of the session. */
  @Field({ readOnly: true }) readonly agentId?: string | null;
  /** The user who wrote it. */
  @Field({ readOnly: true }) readonly userId?: string | null;
  /** Who says it. */
  @Field({ readOnly: true }) readonly role!: MessageRole | (string & {});
  /** The text. */
  @Field({ readOnly: true }) readonly content!: string;
  /** Its place in the session, from 1. */
  @Field({ readOnly: true }) readonly sequence?: number | null;
  /** The run that it started, or that it answers. */
  @Field({ readOnly: true }) readonly requestId?: string | null;
  /** What the user thought of it. */
  @Field({ readOnly: true }) readonly reaction?: Reaction | null;
  /** Files and URLs that go with it. */
  @Field({ readOnly: true }) readonly attachments?: Attachment[] | null;

  constructor(attributes?: Attributes<Message>) {
    super(attributes);
  }

  /** Likes or dislikes an answer; null takes that back. @throws BadRequestError for a message that a user wrote. */
  async react(reaction: Reaction | null, options: CallOptions = {}): Promise<this> {
    const { body } = await this.requireConnection('react to').send(
      {
        ...callOptions(options),
        method: 'POST',
        path: `${this.buildDeleteUrl()}/reaction`,
        body: { reaction },
        attempt: `reaction to ${String(this)}`,
        decodeError: entityOptions(this.constructor).errors,
      },
      this,
    );
    replaceSaved(this, { ...this.toDict(), ...(isObject(body) ? body : {}), reaction });
    return this;
  }

  @withHooks
  override async refresh(options: RefreshOptions = {}): Promise<this> {
    const attempt = `refresh of ${String(this)}`;
    const { errors: decodeError } = entityOptions(this.constructor);
    const request = { ...callOptions(options), method: 'GET', path: this.buildDeleteUrl(), attempt, decodeError };
    const { body } = await this.requireConnection('refresh').send(request, this);
    const json = isObject(body) ? this.readResponse(body) : {};
    refuseOther(this.constructor, this.id ?? undefined, json, attempt);
    replaceSaved(this, { sessionId: this.sessionId, ...json }, { keepChanges: options.keepChanges === true });
    return this;
  }

  override buildDeleteUrl(): string {
    return `v1/sessions/${pathSegment(this.sessionId, `sessionId of ${String(this)}`)}/messages/${this.encodedId}`;
  }

  override toString(): string {
    return `Message(id=${this.id}, role=${String(this.role)})`;
  }
}
