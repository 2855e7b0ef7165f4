import { timestamp } from '../clock.js';
import type { Store } from '../store/database.js';
import type { CreationContext } from '../store/ids.js';
import type { TeamUserRow, UserRow } from '../store/schema.js';
import { execute, insertion, rowOf } from '../store/statements.js';

/** The attributes of a new user. */
export interface NewUser {
  userId: string;
  fullName: string;
  nickname?: string | null | undefined;
  email?: string | null | undefined;
}

export async function addUser(store: Store, { clock }: CreationContext, user: NewUser): Promise<UserRow> {
  const at = timestamp(clock);
  const row: UserRow = {
    userId: user.userId,
    fullName: user.fullName,
    fullNameLower: user.fullName.toLowerCase(),
    nickname: user.nickname ?? null,
    nicknameLower: user.nickname?.toLowerCase() ?? null,
    email: user.email?.toLowerCase() ?? null,
    createdAt: at,
    updatedAt: at,
  };
  await execute(store, insertion('users', row));
  return row;
}

/** Adds a user to a team; the first team of a user becomes the default one. */
export async function addMember(
  store: Store,
  { clock, newId }: CreationContext,
  teamId: string,
  userId: string,
  role: 'admin' | 'member',
): Promise<TeamUserRow> {
  const user = await rowOf<UserRow>(store, 'select * from users where "userId" = ?', [userId]);
  if (!user) throw new Error(`There is no user with the id '${userId}'.`);
  const other = await rowOf(store, 'select "teamUserId" from "teamUsers" where "userId" = ? limit 1', [userId]);
  const at = timestamp(clock);
  const row: TeamUserRow = {
    teamUserId: newId(),
    teamId,
    userId,
    name: user.fullName,
    nameLower: user.fullNameLower,
    email: user.email,
    role,
    isDefault: other ? 0 : 1,
    createdAt: at,
    updatedAt: at,
  };
  await execute(store, insertion('teamUsers', row));
  return row;
}
