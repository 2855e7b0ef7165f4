import type { MigrationProvider } from 'kysely';
import { assetFacets } from './asset-facets.js';
import { first } from './first.js';
import { moreOrders } from './orders.js';
import { openUploadsAndResponses } from './server-requests.js';
import { objectLocations } from './storage-locations.js';
import { unfinishedObjects } from './unfinished-objects.js';

/** All migrations, in the order of their names, which a new one comes last in: Kysely runs no other. There are no down migrations. */
const migrations = {
  '0001-first': first,
  '0002-more-orders': moreOrders,
  'aixplain-asset-facets': assetFacets,
  'server-requests': openUploadsAndResponses,
  'storage-locations': objectLocations,
  'unfinished-objects': unfinishedObjects,
};

export const migrationProvider: MigrationProvider = { getMigrations: async () => migrations };
