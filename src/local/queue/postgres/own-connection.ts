import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
import { DatabaseUnavailable } from '../../store/postgres/errors.js';
import { sendInTurn } from '../../store/postgres/pool.js';
import { abortChannel } from './statements.js';

/** Milliseconds until a connection that broke is replaced. */
const reconnectDelay = 1000;
/** Milliseconds that a response may take: what is sent here takes no time. */
const responseTime = 10_000;

/**
 * The connection that a process keeps for itself, so that others who use the pool do not keep it from saying that it is alive. On it the
 * process also hears which records' jobs are to be aborted. What it misses while the connection is down is polled for.
 */
export class OwnConnection {
  readonly #pool: Pool;
  readonly #heard: (subjectId: string) => void;
  #client: PoolClient | undefined;
  #retry: NodeJS.Timeout | undefined;
  #stopped = true;

  constructor(pool: Pool, heard: (subjectId: string) => void) {
    this.#pool = pool;
    this.#heard = heard;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    await this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#release();
  }

  /** Sends a statement. @throws DatabaseUnavailable while there is no connection. */
  async query<Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<QueryResult<Row>> {
    if (!this.#client) throw new DatabaseUnavailable('The connection to the database is down: it is made again.');
    // The driver takes `query_timeout` of one statement, of which its types do not know.
    const statement = { text, values: [...values], query_timeout: responseTime };
    return await this.#client.query<Row>(statement);
  }

  async #connect(): Promise<void> {
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch {
      return this.#reconnect();
    }
    // Another start may have been quicker.
    if (this.#stopped || this.#client) return client.release();
    this.#client = client;
    sendInTurn(client);
    const lost = (): void => {
      if (this.#client === client) this.#reconnect();
    };
    client.on('notification', ({ payload }) => {
      if (payload !== undefined) this.#heard(payload);
    });
    client.on('error', lost);
    client.on('end', lost);
    await client.query(`listen ${abortChannel}`).catch(lost);
  }

  /** Makes the connection anew after a while, once, however often it is told that it was lost. */
  #reconnect(): void {
    this.#release();
    if (this.#stopped || this.#retry) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#connect();
    }, reconnectDelay);
    this.#retry.unref();
  }

  /** Closes the connection: another user of the pool must not get one that listens. */
  #release(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.release(true);
  }
}
