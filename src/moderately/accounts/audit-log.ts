import { BelongsTo, Entity, Field, type Related, type Search, ValidationError } from '#front';
import { pathOf, pathSegment, textOf } from '../../vendor.js';
import { ModeratelyResource } from '../base/resource.js';
import type { ListParams, SearchDescription, Several } from '../base/search-params.js';
import { ApiToken } from './api-token.js';
import { Team } from './team.js';
import { User } from './user.js';

export type AuditAction = 'create' | 'read' | 'update' | 'delete' | 'execute' | 'export' | 'import';

export interface AuditLogSearchParams extends ListParams<'createdAt' | 'eventType' | 'resourceType' | 'action' | (string & {})> {
  /** Default: the connection's own team; null for all that the key can see. */
  teamId?: string | null | undefined;
  userId?: string | undefined;
  apiTokenId?: string | undefined;
  resourceType?: string | undefined;
  resourceId?: string | undefined;
  eventType?: string | undefined;
  action?: AuditAction | undefined;
  startDate?: Date | string | undefined;
  endDate?: Date | string | undefined;
  userIds?: Several | undefined;
  apiTokenIds?: Several | undefined;
  resourceIds?: Several | undefined;
}

export interface AuditMetadata {
  ipAddress?: string | null;
  userAgent?: string | null;
  correlationId?: string;
  requestId?: string;
  additionalInfo?: Record<string, unknown>;
}

/** A record of an action on a resource. Only the platform creates audit logs. */
@Entity({ path: 'audit-logs', id: 'auditLogId', create: 'none', update: 'none' })
export class AuditLog extends ModeratelyResource {
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

  @Field({ readOnly: true }) readonly auditLogId!: string;
  @Field({ readOnly: true }) readonly teamId!: string | null;
  @Field({ readOnly: true }) readonly userId!: string | null;
  @Field({ readOnly: true }) readonly apiTokenId!: string | null;
  @Field({ readOnly: true }) readonly sessionId!: string | null;
  @Field({ readOnly: true }) readonly eventType!: string;
  @Field({ readOnly: true }) readonly resourceType!: string;
  @Field({ readOnly: true }) readonly resourceId!: string;
  @Field({ readOnly: true }) readonly action!: AuditAction;
  /** The changes that were made. On the wire it is `changes`, which every record already has as a property for its own unsaved changes. */
  @Field({ readOnly: true, name: 'changes' }) readonly recordedChanges!: Record<string, unknown> | null;
  @Field({ readOnly: true }) readonly metadata!: AuditMetadata | null;
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;

  @BelongsTo(() => Team, 'teamId') readonly team!: Related<Team>;
  @BelongsTo(() => User, 'userId') readonly user!: Related<User>;
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
