import { randomBytes, randomUUID } from 'node:crypto';
import { ConfigurationError } from '../../model/errors/index.js';
import { newToken } from '../accounts/tokens.js';
import type { Store } from './database.js';
import type { CreationContext } from './ids.js';
import { deletions } from './reset.js';
import { executeAll, insertion, rowOf, rowsOf, type Statement } from './statements.js';

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
/** Marks a database into which the records of another platform are being imported, and says how far that is. */
export const importing = 'importing';
const names: readonly (keyof PlatformSettings)[] = ['apiKey', 'teamId', 'userId', 'signingSecret'];

/**
 * Reads the settings; `new` for a database without records, `unfinished` for one whose initialisation was interrupted.
 * @throws ConfigurationError for a database that has records but not all settings.
 */
export async function loadPlatformSettings(store: Store): Promise<PlatformSettings | 'new' | 'unfinished'> {
  const rows = await rowsOf<{ key: string; value: string }>(store, 'select * from settings', []);
  const settings = Object.fromEntries(rows.map(({ key, value }) => [key, value])) as unknown as PlatformSettings;
  if (initializing in settings) return 'unfinished';
  if (importing in settings) {
    throw new ConfigurationError(
      'An import into this platform has not ended: run the same remote-record local import again, or empty the database and its files.',
    );
  }
  const missing = names.filter((name) => !settings[name]);
  if (missing.length === 0) return settings;
  if (missing.length === names.length && !(await rowOf(store, 'select "userId" from users limit 1', []))) return 'new';
  throw new ConfigurationError(
    `The database has records, but not the settings ${missing.join(', ')}: it is damaged. Nothing was changed. Restore it from a backup, or use another folder.`,
  );
}

/** Generates the settings of a new platform. */
export function newPlatformSettings({ newId }: Pick<CreationContext, 'newId'>, apiKey: string = newToken()): PlatformSettings {
  return { apiKey, teamId: newId(), userId: newId(), signingSecret: randomBytes(32).toString('hex') };
}

/** @throws ConfigurationError when a platform has another key than the one that is given. */
export function checkApiKey(settings: PlatformSettings, apiKey: string | undefined): void {
  if (apiKey === undefined || apiKey === settings.apiKey) return;
  throw new ConfigurationError('The platform was created with another apiKey: give that one, or leave it out.');
}

/** Who writes the first records, which is to be told when they are written. */
export type Initialization = string;

/**
 * Deletes every record, and marks the database as unfinished until its settings are stored.
 * @param removals What deletes the jobs of the queue.
 * @param isEmpty Whether there are no records, which takes a statement for each table to delete. Default: false.
 */
export async function beginInitialization(store: Store, removals: readonly Statement[], isEmpty = false): Promise<Initialization> {
  const initialization = randomUUID();
  const mark = insertion('settings', { key: initializing, value: initialization });
  await executeAll(store, [...(isEmpty ? [] : [...removals, ...deletions()]), mark]);
  return initialization;
}

/**
 * Stores the settings, which marks the platform as initialised.
 * @throws ConfigurationError when somebody else has begun to write the first records meanwhile: the lock of those who do ends with the
 * connection to the database. Then nothing is stored.
 */
export async function savePlatformSettings(store: Store, settings: PlatformSettings, initialization: Initialization): Promise<void> {
  const text = 'insert into settings ("key", value) select cast(? as text), cast(? as text) from settings where "key" = ? and value = ?';
  await executeAll(store, [
    ...names.map((key) => ({ text, parameters: [key, settings[key], initializing, initialization] })),
    { text: 'delete from settings where "key" = ? and value = ?', parameters: [initializing, initialization] },
  ]);
  const saved = await rowOf<{ value: string }>(store, 'select value from settings where "key" = ?', ['signingSecret']);
  if (saved?.value === settings.signingSecret) return;
  throw new ConfigurationError('Another server has begun to write the first records of this database meanwhile. Start this one again.');
}
