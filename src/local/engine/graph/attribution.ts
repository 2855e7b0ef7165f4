import type { EngineServices, Row, RunActivity } from '../types.js';
import { Table } from '../values/table.js';
import type { Node } from './graph.js';

/**
 * Attributes the time of a run to its blocks. Rows are read while a later block works, so the block that works changes with each
 * row: the producer does from the request for a row until it arrives, then the reader.
 */
export class Attribution {
  readonly #indices: ReadonlyMap<Node, number>;
  readonly #services: EngineServices;
  readonly #activity: RunActivity;
  readonly #working = new Set<Node>();

  constructor(nodes: readonly Node[], services: EngineServices, activity: RunActivity) {
    this.#indices = new Map(nodes.map((node, index) => [node, index]));
    this.#services = services;
    this.#activity = activity;
    activity.blocks(nodes.map(({ id, type }) => ({ id, type })));
  }

  enter(node: Node): void {
    this.#working.add(node);
    this.#activity.enter(this.#indices.get(node));
  }

  /** A block is finished: what comes next is the work of another one. */
  leave(node: Node): void {
    this.#working.delete(node);
    const [other] = this.#working;
    if (other) this.enter(other);
  }

  /** Rows on their way from one block to another; any other value is undefined. */
  between(producer: Node, reader: Node, value: unknown): Table | undefined {
    if (!(value instanceof Table)) return undefined;
    const from = this.#indices.get(producer);
    const to = this.#indices.get(reader);
    const enter = (): void => this.#activity.enter(to);
    const open = (): AsyncIterable<Row> => ({
      [Symbol.asyncIterator]: () => {
        const rows = value[Symbol.asyncIterator]();
        return {
          next: () => {
            this.#activity.enter(from);
            const next = rows.next();
            // Registered before the reader waits, so that nothing else runs in between.
            next.then(enter, enter);
            return next;
          },
          return: (result) => rows.return?.(result) ?? Promise.resolve({ done: true, value: result }),
        };
      },
    });
    return new Table(value.columns, open, value.reopens);
  }

  /** The services of a block: while it waits for a language model, it does not work. */
  servicesOf(node: Node): EngineServices {
    const send = this.#services.fetch ?? fetch;
    return {
      ...this.#services,
      fetch: async (...request) => {
        this.#activity.enter(undefined);
        try {
          return await send(...request);
        } finally {
          this.enter(node);
        }
      },
    };
  }
}
