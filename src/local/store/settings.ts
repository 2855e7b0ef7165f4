import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';
import { timestamp } from '../clock.js';
import type { Store } from './database.js';

/** What a platform is made with once and keeps over restarts. */
export interface Settings {
  apiKey: string;
  teamId: string;
  userId: string;
  /** Signs presigned URLs. */
  signingSecret: string;
}

/** How a token is stored and looked up: its SHA-256 in hexadecimal. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** A new token of the kind that is shown once. */
export function newToken(): string {
  return `rr_${randomBytes(30).toString('base64url')}`;
}

/** Reads the settings; a database without any gets them, with its first user, team and key. */
export async function loadSettings(store: Store, clock: Clock, newId: () => string): Promise<Settings> {
  const rows = await store.selectFrom('settings').selectAll().execute();
  if (rows.length > 0) return Object.fromEntries(rows.map(({ key, value }) => [key, value])) as unknown as Settings;
  const settings: Settings = { apiKey: newToken(), teamId: newId(), userId: newId(), signingSecret: randomBytes(32).toString('hex') };
  await createFirstRecords(store, settings, clock, newId);
  return settings;
}

/** The user, team and key every platform starts with. */
export async function createFirstRecords(store: Store, settings: Settings, clock: Clock, newId: () => string): Promise<void> {
  const { apiKey, teamId, userId } = settings;
  const at = timestamp(clock);
  const stamps = { createdAt: at, updatedAt: at };
  await store.transaction().execute(async (trx) => {
    await trx
      .insertInto('settings')
      .values(Object.entries(settings).map(([key, value]) => ({ key, value })))
      .execute();
    await trx
      .insertInto('users')
      .values({ userId, fullName: 'Local User', nickname: 'local', email: 'user@example.test', ...stamps })
      .execute();
    await trx
      .insertInto('teams')
      .values({ teamId, name: 'Local Team', createdByTokenId: null, ...stamps })
      .execute();
    await trx
      .insertInto('teamUsers')
      .values({ teamUserId: newId(), teamId, userId, role: 'admin', isDefault: 1, ...stamps })
      .execute();
    await trx
      .insertInto('apiTokens')
      .values({
        tokenId: newId(),
        teamId: null,
        name: 'Platform key',
        tokenHash: tokenHash(apiKey),
        tokenPrefix: apiKey.slice(0, 6),
        last4: apiKey.slice(-4),
        role: 'admin',
        createdByUserId: userId,
        expiresAt: null,
        lastUsedAt: null,
        isActive: 1,
        ...stamps,
      })
      .execute();
  });
}
