import { ConfigurationError } from '#front';
import { ClaimLostError } from '../claim-lost.js';
import { fenced } from '../rows.js';
import type { Fence, StoreTransaction } from '../store.js';
import { refuseEnding, tooLate } from '../transaction-statements.js';
import type { OwnTransaction, SqliteDatabase, Statements } from './database.js';

/** The transaction of a handler. It begins with the first statement, so that a handler without one holds no lock. */
export class SqliteTransaction implements StoreTransaction {
  readonly isExclusive = true;
  readonly #database: SqliteDatabase;
  readonly #fence: Fence;
  readonly #writeEnd: (statements: Statements) => boolean;
  #own: Promise<OwnTransaction> | null = null;
  #isDone = false;

  constructor(database: SqliteDatabase, fence: Fence, writeEnd: (statements: Statements) => boolean) {
    this.#database = database;
    this.#fence = fence;
    this.#writeEnd = writeEnd;
  }

  get isOpen(): boolean {
    return this.#own !== null && !this.#isDone;
  }

  async execute(sql: string, parameters: readonly unknown[]): Promise<Record<string, unknown>[]> {
    refuseEnding(sql);
    if (this.#isDone) throw tooLate();
    this.#own ??= this.#begin();
    const { statements } = await this.#own;
    if (this.#isDone) throw tooLate();
    return statements.once(sql, parameters);
  }

  client(): Promise<never> {
    return Promise.reject(
      new ConfigurationError(
        'transaction.client: it is a client of pg with { databaseUrl }. With { dataDir } there is transaction.execute().',
      ),
    );
  }

  async commitEnd(): Promise<boolean> {
    const own = await this.#own!;
    this.#isDone = true;
    let isWritten: boolean;
    try {
      isWritten = this.#writeEnd(own.statements);
    } catch (error) {
      own.rollback();
      throw error;
    }
    if (isWritten) own.commit();
    else own.rollback();
    return isWritten;
  }

  async rollback(): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    const own = await this.#own?.catch(() => undefined);
    own?.rollback();
  }

  async #begin(): Promise<OwnTransaction> {
    const own = await this.#database.begin();
    const { id, owner, epoch } = this.#fence;
    try {
      if (own.statements.all(`select 1 from durable_runs where ${fenced}`, id, owner, epoch).length === 0) throw new ClaimLostError(id);
    } catch (error) {
      own.rollback();
      throw error;
    }
    return own;
  }
}
