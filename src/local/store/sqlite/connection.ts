import type { DatabaseConnection, Driver, QueryResult } from 'kysely';
import type { Row } from '../store.js';

/** A prepared statement. */
export interface PreparedStatement {
  /** Whether it gives rows. */
  readonly reader: boolean;
  all(parameters: readonly unknown[]): Row[];
  /** The first row, for a third of what `all` takes. */
  first(parameters: readonly unknown[]): Row | undefined;
  /** The number of rows that it changes. */
  run(parameters: readonly unknown[]): number;
}

/** A database whose statements run at once. */
export interface SyncDatabase {
  /** A number that is another one after each write to a table. */
  versionOf(table: string): number;
  prepare(text: string): PreparedStatement;
  begin(): void;
  commit(): void;
  /** Ends a transaction, if it is still open. */
  rollback(): void;
  close(): void;
}

/** The only connection of a database, used by one query or transaction at a time, in the order in which they ask for it. */
export class Connection {
  readonly database: SyncDatabase;
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  constructor(database: SyncDatabase) {
    this.database = database;
  }

  /** Whether somebody uses it. */
  get isTaken(): boolean {
    return this.#taken;
  }

  async acquire(): Promise<void> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#taken = true;
  }

  release(): void {
    const next = this.#waiting.shift();
    // It stays taken: whoever asks before the next one runs has to wait.
    if (next) next();
    else this.#taken = false;
  }

  /** Runs some work at once, or when those that came before are done with the connection. */
  async inTurn<Result>(work: () => Result): Promise<Result> {
    if (!this.#taken) return work();
    await this.acquire();
    try {
      return work();
    } finally {
      this.release();
    }
  }
}

/** Kysely's driver over a connection that statements use as well. */
export class ConnectionDriver implements Driver, DatabaseConnection {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#connection.acquire();
    return this;
  }

  async releaseConnection(): Promise<void> {
    this.#connection.release();
  }

  async beginTransaction(): Promise<void> {
    this.#connection.database.begin();
  }

  async commitTransaction(): Promise<void> {
    this.#connection.database.commit();
  }

  async rollbackTransaction(): Promise<void> {
    this.#connection.database.rollback();
  }

  async executeQuery<Row>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }): Promise<QueryResult<Row>> {
    const statement = this.#connection.database.prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) as Row[] };
    return { numAffectedRows: BigInt(statement.run(parameters)), rows: [] };
  }

  // biome-ignore lint/correctness/useYield: the platform reads no query row by row
  async *streamQuery(): AsyncGenerator<never> {
    throw new Error('Queries are not streamed.');
  }

  async destroy(): Promise<void> {
    this.#connection.database.close();
  }
}
