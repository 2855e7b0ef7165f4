import { pathOf } from '../fields/effective-options.js';
import { type Deletion, deletionOf, logOf, logs } from './deletions.js';

/** More than this many are forgotten, the oldest first: walks ask for those of one page. */
const longest = 20_000;

/** The deletes on one connection, which move the records behind them forward in every list, and how many saves there were. */
export class Deletions {
  #done: Deletion[] = [];
  #forgotten = 0;
  #saved = new Map<string, number>();
  /** The deletes whose requests are under way, and their ends. */
  readonly pending = new Map<Promise<unknown>, Deletion>();

  /** A moment to count from. */
  get moment(): number {
    return this.#forgotten + this.#done.length;
  }

  since(moment: number): readonly Deletion[] {
    return this.#done.slice(Math.max(0, moment - this.#forgotten));
  }

  /** How many saves the records below a path have had: they may move records too, or take them out of a list. */
  saves(root: string | undefined): number {
    return root === undefined ? 0 : (this.#saved.get(root) ?? 0);
  }

  addSave(root: string): void {
    this.#saved.set(root, this.saves(root) + 1);
  }

  add(deletion: Deletion): void {
    this.#done.push(deletion);
    if (this.#done.length <= longest) return;
    this.#forgotten += longest / 2;
    this.#done = this.#done.slice(longest / 2);
  }
}

/** The deletes on a connection, noted from the first call on. */
export function deletionsOn(connection: object): Deletions {
  const log = logs.get(connection) ?? new Deletions();
  logs.set(connection, log);
  return log;
}

/** Notes that an update of a record is sent. */
export function noteSaved(record: object): void {
  logOf(record)?.addSave(pathOf(record.constructor));
}

/** Notes that a record is being deleted until that has ended, in whichever way. */
export async function deleting<T>(record: { id: unknown }, task: () => Promise<T>): Promise<T> {
  const log = logOf(record);
  const deletion = log && deletionOf(record);
  const work = task();
  if (!deletion) return work;
  log.pending.set(work, deletion);
  try {
    return await work;
  } finally {
    log.pending.delete(work);
  }
}
