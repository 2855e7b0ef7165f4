import type { DialectAdapter } from 'kysely';
import { kysely } from '../kysely.js';
import type { Tables } from '../schema.js';
import { type RunnerHolder, runnerKey, type StatementRunner, type Store } from '../store.js';
import { Connection, ConnectionDriver, type SyncDatabase } from './connection.js';
import { SqliteStatements } from './statements.js';

interface Runners {
  ofStore: StatementRunner;
  ofTransactions: StatementRunner;
}

/** Kysely's adapter of SQLite, with what runs statements. A transaction has the adapter of its store. */
function adapterOf(runners: Runners): DialectAdapter {
  class Adapter extends kysely().SqliteAdapter implements RunnerHolder {
    [runnerKey](): StatementRunner {
      return runners.ofTransactions;
    }

    /** SQLite supports DDL in transactions, so that a failed migration leaves nothing behind; Kysely assumes it does not. */
    override get supportsTransactionalDdl(): boolean {
      return true;
    }
  }
  return new Adapter();
}

function queryBuilder(connection: Connection, runners: Runners): Store {
  const { Kysely, SqliteIntrospector, SqliteQueryCompiler } = kysely();
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => adapterOf(runners),
      createDriver: () => new ConnectionDriver(connection),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

/** A store over a database, which loads Kysely with the first query that is built. */
export function createStore(database: SyncDatabase): Store {
  const connection = new Connection(database);
  const runners = { ofStore: new SqliteStatements(connection, false), ofTransactions: new SqliteStatements(connection, true) };
  let built: Store | undefined;
  const destroy = async (): Promise<void> => (built ? await built.destroy() : database.close());
  const runner = () => runners.ofStore;
  return new Proxy({} as Store, {
    get(_, name) {
      if (name === runnerKey) return runner;
      if (name === 'isTransaction') return false;
      // What has it is taken for a promise.
      if (name === 'then') return undefined;
      if (name === 'destroy') return destroy;
      built ??= queryBuilder(connection, runners);
      const value: unknown = Reflect.get(built, name, built);
      return typeof value === 'function' ? value.bind(built) : value;
    },
  });
}
