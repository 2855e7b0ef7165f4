import type { MigrationProvider } from 'kysely';
import { assetFacets } from './asset-facets.js';
import { first } from './first.js';
import { moreOrders } from './orders.js';

/** All migrations, in order. There are no down migrations. */
export const migrationProvider: MigrationProvider = {
  getMigrations: async () => ({ '0001-first': first, '0002-more-orders': moreOrders, 'aixplain-asset-facets': assetFacets }),
};
