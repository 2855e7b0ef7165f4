import { createRequire } from 'node:module';

/**
 * The parts of Kysely that the platform uses. Its nearly 300 modules are the longest part of a cold start; as CommonJS
 * they load in two thirds of the time.
 */
export const { Kysely, Migrator, SqliteAdapter, SqliteDialect, SqliteDriver, sql } = createRequire(import.meta.url)(
  'kysely',
) as typeof import('kysely');
