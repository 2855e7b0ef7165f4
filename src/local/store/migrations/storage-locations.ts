import type { Migration } from 'kysely';
import { sql } from '../kysely.js';
import type { Schema } from './build.js';

/** Adds where the bytes of objects are, which was their key, and the bytes that are to be deleted. */
export const objectLocations: Migration = {
  async up(db: Schema) {
    await db.schema
      .alterTable('objects')
      .addColumn('location', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
    await sql`update objects set "location" = "key"`.execute(db);
    await db.schema
      .createTable('deletions')
      .addColumn('location', 'text', (column) => column.primaryKey())
      .execute();
  },
};
