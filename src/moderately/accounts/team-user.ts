import { BelongsTo, DeleteResourceMixin, Entity, Field, type Related } from '#front';
import { oneOf } from '../../vendor.js';
import { ModeratelyResource } from '../base/resource.js';
import type { ListParams, SearchDescription, Several, TeamParams } from '../base/search-params.js';
import { Team } from './team.js';
import { User } from './user.js';

export type TeamRole = 'admin' | 'member';

export interface TeamUserSearchParams extends ListParams<'name' | 'role' | 'createdAt' | 'updatedAt' | (string & {})>, TeamParams {
  teamUserIds?: Several | undefined;
  userIds?: Several | undefined;
  roles?: Several<TeamRole> | undefined;
  nameLike?: string | undefined;
  emailLike?: string | undefined;
}

/** A user's membership in a team. Deleting it removes the user from the team; the last admin and the key's own user cannot be removed. */
@Entity({ path: 'team-users', id: 'teamUserId', create: 'none' })
export class TeamUser extends DeleteResourceMixin(ModeratelyResource) {
  declare static searchParams: TeamUserSearchParams;
  static override searching: SearchDescription = {
    filters: ['teamUserIds', 'teamIds', 'userIds', 'roles', 'nameLike', 'emailLike'],
    orderBy: ['name', 'role', 'createdAt', 'updatedAt'],
    team: 'teamIds',
  };

  @Field({ readOnly: true }) readonly teamUserId!: string;
  @Field({ readOnly: true }) readonly teamId!: string;
  @Field({ readOnly: true }) readonly userId!: string;
  @Field({ nullable: false, check: oneOf(['admin', 'member']) }) role!: TeamRole;
  @Field({ nullable: false }) isDefault!: boolean;
  @Field({ readOnly: true }) readonly email!: string | null;
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  @BelongsTo(() => User, 'userId', { required: true }) readonly user!: Related<User, never>;
  @BelongsTo(() => Team, 'teamId', { required: true }) readonly team!: Related<Team, never>;
}
