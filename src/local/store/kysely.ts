import { createRequire } from 'node:module';

/**
 * Kysely, as far as the platform calls it. It consists of nearly 300 modules, which load in two thirds of the time as
 * CommonJS: no other part of a cold start takes as long.
 */
export const { Kysely, Migrator, SqliteAdapter, SqliteDialect, sql } = createRequire(import.meta.url)('kysely') as typeof import('kysely');
