import type { Kysely, Migration } from 'kysely';
import { facetsOf } from '../../assets/facets.js';
import { sql } from '../kysely.js';
import { index, type Schema } from './build.js';

interface Before {
  assets: { assetId: string; collection: string; body: string };
  assetFacets: { assetId: string; facet: string; value: string; number: number | null };
}

/** Indexes the records that exist, in which times were part of the body. */
async function indexExisting(db: Kysely<Before>): Promise<void> {
  for (const { assetId, collection, body } of await db.selectFrom('assets').select(['assetId', 'collection', 'body']).execute()) {
    const { createdAt: _createdAt, updatedAt: _updatedAt, ...record } = JSON.parse(body) as Record<string, unknown>;
    await db
      .updateTable('assets')
      .set({ body: JSON.stringify(record) })
      .where('assetId', '=', assetId)
      .execute();
    for (const facet of facetsOf(collection, record)) {
      await db
        .insertInto('assetFacets')
        .values({ assetId, ...facet })
        .execute();
    }
  }
}

/** Adds what aiXplain's records are filtered by, records that are parts of others, and what runs used. */
export const assetFacets: Migration = {
  async up(db: Schema) {
    await db.schema
      .createTable('assetFacets')
      .addColumn('assetId', 'text', (column) => column.notNull().references('assets.assetId').onDelete('cascade'))
      .addColumn('facet', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addColumn('number', 'real')
      .addPrimaryKeyConstraint('assetFacets_key', ['assetId', 'facet', 'value'])
      .execute();
    await index(db, 'assetFacets', 'facet', 'value', 'assetId');
    await indexExisting(db as unknown as Kysely<Before>);
    await db.schema.alterTable('assets').dropColumn('status').execute();
    await db.schema
      .alterTable('assets')
      .addColumn('parentId', 'text', (column) => column.references('assets.assetId').onDelete('cascade'))
      .execute();
    await index(db, 'assets', 'parentId', 'collection', 'createdAt', 'assetId');
    await db.schema.alterTable('assetRuns').addColumn('extras', 'text').execute();
    await db.schema.alterTable('assetRuns').addColumn('apiKeyId', 'text').execute();
    await db.schema
      .alterTable('assetRuns')
      .addColumn('tokens', sql`bigint`, (column) => column.notNull().defaultTo(0))
      .execute();
    await index(db, 'assetRuns', 'apiKeyId', 'createdAt');
  },
};
