import { Entity, Field, HasMany, type RelatedMany, type SaveScope, ValidationError } from '#front';
import { Search, textOf } from '../../vendor.js';
import { ModeratelyResource } from '../base/resource.js';
import { type ListParams, newestFirst, type SearchDescription, type Several, type TeamParams } from '../base/search-params.js';
import { textIn, timeIn } from '../base/values.js';
import { Team } from './team.js';
import { TeamUser, type TeamUserSearchParams } from './team-user.js';

/** The parameters of a search for users. */
export interface UserSearchParams extends ListParams<'createdAt' | 'fullName' | (string & {})>, TeamParams {
  /** Only these users. */
  userIds?: Several | undefined;
  /** Only users with one of these e-mail addresses. */
  userEmails?: Several | undefined;
  /** Only users whose full name contains this text. */
  fullNameLike?: string | undefined;
  /** Only users whose nickname contains this text. */
  nicknameLike?: string | undefined;
}

const checkName = textOf(1, 255);
const day = 24 * 60 * 60 * 1000;

/** A person. Users are created when they sign in; only their full name can be changed here. */
@Entity({ path: 'users', id: 'userId', create: 'none' })
export class User extends ModeratelyResource {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: UserSearchParams;
  static override searching: SearchDescription = {
    filters: ['userIds', 'userEmails', 'teamIds', 'fullNameLike', 'nicknameLike'],
    orderBy: ['createdAt', 'fullName'],
    defaultOrder: newestFirst,
    team: 'teamIds',
    names: { query: 'fullNameLike' },
  };

  /** The id of the user. */
  @Field({ readOnly: true }) readonly userId!: string;
  /** The full name. */
  @Field({ nullable: false, check: checkName }) fullName!: string;
  /** The nickname; absent when there is none. */
  @Field({ readOnly: true }) readonly nickname?: string;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** The user's memberships in teams, with the role in each. */
  @HasMany(() => TeamUser, { key: 'userId', by: 'userIds', list: true, where: { teamIds: null } })
  readonly memberships!: RelatedMany<TeamUser, Omit<TeamUserSearchParams, 'userIds'>>;

  /** The nickname, else the full name. */
  get displayName(): string {
    return (this.hasNickname ? this.nickname : textIn(this.fullName)) ?? '';
  }

  /** Whether the user has a nickname. */
  get hasNickname(): boolean {
    return (textIn(this.nickname) ?? '').trim() !== '';
  }

  /** When the user was created, as `YYYY-MM-DD hh:mm:ss` in UTC; '' if it is not known. */
  get formattedCreatedAt(): string {
    const time = timeIn(this.createdAt);
    return Number.isNaN(time) ? '' : new Date(time).toISOString().slice(0, 19).replace('T', ' ');
  }

  /** Whether the user was created within the last `days` days. */
  isRecent(days = 7): boolean {
    const time = timeIn(this.createdAt);
    return time > Date.now() - days * day;
  }

  /** Changes the full name. @throws ValidationError for any other property, because the platform does not allow changing it. */
  async updateProfile(profile: {
    /** The full name. */
    fullName: string;
  }): Promise<this> {
    const others = Object.keys(profile).filter((name) => name !== 'fullName');
    if (others.length > 0) {
      throw new ValidationError(`updateProfile of ${String(this)}: only fullName can be changed, not ${others.join(', ')}.`, {
        details: others.map((field) => ({ field, message: 'cannot be changed: the platform accepts only fullName' })),
      });
    }
    const problem = checkName(profile.fullName);
    if (problem) {
      throw new ValidationError(`updateProfile of ${String(this)}: fullName ${problem}.`, {
        details: [{ field: 'fullName', message: problem }],
      });
    }
    this.fullName = profile.fullName;
    return this.save();
  }

  /** Those of the user's teams that the key can see. */
  teams(): Search<Team> {
    return new Search(async () => {
      const memberships = await this.memberships({ pageSize: 1000 }).toArray();
      return this.sibling(Team, 'search').byIds(memberships.map(({ teamId }) => teamId));
    });
  }

  /** The platform requires the full name in every update. */
  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    return { fullName: this.fullName, ...super.buildSavePayload(scope) };
  }
}
