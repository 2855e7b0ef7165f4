import type { Deletions } from '../persistence/deletion-log.js';
import type { Deletion, Origin } from '../persistence/deletions.js';
import { unlessAborted } from '../support/abort.js';

/** The deletes that move the records of a search. */
export interface Shifts {
  readonly log: Deletions;
  /** The path of the class whose records are searched. */
  readonly root: string | undefined;
}

const nothing: ReadonlySet<string> = new Set();

/** How many pages of ids are kept where there are saves, for nobody knows which records they took out of the list. */
export const pagesWithSaves = 50;

/**
 * What a walk has seen up to the end of one page. When records of it are deleted, those behind them move forward, and the next page is to be
 * asked for where they have gone.
 */
export class Trail {
  readonly origin: Origin;
  readonly #shifts: Shifts | undefined;
  /** From when on deletes count: those before are in what the platform sent. */
  readonly #moment: number;
  /** What was seen last, by id: as many as a page has, or more where there are saves, and then this page. */
  readonly ids: readonly string[];
  /** How many records the platform sends as a page. */
  readonly size: number;

  constructor(origin: Origin, shifts: Shifts | undefined, moment: number, ids: readonly string[], size: number) {
    this.origin = origin;
    this.#shifts = shifts;
    this.#moment = moment;
    this.ids = ids;
    this.size = size;
  }

  /** Now, to be handed to `next()`. */
  get moment(): number {
    return this.#shifts?.log.moment ?? 0;
  }

  /** The trail up to the end of the page behind this one, or of the first page. */
  next(moment: number, ids: readonly string[], length: number, isFirst: boolean): Trail {
    if (!this.#shifts) return new Trail(this.origin, undefined, 0, [], this.size);
    const size = Math.max(length, isFirst ? 0 : this.size);
    const kept = this.saves > 0 ? size * pagesWithSaves : size;
    const origin = isFirst ? this.origin : { ...this.origin, depth: this.origin.depth + 1 };
    const gone = this.gone();
    const before = this.ids.filter((id) => !gone.has(id));
    return new Trail(origin, this.#shifts, moment, [...before.slice(Math.max(0, before.length - kept)), ...ids], size);
  }

  /** What was seen and has been deleted since. */
  gone(): ReadonlySet<string> {
    const done = this.#shifts?.log.since(this.#moment) ?? [];
    if (done.length === 0) return nothing;
    const seen = new Set(this.ids);
    return new Set(done.filter((deletion) => this.#hasSeen(deletion, seen)).map(({ id }) => id));
  }

  /** The same, once the deletes under way have ended. */
  async settled(signal?: AbortSignal): Promise<ReadonlySet<string>> {
    const pending = this.#shifts?.log.pending;
    while (pending && pending.size > 0) {
      const seen = new Set(this.ids);
      const own = [...pending].filter(([, deletion]) => this.#hasSeen(deletion, seen)).map(([end]) => end);
      if (own.length === 0) break;
      await unlessAborted(Promise.allSettled(own), signal).catch(() => undefined);
      if (signal?.aborted) break; // the request tells of it
      // Whoever deletes is told before the walk goes on.
      await Promise.resolve();
    }
    return this.gone();
  }

  /**
   * How many of the records that were seen may have left the list when it has become shorter: those at hand, or as many as were saved. More
   * than that must have been further on.
   *
   * @param saves How many saves there were when the list was longer.
   */
  mayHaveLeft(fewer: number, saves: number): number {
    return this.#shifts ? Math.min(fewer, Math.max(this.ids.length, this.saves - saves)) : 0;
  }

  /** How many saves the records of the class have had. */
  get saves(): number {
    return this.#shifts?.log.saves(this.#shifts.root) ?? 0;
  }

  #hasSeen({ id, root, origin }: Deletion, seen: ReadonlySet<string>): boolean {
    if (origin?.source === this.origin.source) return origin.depth <= this.origin.depth;
    return root === this.#shifts?.root && seen.has(id);
  }
}
