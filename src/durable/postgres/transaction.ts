import type { Pool, PoolClient } from 'pg';
import { ClaimLostError } from '../claim-lost.js';
import type { Fence, StoreTransaction } from '../store.js';
import { refuseEnding, tooLate } from '../transaction-statements.js';

/** How the transaction of a handler ends. */
export interface TransactionEnds {
  /** Writes the end of the run. False when the claim was lost. */
  write(client: PoolClient): Promise<boolean>;
  /** Ends the session of a client at the server. */
  terminate(client: PoolClient): Promise<void>;
}

/** The transaction of a handler. It begins when it is first used. */
export class PostgresTransaction implements StoreTransaction {
  readonly isExclusive = false;
  readonly #pool: Pool;
  readonly #fence: Fence;
  readonly #ends: TransactionEnds;
  #client: Promise<PoolClient> | null = null;
  /** How many statements may be in progress, which a further one would wait for. */
  #inProgress = 0;
  #isDone = false;

  constructor(pool: Pool, fence: Fence, ends: TransactionEnds) {
    this.#pool = pool;
    this.#fence = fence;
    this.#ends = ends;
  }

  get isOpen(): boolean {
    return this.#client !== null && !this.#isDone;
  }

  async execute(sql: string, parameters: readonly unknown[]): Promise<Record<string, unknown>[]> {
    refuseEnding(sql);
    const client = await this.#open();
    this.#inProgress++;
    const { rows } = await client.query(sql, [...parameters]).finally(() => this.#inProgress--);
    return rows as Record<string, unknown>[];
  }

  async client(): Promise<PoolClient> {
    const client = await this.#open();
    // What the handler does with it is not known here.
    this.#inProgress++;
    return client;
  }

  async #open(): Promise<PoolClient> {
    if (this.#isDone) throw tooLate();
    this.#client ??= this.#begin();
    const client = await this.#client;
    if (this.#isDone) throw tooLate();
    return client;
  }

  async commitEnd(): Promise<boolean> {
    const client = await this.#client!;
    this.#isDone = true;
    try {
      const isWritten = await this.#ends.write(client);
      await client.query(isWritten ? 'commit' : 'rollback');
      client.release();
      return isWritten;
    } catch (error) {
      // A connection in an unknown state is not used again, and the server undoes what it has not committed.
      client.release(true);
      throw error;
    }
  }

  async rollback(): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    const client = await this.#client?.catch(() => undefined);
    if (!client) return;
    let isReusable = false;
    try {
      // The server would notice no sooner than at the end of a statement that nobody waits for it.
      if (this.#inProgress > 0) await this.#ends.terminate(client);
      else {
        await client.query('rollback');
        isReusable = true;
      }
    } finally {
      client.release(!isReusable);
    }
  }

  /** The run is not locked, so that others can take it over while a handler hangs: what counts is whether the claim holds in the end. */
  async #begin(): Promise<PoolClient> {
    const client = await this.#pool.connect();
    const { id, owner, epoch } = this.#fence;
    try {
      // Without a listener, a connection that breaks while nothing is executed would end the process.
      if (client.listenerCount('error') < 2) client.on('error', () => undefined);
      await client.query('begin');
      const { rowCount } = await client.query('select 1 from durable_runs where id = $1 and owner = $2 and epoch = $3', [id, owner, epoch]);
      if (rowCount === 0) throw new ClaimLostError(id);
    } catch (error) {
      client.release(true);
      throw error;
    }
    return client;
  }
}
