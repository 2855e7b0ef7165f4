import type { Migration } from 'kysely';
import { columns, type Schema, table } from './build.js';

/** Adds where bytes are written that belong to no object yet. */
export const unfinishedObjects: Migration = {
  async up(db: Schema) {
    await columns(table(db, 'stagings', 'location'), 'key', 'createdAt').execute();
  },
};
