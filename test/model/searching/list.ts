import type { TransportRequest } from '../../../src/model/ports/transport.js';

interface Row {
  id: string | number;
  [key: string]: unknown;
}

export interface ListOptions {
  /** Whether the responses say how many there are. Default: true. */
  counts?: boolean;
  /** The longest page the platform sends. Default: what was asked for. */
  longest?: number;
  /** What the rows are ordered by. Default: their place. */
  order?: (one: Row, other: Row) => number;
  /** Which rows the search finds. Default: all. */
  finds?: (row: Row) => boolean;
  /** Whether deleted rows stay in the list. Default: false. */
  keeps?: boolean;
}

/** A list in pages by number, from which rows are deleted and in which they are changed. */
export class PagedList {
  rows: Row[];
  readonly asked: number[] = [];
  readonly #options: ListOptions;

  constructor(count: number, options: ListOptions = {}) {
    this.rows = Array.from({ length: count }, (_, at) => ({ id: `w${at}`, name: `n${at}`, size: at }));
    this.#options = options;
  }

  respond({ method, path, body }: TransportRequest): unknown {
    const { counts = true, longest = Number.POSITIVE_INFINITY, order, finds = () => true, keeps = false } = this.#options;
    const id = path.split('/').at(-1)!;
    const at = this.rows.findIndex((row) => String(row.id) === id);
    if (method === 'DELETE') {
      if (!keeps) this.rows.splice(at, 1);
      return {};
    }
    if (method === 'GET') return this.rows[at];
    if (method === 'PATCH') return Object.assign(this.rows[at]!, body);
    const { pageNumber, pageSize: asked } = body as { pageNumber: number; pageSize: number };
    const pageSize = Math.min(asked, longest);
    this.asked.push(pageNumber);
    const found = this.rows.filter(finds).sort(order);
    const results = structuredClone(found.slice(pageNumber * pageSize, (pageNumber + 1) * pageSize));
    const total = found.length;
    return counts ? { results, total, pageTotal: Math.ceil(total / pageSize) } : { results };
  }
}
