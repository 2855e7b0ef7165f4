import type { Clock } from '../vendor.js';
import type { DurableOptions } from './options.js';
import type { DurableStore } from './store.js';

/** Opens the store that the options name. */
export async function openStore({ dataDir }: DurableOptions, clock: Clock): Promise<DurableStore> {
  const { openSqlite } = await import('./sqlite/open.js');
  return openSqlite(dataDir!, clock);
}
