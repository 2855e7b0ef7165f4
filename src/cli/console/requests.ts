import type { Connection } from '../../index.js';
import type { Style } from '../output/style.js';
import { type Column, renderTable } from '../output/table.js';

/** A request as `.requests` lists it. */
interface Sent {
  method: string;
  url: string;
  /** Undefined while there is no response. */
  status?: number;
  /** Milliseconds until the response. */
  elapsedMs?: number;
}

/** How many requests are kept. */
const capacity = 100;

/** The latest requests of a connection, as its events tell of them: without keys. */
export class RequestList {
  readonly #sent: Sent[] = [];
  /** Left out of what is listed. */
  readonly #origin: string;

  constructor(connection: Connection) {
    this.#origin = new URL(connection.environment.baseUrl).origin;
    connection.on('request', ({ method, url }) => {
      if (this.#sent.length >= capacity) this.#sent.shift();
      this.#sent.push({ method, url });
    });
    connection.on('response', ({ method, url, status, elapsedMs }) => {
      const sent = this.#sent.find((each) => each.status === undefined && each.method === method && each.url === url);
      if (sent) Object.assign(sent, { status, elapsedMs });
    });
  }

  /** The last `count` requests, oldest first. */
  table(count: number, options: { width: number; style: Style }): string {
    if (this.#sent.length === 0) return 'No requests yet.';
    const columns: Column<Sent>[] = [
      { title: 'method', value: ({ method }) => method },
      { title: 'status', value: ({ status }) => status ?? 'none' },
      { title: 'ms', value: ({ elapsedMs }) => (elapsedMs === undefined ? '' : Math.round(elapsedMs)) },
      { title: 'url', value: ({ url }) => (url.startsWith(`${this.#origin}/`) ? url.slice(this.#origin.length) : url) },
    ];
    return renderTable(columns, this.#sent.slice(Math.max(0, this.#sent.length - count)), { ...options, keepAll: true });
  }
}
