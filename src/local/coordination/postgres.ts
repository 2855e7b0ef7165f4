import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { DatabaseUnavailable } from '../store/postgres/errors.js';
import { connectionConfig, loadPg } from '../store/postgres/pool.js';
import { type Coordinator, ProcessLocks, type Release, type Topic } from './coordinator.js';

const channel = 'remote_record';
/** Milliseconds until a lock that another server holds is tried again, at first and at most. */
const firstWait = 5;
const longestWait = 100;
/** Milliseconds until a connection that was lost is made anew. */
const reconnectTime = 500;

/** The connection has advisory locks of one class, which begins with these letters, so that they differ from those of others. */
const lockClass = 'remote-record:';

/**
 * Coordinates servers through one connection of its own: locks are advisory locks of its session
 * (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS), which end with the process however it ends, and changes are
 * told with NOTIFY. Others are told of no change while the connection is lost, and so every listener is called once it is there again.
 */
export class PostgresCoordinator implements Coordinator {
  readonly #databaseUrl: string;
  readonly #server = randomUUID();
  readonly #locks = new ProcessLocks();
  readonly #listeners = new Map<string, (() => void)[]>();
  #client: Promise<Client> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  private constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
  }

  static async open(databaseUrl: string): Promise<PostgresCoordinator> {
    const coordinator = new PostgresCoordinator(databaseUrl);
    await coordinator.#connected();
    return coordinator;
  }

  async acquire(name: string): Promise<Release> {
    const local = await this.#locks.acquire(name);
    try {
      for (let wait = firstWait; ; wait = Math.min(2 * wait, longestWait)) {
        const unlock = await this.#tryLock(name);
        if (unlock) return this.#releaseOf(local, unlock);
        await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
      }
    } catch (error) {
      local();
      throw error;
    }
  }

  async tryAcquire(name: string): Promise<Release | undefined> {
    if (this.#locks.isHeld(name)) return undefined;
    const local = await this.#locks.acquire(name);
    try {
      const unlock = await this.#tryLock(name);
      if (unlock) return this.#releaseOf(local, unlock);
    } catch (error) {
      local();
      throw error;
    }
    local();
    return undefined;
  }

  publish(topic: Topic): void {
    // A listener that misses it is called once the connection is there again.
    void this.#connected()
      .then((client) => client.query('select pg_notify($1, $2)', [channel, `${this.#server} ${topic}`]))
      .catch(() => {});
  }

  subscribe(topic: Topic, listener: () => void): void {
    this.#listeners.set(topic, [...(this.#listeners.get(topic) ?? []), listener]);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const client = await this.#client?.catch(() => undefined);
    await client?.end().catch(() => {});
  }

  #releaseOf(local: () => void, unlock: () => Promise<unknown>): Release {
    return async () => {
      // With its connection, a lock has ended already.
      await unlock().catch(() => {});
      local();
    };
  }

  /** Takes an advisory lock for a name that nobody else in this process holds. */
  async #tryLock(name: string): Promise<(() => Promise<unknown>) | undefined> {
    const client = await this.#connected();
    const key = lockClass + name;
    try {
      const { rows } = await client.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as taken', [key]);
      if (rows[0]?.taken !== true) return undefined;
    } catch (error) {
      throw new DatabaseUnavailable('The database cannot be reached at the moment: repeat the request later.', { cause: error });
    }
    return () => client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]);
  }

  #connected(): Promise<Client> {
    if (this.#isClosed) return Promise.reject(new Error('The platform is closed.'));
    this.#client ??= this.#connect().catch((error) => {
      this.#lost();
      throw new DatabaseUnavailable('The database cannot be reached at the moment: repeat the request later.', { cause: error });
    });
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const pg = await loadPg();
    const client = new pg.Client({ ...connectionConfig(pg, this.#databaseUrl), application_name: 'remote-record coordination' });
    client.on('error', () => this.#lost());
    client.on('end', () => this.#lost());
    client.on('notification', ({ payload = '' }) => {
      const [server, topic = ''] = payload.split(' ');
      if (server !== this.#server) this.#tell(topic);
    });
    await client.connect();
    await client.query(`listen ${channel}`);
    for (const topic of this.#listeners.keys()) this.#tell(topic);
    return client;
  }

  #lost(): void {
    this.#client = undefined;
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connected().catch(() => {}), reconnectTime);
    this.#timer.unref();
  }

  #tell(topic: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }
}
