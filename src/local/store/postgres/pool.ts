import { setTimeout as delay } from 'node:timers/promises';
import type { Client as PgClient, Pool, PoolClient, PoolConfig, QueryResult } from 'pg';
import { importNeeded } from '../../../model/support/optional-package.js';
import type { Row } from '../store.js';
import { DatabaseUnavailable, isConnectionError, isLate, isSerializationFailure, translated } from './errors.js';

type Pg = typeof import('pg');

/** Connections that a platform opens at most, beside those for the jobs that it runs at a time. */
const mostConnections = 10;
/** Milliseconds in which a connection must be there, and for which a database that restarts is waited for. */
const connectTime = 10_000;
/** Milliseconds that one statement may take. */
const statementTime = 30_000;
/** Milliseconds that a response may take: a server that can be reached has ended the statement by then, so the connection is lost. */
const responseTime = statementTime + 5000;
/** How often a statement that others stood in the way of is sent. */
const mostAttempts = 5;
/** Milliseconds for which a transaction may do nothing, so that a server that hangs keeps no locks. */
const idleTransactionTime = 60_000;
/** Milliseconds without traffic after which the system asks whether the server is still there. */
const keepAliveTime = 10_000;
/** Milliseconds that the end of connections is waited for. */
const endTime = 5000;
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
    query_timeout: responseTime,
    idle_in_transaction_session_timeout: idleTransactionTime,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveTime,
    types: { getTypeParser },
  };
}

/**
 * Ends a connection when a response does not arrive in time (`query_timeout`). The driver would send the next statement on it, whose response
 * would not arrive either.
 */
export function endWhenLate(client: PoolClient | PgClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  client.query = ((...args: unknown[]) => {
    const result = query(...args);
    if (result instanceof Promise) {
      result.catch((error: unknown) => {
        if (isLate(error)) void (client as PgClient).end();
      });
    }
    return result;
  }) as typeof client.query;
}

/** Sends each statement when the one before it is done, on a connection that several use: the driver says that it will no longer wait itself. */
export function sendInTurn(client: PoolClient | PgClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  let last: Promise<unknown> = Promise.resolve();
  client.query = ((...args: unknown[]) => {
    const result = last.then(() => query(...args));
    last = result.catch(() => {});
    return result;
  }) as typeof client.query;
}

/** Waits for connections to end, but not for long: a server that cannot be reached says nothing. */
export async function noLongerThan(ending: Promise<unknown>, milliseconds = endTime): Promise<void> {
  const waiting = new AbortController();
  await Promise.race([ending.catch(() => {}), delay(milliseconds, undefined, { signal: waiting.signal }).catch(() => {})]);
  waiting.abort();
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

/** Whether the connection was lost on which a statement was sent. */
function isLost(error: unknown): boolean {
  return error instanceof DatabaseUnavailable && isConnectionError(error.cause);
}

/** The connections to a database. While the database restarts, those who need one wait for it. */
export class Connections {
  readonly #pool: Pool;
  #closed: Promise<void> | undefined;

  private constructor(pool: Pool) {
    this.#pool = pool;
    // A connection that breaks while nobody uses it is replaced when the next one is needed.
    pool.on('error', () => {});
    // One that breaks between two statements of a transaction tells whoever sends the next.
    pool.on('connect', (client) => {
      client.on('error', () => {});
      endWhenLate(client);
    });
  }

  /** @param jobs How many jobs the platform runs at a time. */
  static async open(databaseUrl: string, jobs = 0): Promise<Connections> {
    const pg = await loadPg();
    const max = mostConnections + jobs;
    return new Connections(new pg.Pool({ ...connectionConfig(pg, databaseUrl), max, allowExitOnIdle: true }));
  }

  /** Connections whose statements may take any time, such as those that change tables of any size. */
  static async openUnlimited(databaseUrl: string): Promise<Connections> {
    const pg = await loadPg();
    // What the URL says counts more than other settings.
    const url = new URL(databaseUrl);
    url.searchParams.delete('query_timeout');
    const pool = new pg.Pool({ ...connectionConfig(pg, url.href), query_timeout: 0, allowExitOnIdle: true });
    // It is sent before anything else. The URL, the database or the user may have a limit.
    pool.on('connect', (client) => void client.query('set statement_timeout = 0').catch(() => {}));
    return new Connections(pool);
  }

  /** How many connections there are, how many of them are idle, and how many wait for one. */
  get use(): { total: number; idle: number; waiting: number; max: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { total, idle, waiting, max: this.#pool.options.max };
  }

  /** The pool itself, for graphile-worker, and for connections that listen. */
  get pool(): Pool {
    return this.#pool;
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
        await delay(wait);
      }
    }
  }

  /** Runs one statement. One that only reads is sent again when the connection breaks, any one when it was undone because of others. */
  async query<Result = Row>(text: string, parameters: readonly unknown[] = []): Promise<QueryResult<Result & Row>> {
    const reads = /^\s*select\b/i.test(text);
    for (let attempt = 1; ; attempt++) {
      const client = await this.connect();
      try {
        return await client.query<Result>(text, parameters);
      } catch (error) {
        if (!(reads && attempt < 3 && isLost(error)) && !(attempt < mostAttempts && isSerializationFailure(error))) throw error;
      } finally {
        client.release();
      }
    }
  }

  /** Runs work on one connection in a transaction, again when it was undone because of others. It may only send statements. */
  async transaction<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      const client = await this.connect();
      try {
        await client.query('begin');
        const result = await work(client);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => {});
        if (attempt === mostAttempts || !isSerializationFailure(error)) throw error;
      } finally {
        client.release();
      }
    }
  }

  async end(): Promise<void> {
    this.#closed ??= noLongerThan(this.#pool.end());
    await this.#closed;
  }
}
