import type { DialectAdapter, Kysely } from 'kysely';
import { Connection, ConnectionDriver, type SyncDatabase } from './connection.js';
import { kysely } from './kysely.js';
import type { Tables } from './schema.js';

/** The database, typed by its tables. */
export type Store = Kysely<Tables>;

const connectionKey = Symbol('connection');

/** Kysely's adapter of SQLite, with the connection. A transaction has the adapter of its store. */
function adapterOf(connection: Connection): DialectAdapter {
  class Adapter extends kysely().SqliteAdapter {
    readonly [connectionKey] = connection;

    /** SQLite supports DDL in transactions, so that a failed migration leaves nothing behind; Kysely assumes it does not. */
    override get supportsTransactionalDdl(): boolean {
      return true;
    }
  }
  return new Adapter();
}

function queryBuilder(connection: Connection): Store {
  const { Kysely, SqliteIntrospector, SqliteQueryCompiler } = kysely();
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => adapterOf(connection),
      createDriver: () => new ConnectionDriver(connection),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

/** A store over a database, which loads Kysely with the first query that is built. */
export function createStore(database: SyncDatabase): Store {
  const connection = new Connection(database);
  let built: Store | undefined;
  const destroy = async (): Promise<void> => (built ? await built.destroy() : database.close());
  return new Proxy({} as Store, {
    get(_, name) {
      if (name === connectionKey) return connection;
      if (name === 'isTransaction') return false;
      // What has it is taken for a promise.
      if (name === 'then') return undefined;
      if (name === 'destroy') return destroy;
      built ??= queryBuilder(connection);
      const value: unknown = Reflect.get(built, name, built);
      return typeof value === 'function' ? value.bind(built) : value;
    },
  });
}

/** The connection of a store or of a transaction. */
export function connectionOf(store: Store): Connection {
  const holder = store.isTransaction ? store.getExecutor().adapter : store;
  return (holder as unknown as { [connectionKey]: Connection })[connectionKey];
}
