import { randomBytes } from 'node:crypto';
import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import { addMember, addUser } from './accounts.js';
import type { Store } from './database.js';
import { newToken, tokenRow } from './tokens.js';

type Maker = Pick<Platform, 'clock' | 'newId'>;

/** What a platform is made with once and keeps over restarts. */
export interface PlatformSettings {
  apiKey: string;
  teamId: string;
  userId: string;
  /** Signs presigned URLs. */
  signingSecret: string;
}

/** Reads the settings; undefined for a database that is new, or never got all it was to start with. */
export async function loadPlatformSettings(store: Store): Promise<PlatformSettings | undefined> {
  const rows = await store.selectFrom('settings').selectAll().execute();
  return rows.length === 0 ? undefined : (Object.fromEntries(rows.map(({ key, value }) => [key, value])) as unknown as PlatformSettings);
}

/** The settings of a new platform. */
export function newPlatformSettings({ newId }: Maker): PlatformSettings {
  return { apiKey: newToken(), teamId: newId(), userId: newId(), signingSecret: randomBytes(32).toString('hex') };
}

/** Keeps the settings, which says that the platform has all it was to start with. */
export async function savePlatformSettings(store: Store, settings: PlatformSettings): Promise<void> {
  const rows = Object.entries(settings).map(([key, value]) => ({ key, value }));
  await store.insertInto('settings').values(rows).execute();
}

/** The user, team and key every platform starts with. */
export async function createFirstRecords(store: Store, { apiKey, teamId, userId }: PlatformSettings, maker: Maker): Promise<void> {
  const at = timestamp(maker.clock);
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
