import { BelongsTo, DeleteResourceMixin, Entity, Field, type Related } from '#front';
import { oneOf } from '../../vendor.js';
import { ModeratelyResource } from '../base/resource.js';
import type { ListParams, SearchDescription, Several, TeamParams } from '../base/search-params.js';
import { Team } from './team.js';
import { User } from './user.js';

/** What a member may do in a team. */
export type TeamRole = 'admin' | 'member';

/** The parameters of a search for members of teams. */
export interface TeamUserSearchParams extends ListParams<'name' | 'role' | 'createdAt' | 'updatedAt' | (string & {})>, TeamParams {
  /** Only these memberships. */
  teamUserIds?: Several | undefined;
  /** Only memberships of these users. */
  userIds?: Several | undefined;
  /** Only memberships with one of these roles. */
  roles?: Several<TeamRole> | undefined;
  /** Only members whose name contains this text. */
  nameLike?: string | undefined;
  /** Only members whose e-mail address contains this text. */
  emailLike?: string | undefined;
}

/** A user's membership in a team. Deleting it removes the user from the team; the last admin and the key's own user cannot be removed. */
@Entity({ path: 'team-users', id: 'teamUserId', create: 'none' })
export class TeamUser extends DeleteResourceMixin(ModeratelyResource) {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: TeamUserSearchParams;
  /** The filters and sort orders that the platform has for this class. */
  static override searching: SearchDescription = {
    filters: ['teamUserIds', 'teamIds', 'userIds', 'roles', 'nameLike', 'emailLike'],
    orderBy: ['name', 'role', 'createdAt', 'updatedAt'],
    team: 'teamIds',
  };

  /** The id of the membership. */
  @Field({ readOnly: true }) readonly teamUserId!: string;
  /** The team that it belongs to. */
  @Field({ readOnly: true }) readonly teamId!: string;
  /** The user who is the member. */
  @Field({ readOnly: true }) readonly userId!: string;
  /** What the member may do. */
  @Field({ nullable: false, check: oneOf(['admin', 'member']) }) role!: TeamRole;
  /** Whether the team is the one that the user begins with. */
  @Field({ nullable: false }) isDefault!: boolean;
  /** The member's e-mail address; null where the platform does not show it. */
  @Field({ readOnly: true }) readonly email!: string | null;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** The user who is the member. */
  @BelongsTo(() => User, 'userId', { required: true }) readonly user!: Related<User, never>;
  /** The team that it belongs to. */
  @BelongsTo(() => Team, 'teamId', { required: true }) readonly team!: Related<Team, never>;
}
