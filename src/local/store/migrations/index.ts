import type { MigrationProvider } from 'kysely';
import { first } from './first.js';
import { moreOrders } from './orders.js';

/** Every step the tables went through, in order. They only ever go forward. */
export const migrationProvider: MigrationProvider = {
  getMigrations: async () => ({ '0001-first': first, '0002-more-orders': moreOrders }),
};
