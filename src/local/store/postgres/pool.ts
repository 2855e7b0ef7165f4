import type { Pool, PoolClient, PoolConfig, QueryResult } from 'pg';
import { importNeeded } from '../../../model/support/optional-package.js';
import type { Row } from '../store.js';
import { DatabaseUnavailable, isConnectionError, translated } from './errors.js';

type Pg = typeof import('pg');

/** Connections that a platform opens at most. */
const mostConnections = 10;
/** Milliseconds in which a connection must be there, and for which a database that restarts is waited for. */
const connectTime = 10_000;
/** Milliseconds that one statement may take. */
const statementTime = 30_000;
/** Milliseconds for which a transaction may do nothing, so that a server that hangs keeps no locks. */
const idleTransactionTime = 60_000;
/** Parameters of one statement, as the protocol counts them; SQLite has a limit as well. */
const mostParameters = 32_766;

/** Types that JavaScript has as numbers: bigint, for which this schema has no values above 2^53, and numeric, the sum of them. */
const numberTypes = [20, 1700];

/** pg, an optional package. */
export async function loadPg(): Promise<Pg> {
  const loaded = await importNeeded<Pg & { default?: Pg }>('pg', 'databaseUrl needs the package pg.');
  return loaded.default ?? loaded;
}

/** The settings of every connection to a database. */
export function connectionConfig(pg: Pg, databaseUrl: string): PoolConfig {
  const getTypeParser = ((type: number, format?: 'text') =>
    numberTypes.includes(type) ? Number : pg.types.getTypeParser(type, format)) as typeof pg.types.getTypeParser;
  return {
    connectionString: databaseUrl,
    application_name: 'remote-record',
    connectionTimeoutMillis: connectTime,
    statement_timeout: statementTime,
    idle_in_transaction_session_timeout: idleTransactionTime,
    keepAlive: true,
    types: { getTypeParser },
  };
}

function bindable(parameters: readonly unknown[]): unknown[] {
  if (parameters.length > mostParameters) throw new Error('too many SQL variables');
  return parameters.map((value) => {
    if (value === undefined) return null;
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value === 'string' && value.includes('\0')) throw new TypeError('Text with a NUL character cannot be stored.');
    return value;
  });
}

/** A connection of the pool, with parameters and errors as the rest of the platform knows them. */
class Client {
  readonly #client: PoolClient;
  #isBroken = false;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  async query<Result>(text: string, parameters: readonly unknown[] = []): Promise<QueryResult<Result & Row>> {
    try {
      return await this.#client.query<Result & Row>(text, bindable(parameters));
    } catch (error) {
      this.#isBroken ||= isConnectionError(error);
      throw translated(error);
    }
  }

  release(): void {
    this.#client.release(this.#isBroken);
  }
}

/** The connections to a database. While the database restarts, those who need one wait for it. */
export class Connections {
  readonly #pool: Pool;
  #closed: Promise<void> | undefined;

  private constructor(pool: Pool) {
    this.#pool = pool;
    // A connection that breaks while nobody uses it is replaced when the next one is needed.
    pool.on('error', () => {});
  }

  static async open(databaseUrl: string): Promise<Connections> {
    const pg = await loadPg();
    return new Connections(new pg.Pool({ ...connectionConfig(pg, databaseUrl), max: mostConnections, allowExitOnIdle: true }));
  }

  /** How many connections there are, how many of them are idle, and how many wait for one. */
  get use(): { total: number; idle: number; waiting: number; max: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { total, idle, waiting, max: mostConnections };
  }

  /** @throws DatabaseUnavailable when there is none in time. */
  async connect(): Promise<Client> {
    const deadline = Date.now() + connectTime;
    for (let wait = 50; ; wait = Math.min(2 * wait, 1000)) {
      try {
        return new Client(await this.#pool.connect());
      } catch (error) {
        // Nothing was sent yet, so that it is safe to try again.
        if (this.#closed || !isConnectionError(error) || Date.now() + wait > deadline) throw translated(error);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  /** Runs one statement. One that only reads is sent again when the connection breaks. */
  async query<Result = Row>(text: string, parameters: readonly unknown[] = []): Promise<QueryResult<Result & Row>> {
    const reads = /^\s*select\b/i.test(text);
    for (let attempt = 1; ; attempt++) {
      const client = await this.connect();
      try {
        return await client.query<Result>(text, parameters);
      } catch (error) {
        if (!(reads && attempt < 3 && error instanceof DatabaseUnavailable && isConnectionError(error.cause))) throw error;
      } finally {
        client.release();
      }
    }
  }

  async end(): Promise<void> {
    this.#closed ??= this.#pool.end();
    await this.#closed;
  }
}
