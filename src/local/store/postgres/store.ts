import type { DialectAdapter, Transaction } from 'kysely';
import { kysely } from '../kysely.js';
import type { Tables } from '../schema.js';
import { type RunnerHolder, runnerKey, type StatementRunner, type Store } from '../store.js';
import { DatabaseUnavailable, isSerializationFailure } from './errors.js';
import type { Connections } from './pool.js';
import { PoolStatements, TransactionStatements } from './statements.js';

/** How often a transaction is run before it is given up, because others change at the same time what it reads. */
const mostAttempts = 20;
/** Milliseconds: the wait before the second attempt, which grows with each, and differs among those who wait. */
const firstWait = 2;
const longestWait = 200;

function adapterOf(): DialectAdapter {
  class Adapter extends kysely().PostgresAdapter implements RunnerHolder {
    [runnerKey](transaction: Store): StatementRunner {
      return new TransactionStatements(transaction);
    }
  }
  return new Adapter();
}

/**
 * Runs work in a transaction as if there were no others (`serializable`), as it is on SQLite: what it reads still holds when it is
 * committed. It runs again when that is not so, and may therefore only read and write the database.
 */
async function serializable<Result>(database: Store, work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction().setIsolationLevel('serializable').execute(work);
    } catch (error) {
      if (!isSerializationFailure(error)) throw error;
      if (attempt === mostAttempts) {
        throw new DatabaseUnavailable('Too many requests change the same records at once: repeat the request later.', { cause: error });
      }
    }
    const wait = Math.min(firstWait * 2 ** attempt, longestWait);
    await new Promise((resolve) => setTimeout(resolve, wait * Math.random()));
  }
}

/** A store over the connections to a PostgreSQL database. */
export function createPostgresStore(connections: Connections): Store {
  const { Kysely, PostgresDialect } = kysely();
  class Dialect extends PostgresDialect {
    override createAdapter(): DialectAdapter {
      return adapterOf();
    }
  }
  const database: Store = new Kysely<Tables>({ dialect: new Dialect({ pool: connections as never }) });
  const statements = new PoolStatements(connections);
  const runner = (): StatementRunner => statements;
  const transaction = () => ({ execute: <Result>(work: (trx: Transaction<Tables>) => Promise<Result>) => serializable(database, work) });
  const destroy = async (): Promise<void> => {
    await database.destroy();
    await connections.end();
  };
  return new Proxy(database, {
    get(target, name) {
      if (name === runnerKey) return runner;
      if (name === 'transaction') return transaction;
      if (name === 'destroy') return destroy;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
