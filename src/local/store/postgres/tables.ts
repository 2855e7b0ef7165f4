import { migrationNames, tables } from '../new-database.js';
import { rowCountTables } from './row-counts.js';

/** The columns that are searched for a part of their text, by table. */
const searched: readonly (readonly [table: string, column: string])[] = [
  ['files', 'fileNameLower'],
  ['datasets', 'nameLower'],
  ['pipelines', 'nameLower'],
  ['agents', 'nameLower'],
  ['assets', 'nameLower'],
  ['teamUsers', 'nameLower'],
];

/**
 * Trigrams find a part of a text (https://www.postgresql.org/docs/current/pgtrgm.html). A user who may not create the extension goes without:
 * a search then reads all names of a team.
 */
const searchIndexes = `do $$ begin
    create extension if not exists pg_trgm;
    ${searched
      .map(([table, column]) => `create index "${table}_${column}_search" on "${table}" using gin ("${column}" gin_trgm_ops);`)
      .join('\n    ')}
  exception when insufficient_privilege or undefined_file or feature_not_supported or undefined_object then null;
  end $$;`;

/**
 * Indexes of text whose length is not limited, which PostgreSQL takes only up to 2,704 bytes: they have a hash of it instead. Records
 * ordered by name are sorted.
 */
const ofLongText: readonly (readonly [sqlite: string, postgres: string])[] = [
  [
    'CREATE INDEX "assets_teamId_collection_name_assetId" on "assets" ("teamId", "collection", "name", "assetId");',
    'create index "assets_name" on "assets" using hash ("name");',
  ],
  [
    'CREATE INDEX "assetFacets_facet_value_assetId" on "assetFacets" ("facet", "value", "assetId");',
    `create index "assetFacets_value" on "assetFacets" using hash ("value");
     create index "assetFacets_facet_assetId" on "assetFacets" ("facet", "assetId");`,
  ],
  [
    ', constraint "assetFacets_key" primary key ("assetId", "facet", "value"));',
    '); create unique index "assetFacets_key" on "assetFacets" ("assetId", "facet", md5("value"));',
  ],
];

const withShortIndexes = ofLongText.reduce((text, [sqlite, postgres]) => text.replace(sqlite, postgres), tables);

/**
 * What creates the tables of a new database: those of SQLite, with text that is compared by its bytes, as SQLite does, and with numbers of
 * eight bytes.
 */
export const newTables = `
  ${withShortIndexes.replaceAll(/ text\b/g, ' text collate "C"').replaceAll(/ real\b/g, ' double precision')}
  ${rowCountTables}
  ${searchIndexes}
  insert into kysely_migration (name, timestamp)
    values ${migrationNames.map((name) => `('${name}', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`).join(', ')};
  insert into kysely_migration_lock (id, is_locked) values ('migration_lock', 0);`;

/** The names of the tables, in no order. */
export const tableNames: readonly string[] = [...tables.matchAll(/create table "(\w+)"/gi)].map(([, name = '']) => name);
