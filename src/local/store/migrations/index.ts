import type { MigrationProvider } from 'kysely';
import { assetFacets } from './asset-facets.js';
import { first } from './first.js';
import { objectLocations } from './object-locations.js';
import { moreOrders } from './orders.js';
import { openUploadsAndResponses } from './server-requests.js';

/** All migrations, in order. There are no down migrations. */
const migrations = {
  '0001-first': first,
  '0002-more-orders': moreOrders,
  'aixplain-asset-facets': assetFacets,
  'server-requests': openUploadsAndResponses,
  'object-locations': objectLocations,
};

export const migrationProvider: MigrationProvider = { getMigrations: async () => migrations };
