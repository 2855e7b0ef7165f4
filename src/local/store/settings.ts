import { randomBytes } from 'node:crypto';
import { newToken } from '../accounts/tokens.js';
import type { Store } from './database.js';
import type { CreationContext } from './ids.js';

/** Values generated once for a new platform and kept across restarts. */
export interface PlatformSettings {
  /** The platform's own key, in plain text: it is printed at every start. */
  apiKey: string;
  teamId: string;
  userId: string;
  /** Signs presigned URLs. */
  signingSecret: string;
}

/** Reads the settings; undefined for a new database, or one whose initialisation was interrupted. */
export async function loadPlatformSettings(store: Store): Promise<PlatformSettings | undefined> {
  const rows = await store.selectFrom('settings').selectAll().execute();
  return rows.length === 0 ? undefined : (Object.fromEntries(rows.map(({ key, value }) => [key, value])) as unknown as PlatformSettings);
}

/** Generates the settings of a new platform. */
export function newPlatformSettings({ newId }: Pick<CreationContext, 'newId'>): PlatformSettings {
  return { apiKey: newToken(), teamId: newId(), userId: newId(), signingSecret: randomBytes(32).toString('hex') };
}

/** Stores the settings. They are written last: their presence marks the platform as initialised. */
export async function savePlatformSettings(store: Store, settings: PlatformSettings): Promise<void> {
  const rows = Object.entries(settings).map(([key, value]) => ({ key, value }));
  await store.insertInto('settings').values(rows).execute();
}
