import { kysely } from '../kysely.js';
import { quoted } from '../statements.js';
import type { Row, Statement, StatementRunner, Store } from '../store.js';
import type { Connections } from './pool.js';
import { countOfTeam } from './row-counts.js';

/** What one statement gives. */
export interface Result {
  rows: Row[];
  changed: number;
}

/** Sends one statement, with `$1`, `$2` and so on for its parameters. */
export type Send = (text: string, parameters: readonly unknown[]) => Promise<Result>;

const mostKept = 1000;
const texts = new Map<string, string>();

/** A statement with `?` for its parameters as PostgreSQL has it: with `$1`, `$2` and so on. */
function numbered(text: string): string {
  let known = texts.get(text);
  if (known !== undefined) return known;
  let count = 0;
  known = text.replace(/'(?:[^']|'')*'|\?/g, (part) => (part === '?' ? `$${++count}` : part));
  if (texts.size >= mostKept) texts.clear();
  texts.set(text, known);
  return known;
}

abstract class Statements implements StatementRunner {
  protected abstract send(text: string, parameters: readonly unknown[]): Promise<Result>;
  /** Whether what is sent is in a transaction. */
  protected abstract readonly isTransaction: boolean;
  abstract executeAll(statements: readonly Statement[]): Promise<void>;

  async rows(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    return (await this.send(numbered(text), parameters)).rows;
  }

  async row(text: string, parameters: readonly unknown[]): Promise<Row | undefined> {
    return (await this.rows(text, parameters))[0];
  }

  async execute({ text, parameters }: Statement): Promise<number> {
    return (await this.send(numbered(text), parameters)).changed;
  }

  async count(table: string, conditions: string, parameters: readonly unknown[]): Promise<number> {
    const send: Send = (text, values) => this.send(text, values);
    const kept = await countOfTeam(send, this.isTransaction ? undefined : send, table, conditions, parameters);
    if (kept !== undefined) return kept;
    return Number((await this.row(`select count(*) as total from ${quoted(table)} where ${conditions}`, parameters))?.total);
  }
}

/** Runs statements on any connection. */
export class PoolStatements extends Statements {
  protected readonly isTransaction = false;
  readonly #connections: Connections;

  constructor(connections: Connections) {
    super();
    this.#connections = connections;
  }

  protected async send(text: string, parameters: readonly unknown[]): Promise<Result> {
    const { rows, rowCount } = await this.#connections.query(text, parameters);
    return { rows, changed: rowCount ?? 0 };
  }

  async executeAll(statements: readonly Statement[]): Promise<void> {
    if (statements.length === 0) return;
    await this.#connections.transaction(async (client) => {
      for (const { text, parameters } of statements) await client.query(numbered(text), parameters);
    });
  }
}

/** Runs statements in a transaction. */
export class TransactionStatements extends Statements {
  protected readonly isTransaction = true;
  readonly #transaction: Store;

  constructor(transaction: Store) {
    super();
    this.#transaction = transaction;
  }

  protected async send(text: string, parameters: readonly unknown[]): Promise<Result> {
    const query = kysely().CompiledQuery.raw(text, [...parameters]);
    const { rows, numAffectedRows = 0n } = await this.#transaction.executeQuery<Row>(query);
    return { rows, changed: Number(numAffectedRows) };
  }

  async executeAll(statements: readonly Statement[]): Promise<void> {
    for (const each of statements) await this.execute(each);
  }
}
