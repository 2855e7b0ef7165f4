import type { Clock } from '../vendor.js';
import type { DurableOptions } from './options.js';
import type { DurableStore } from './store.js';

/** Opens the store that the options name. */
export async function openStore({ dataDir, databaseUrl, onError }: DurableOptions, clock: Clock): Promise<DurableStore> {
  if (databaseUrl !== undefined) {
    const { openPostgres } = await import('./postgres/open.js');
    return openPostgres(databaseUrl, onError ?? (() => undefined));
  }
  const { openSqlite } = await import('./sqlite/open.js');
  return openSqlite(dataDir!, clock);
}
