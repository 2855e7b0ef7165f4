import type { Pool, PoolClient } from 'pg';
import { abortChannel } from './statements.js';

/** Milliseconds until a connection that broke is replaced. */
const reconnectDelay = 1000;

/** Hears which records' jobs are to be aborted, on a connection of its own. What it misses while the connection is down is polled for. */
export class AbortListener {
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

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#release();
  }

  async #connect(): Promise<void> {
    try {
      const client = await this.#pool.connect();
      if (this.#stopped) return client.release();
      this.#client = client;
      const again = (): void => {
        if (this.#client === client) this.#reconnect();
      };
      client.on('notification', ({ payload }) => {
        if (payload !== undefined) this.#heard(payload);
      });
      client.on('error', again);
      client.on('end', again);
      await client.query(`listen ${abortChannel}`);
    } catch {
      this.#reconnect();
    }
  }

  #reconnect(): void {
    this.#release();
    if (this.#stopped) return;
    this.#retry = setTimeout(() => void this.#connect(), reconnectDelay);
    this.#retry.unref();
  }

  /** Closes the connection: another user of the pool must not get one that listens. */
  #release(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.release(true);
  }
}
