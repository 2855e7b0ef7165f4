import { randomBytes } from 'node:crypto';
import { ConfigurationError } from '../../model/errors/index.js';
import { newToken } from '../accounts/tokens.js';
import type { Store } from './database.js';
import type { CreationContext } from './ids.js';
import { clearTables } from './reset.js';

/** Values generated once for a new platform and kept across restarts. */
export interface PlatformSettings {
  /** The platform's own key, in plain text: it is printed at every start. */
  apiKey: string;
  teamId: string;
  userId: string;
  /** Signs presigned URLs. */
  signingSecret: string;
}

/** Marks a database whose first records are being written: what it has may be replaced when it is opened again. */
const initializing = 'initializing';
const names: readonly (keyof PlatformSettings)[] = ['apiKey', 'teamId', 'userId', 'signingSecret'];

/**
 * Reads the settings; `new` for a database without records, `unfinished` for one whose initialisation was interrupted.
 * @throws ConfigurationError for a database that has records but not all settings.
 */
export async function loadPlatformSettings(store: Store): Promise<PlatformSettings | 'new' | 'unfinished'> {
  const rows = await store.selectFrom('settings').selectAll().execute();
  const settings = Object.fromEntries(rows.map(({ key, value }) => [key, value])) as unknown as PlatformSettings;
  if (initializing in settings) return 'unfinished';
  const missing = names.filter((name) => !settings[name]);
  if (missing.length === 0) return settings;
  if (missing.length === names.length && !(await store.selectFrom('users').select('userId').limit(1).executeTakeFirst())) return 'new';
  throw new ConfigurationError(
    `The database has records, but not the settings ${missing.join(', ')}: it is damaged. Nothing was changed. Restore it from a backup, or use another folder.`,
  );
}

/** Generates the settings of a new platform. */
export function newPlatformSettings({ newId }: Pick<CreationContext, 'newId'>): PlatformSettings {
  return { apiKey: newToken(), teamId: newId(), userId: newId(), signingSecret: randomBytes(32).toString('hex') };
}

/** Deletes every record, and marks the database as unfinished until its settings are stored. */
export async function beginInitialization(store: Store): Promise<void> {
  await store.transaction().execute(async (trx) => {
    await clearTables(trx);
    await trx.insertInto('settings').values({ key: initializing, value: '' }).execute();
  });
}

/** Stores the settings, which marks the platform as initialised. */
export async function savePlatformSettings(store: Store, settings: PlatformSettings): Promise<void> {
  const rows = names.map((key) => ({ key, value: settings[key] }));
  await store.transaction().execute(async (trx) => {
    await trx.deleteFrom('settings').execute();
    await trx.insertInto('settings').values(rows).execute();
  });
}
