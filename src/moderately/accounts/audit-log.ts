import { BelongsTo, Entity, Field, type Related, type Search, ValidationError } from '#front';
import { pathOf, pathSegment, textOf } from '../../vendor.js';
import { ModeratelyResource } from '../base/resource.js';
import type { ListParams, SearchDescription, Several } from '../base/search-params.js';
import { ApiToken } from './api-token.js';
import { Team } from './team.js';
import { User } from './user.js';

/** What was done. */
export type AuditAction = 'create' | 'read' | 'update' | 'delete' | 'execute' | 'export' | 'import';

/** The parameters of a search of the audit log. */
export interface AuditLogSearchParams extends ListParams<'createdAt' | 'eventType' | 'resourceType' | 'action' | (string & {})> {
  /** Default: the connection's own team; null for all that the key can see. */
  teamId?: string | null | undefined;
  /** Only what this user did. */
  userId?: string | undefined;
  /** Only what was done with this token. */
  apiTokenId?: string | undefined;
  /** Only what was done to this kind of record. */
  resourceType?: string | undefined;
  /** Only what was done to this record. */
  resourceId?: string | undefined;
  /** Only events of this type. */
  eventType?: string | undefined;
  /** Only this action. */
  action?: AuditAction | undefined;
  /** Only what was done at or after this time. */
  startDate?: Date | string | undefined;
  /** Only what was done before this time. */
  endDate?: Date | string | undefined;
  /** Only what these users did. */
  userIds?: Several | undefined;
  /** Only what was done with these tokens. */
  apiTokenIds?: Several | undefined;
  /** Only what was done to these records. */
  resourceIds?: Several | undefined;
}

/** The circumstances of an entry of the audit log. */
export interface AuditMetadata {
  /** The address that the request came from. */
  ipAddress?: string | null;
  /** The client that sent the request. */
  userAgent?: string | null;
  /** An id that entries of one action share. */
  correlationId?: string;
  /** The id of the request. */
  requestId?: string;
  /** Anything else, by name. */
  additionalInfo?: Record<string, unknown>;
}

/** A record of an action on a resource. Only the platform creates audit logs. */
@Entity({ path: 'audit-logs', id: 'auditLogId', create: 'none', update: 'none' })
export class AuditLog extends ModeratelyResource {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: AuditLogSearchParams;
  /** The platform cannot search for them by id; use `get(id)` for each. */
  declare static readonly byIds: never;
  static override searching: SearchDescription = {
    filters: [
      ...['teamId', 'userId', 'apiTokenId', 'resourceType', 'resourceId', 'eventType', 'action', 'startDate', 'endDate'],
      ...['userIds', 'apiTokenIds', 'resourceIds'],
    ],
    orderBy: ['createdAt', 'eventType', 'resourceType', 'action'],
    team: 'teamId',
  };

  /** The id of the entry. */
  @Field({ readOnly: true }) readonly auditLogId!: string;
  /** The team that it is about; null for what no team owns. */
  @Field({ readOnly: true }) readonly teamId!: string | null;
  /** Who did it; null when it was not a user. */
  @Field({ readOnly: true }) readonly userId!: string | null;
  /** The token that it was done with; null when it was done without one. */
  @Field({ readOnly: true }) readonly apiTokenId!: string | null;
  /** The session in which it was done. */
  @Field({ readOnly: true }) readonly sessionId!: string | null;
  /** The type of the event, in the platform's words. */
  @Field({ readOnly: true }) readonly eventType!: string;
  /** The kind of the record that it was done to. */
  @Field({ readOnly: true }) readonly resourceType!: string;
  /** The id of the record that it was done to. */
  @Field({ readOnly: true }) readonly resourceId!: string;
  /** What was done. */
  @Field({ readOnly: true }) readonly action!: AuditAction;
  /** The changes that were made. On the wire it is `changes`, which every record already has as a property for its own unsaved changes. */
  @Field({ readOnly: true, name: 'changes' }) readonly recordedChanges!: Record<string, unknown> | null;
  /** The circumstances. */
  @Field({ readOnly: true }) readonly metadata!: AuditMetadata | null;
  /** When it was done. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;

  /** The team that it belongs to. */
  @BelongsTo(() => Team, 'teamId') readonly team!: Related<Team>;
  /** The user who did it. */
  @BelongsTo(() => User, 'userId') readonly user!: Related<User>;
  /** The token that it was done with. */
  @BelongsTo(() => ApiToken, 'apiTokenId') readonly apiToken!: Related<ApiToken>;

  /** The actions on one resource. @throws ValidationError for an `entityType` that does not have 1 to 50 characters. */
  static ofEntity(entityType: string, entityId: string, params: AuditLogSearchParams = {}): Search<AuditLog> {
    const problem = textOf(1, 50)(entityType);
    if (problem) throw new ValidationError(`entityType ${problem}.`, { details: [{ field: 'entityType', message: problem }] });
    const path = `${pathOf(this)}/entity/${pathSegment(entityType)}/${pathSegment(entityId)}`;
    return this.search({ ...params, resourcePath: path });
  }

  /** The actions of one user. */
  static ofUser(userId: string, params: AuditLogSearchParams = {}): Search<AuditLog> {
    return this.search({ ...params, resourcePath: `${pathOf(this)}/user/${pathSegment(userId)}` });
  }
}
