import { randomBytes } from 'node:crypto';
import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import { addMember, addUser } from './accounts.js';
import type { Store } from './database.js';
import { newToken, tokenRow } from './tokens.js';

type Maker = Pick<Platform, 'clock' | 'newId'>;

/** What a platform is made with once and keeps over restarts. */
export interface Settings {
  apiKey: string;
  teamId: string;
  userId: string;
  /** Signs presigned URLs. */
  signingSecret: string;
}

/** Reads the settings; undefined for a database that is new. */
export async function loadSettings(store: Store): Promise<Settings | undefined> {
  const rows = await store.selectFrom('settings').selectAll().execute();
  return rows.length === 0 ? undefined : (Object.fromEntries(rows.map(({ key, value }) => [key, value])) as unknown as Settings);
}

/** The settings of a new platform. */
export function newSettings({ newId }: Maker): Settings {
  return { apiKey: newToken(), teamId: newId(), userId: newId(), signingSecret: randomBytes(32).toString('hex') };
}

/** The settings, and the user, team and key every platform starts with. */
export async function createFirstRecords(store: Store, settings: Settings, maker: Maker): Promise<void> {
  const { apiKey, teamId, userId } = settings;
  const at = timestamp(maker.clock);
  await store
    .insertInto('settings')
    .values(Object.entries(settings).map(([key, value]) => ({ key, value })))
    .execute();
  await addUser(store, maker, { userId, fullName: 'Local User', nickname: 'local', email: 'user@example.test' });
  await store.insertInto('teams').values({ teamId, name: 'Local Team', createdByTokenId: null, createdAt: at, updatedAt: at }).execute();
  await addMember(store, maker, teamId, userId, 'admin');
  await store
    .insertInto('apiTokens')
    .values(
      tokenRow(apiKey, {
        tokenId: maker.newId(),
        teamId: null,
        name: 'Platform key',
        role: 'admin',
        createdByUserId: userId,
        expiresAt: null,
        at,
      }),
    )
    .execute();
}
