import { type Attributes, Entity, Field, HasMany, type RelatedMany } from '#front';
import { textOf } from '../../vendor.js';
import { ModeratelyResource } from '../base/resource.js';
import { type ListParams, newestFirst, type SearchDescription, type TeamParams } from '../base/search-params.js';
import { unsupported } from '../base/unsupported.js';
import { TeamUser, type TeamUserSearchParams } from './team-user.js';
import { User, type UserSearchParams } from './user.js';

/** Without `teamIds`, a search finds only the connection's own team; `teamIds: null` finds all teams that the key can see. */
export interface TeamSearchParams extends ListParams<'createdAt' | 'updatedAt' | 'name' | (string & {})>, TeamParams {
  /** Only teams with this name. */
  name?: string | undefined;
}

/** The owner of records. */
@Entity({ path: 'teams', id: 'teamId' })
export class Team extends ModeratelyResource {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: TeamSearchParams;
  static override searching: SearchDescription = {
    filters: ['teamIds', 'name'],
    orderBy: ['createdAt', 'updatedAt', 'name'],
    defaultOrder: newestFirst,
    team: 'teamIds',
    names: { query: 'name' },
  };

  /** The id of the team. */
  @Field({ readOnly: true }) readonly teamId!: string;
  /** The name, of 1 to 255 characters. */
  @Field({ required: true, nullable: false, check: textOf(1, 255) }) name!: string;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** The users who are members of the team. */
  @HasMany(() => User, { by: 'teamIds', list: true }) readonly users!: RelatedMany<User, Omit<UserSearchParams, 'teamIds'>>;
  /** The team's users with their roles. */
  @HasMany(() => TeamUser, { key: 'teamId', by: 'teamIds', list: true })
  readonly members!: RelatedMany<TeamUser, Omit<TeamUserSearchParams, 'teamIds'>>;

  constructor(attributes?: Attributes<Team>) {
    super(attributes);
  }

  /** Not supported by the platform. @throws ValidationError, always, without sending a request. */
  delete(): Promise<never> {
    return unsupported(`delete of ${String(this)}`, 'Remove its members one by one (member.delete()), or ask the vendor.');
  }
}
