import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { Store } from './database.js';
import type { TeamUserRow, UserRow } from './schema.js';

type Maker = Pick<Platform, 'clock' | 'newId'>;

/** What is known of a new user. */
export interface NewUser {
  userId: string;
  fullName: string;
  nickname?: string | null | undefined;
  email?: string | null | undefined;
}

export async function addUser(store: Store, { clock }: Maker, user: NewUser): Promise<UserRow> {
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
  await store.insertInto('users').values(row).execute();
  return row;
}

/** Makes a user a member of a team; the first team of a user is the default one. */
export async function addMember(
  store: Store,
  { clock, newId }: Maker,
  teamId: string,
  userId: string,
  role: 'admin' | 'member',
): Promise<TeamUserRow> {
  const user = await store.selectFrom('users').selectAll().where('userId', '=', userId).executeTakeFirstOrThrow();
  const other = await store.selectFrom('teamUsers').select('teamUserId').where('userId', '=', userId).executeTakeFirst();
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
  await store.insertInto('teamUsers').values(row).execute();
  return row;
}
