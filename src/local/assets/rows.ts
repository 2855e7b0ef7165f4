import { type Clock, timestamp } from '../clock.js';
import type { Store } from '../store/database.js';
import type { JsonRecord } from '../store/record-kinds.js';
import type { AssetRow } from '../store/schema.js';
import { facetsOf } from './facets.js';

/** The columns of an asset that requests do not set. */
type Identity = Pick<AssetRow, 'assetId' | 'teamId' | 'collection' | 'parentId'>;

/** The columns that follow from a record. The server's own fields are columns, not part of the body. */
function content(id: string, { createdAt: _createdAt, updatedAt: _updatedAt, ...record }: JsonRecord) {
  const name = typeof record.name === 'string' ? record.name : '';
  return { name, nameLower: name.toLowerCase(), body: JSON.stringify({ ...record, id }) };
}

const mostItems = 200;

/** Executes a statement for so many items at a time: a statement has a limited number of parameters. */
export async function inParts<Item>(items: readonly Item[], execute: (some: Item[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < items.length; start += mostItems) await execute(items.slice(start, start + mostItems));
}

async function addFacets(store: Store, rows: readonly { row: AssetRow; record: JsonRecord }[]): Promise<void> {
  const facets = rows.flatMap(({ row: { assetId, collection }, record }) =>
    facetsOf(collection, { ...record, id: assetId }).map((facet) => ({ assetId, ...facet })),
  );
  await inParts(facets, (some) => store.insertInto('assetFacets').values(some).execute());
}

/** Inserts records. */
export async function insertAssets(
  store: Store,
  clock: Clock,
  given: readonly { identity: Identity; record: JsonRecord }[],
): Promise<AssetRow[]> {
  const at = timestamp(clock);
  const rows = given.map(({ identity, record }) => {
    return { record, row: { ...identity, ...content(identity.assetId, record), createdAt: at, updatedAt: at } };
  });
  await inParts(rows, (some) =>
    store
      .insertInto('assets')
      .values(some.map(({ row }) => row))
      .execute(),
  );
  await addFacets(store, rows);
  return rows.map(({ row }) => row);
}

/** Inserts a record. */
export async function insertAsset(store: Store, clock: Clock, identity: Identity, record: JsonRecord): Promise<AssetRow> {
  const [row] = await insertAssets(store, clock, [{ identity, record }]);
  return row as AssetRow;
}

/** Replaces a record. Its time of update advances, also when it was saved within the same millisecond before. */
export async function updateAsset(store: Store, clock: Clock, before: AssetRow, record: JsonRecord): Promise<AssetRow> {
  const updatedAt = new Date(Math.max(clock.now(), Date.parse(before.updatedAt) + 1)).toISOString();
  const row: AssetRow = { ...before, ...content(before.assetId, record), updatedAt };
  await store.updateTable('assets').set(row).where('assetId', '=', before.assetId).execute();
  await store.deleteFrom('assetFacets').where('assetId', '=', before.assetId).execute();
  await addFacets(store, [{ row, record }]);
  return row;
}

/** A record as it was last saved. */
export function bodyOf(row: AssetRow): JsonRecord {
  return JSON.parse(row.body) as JsonRecord;
}

/** The record of one of these teams with this id, or with the path that stands for it, in any collection. */
export async function findRow(store: Store, teamIds: readonly string[], id: string): Promise<AssetRow | undefined> {
  if (teamIds.length === 0) return undefined;
  const mine = store.selectFrom('assets').selectAll('assets').where('teamId', 'in', teamIds);
  return (
    (await mine.where('assetId', '=', id).executeTakeFirst()) ??
    (await mine
      .innerJoin('assetFacets', 'assetFacets.assetId', 'assets.assetId')
      .where('facet', '=', 'ids')
      .where('value', '=', id)
      .orderBy('assets.createdAt')
      .executeTakeFirst())
  );
}
