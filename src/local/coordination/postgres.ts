import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { DatabaseUnavailable } from '../store/postgres/errors.js';
import { connectionConfig, endWhenLate, loadPg, noLongerThan, sendInTurn } from '../store/postgres/pool.js';
import { type Coordinator, ProcessLocks, type Release, type Topic } from './coordinator.js';

const channel = 'remote_record';
/** Milliseconds until a lock that another server holds is tried again, at first and at most. */
const firstWait = 5;
const longestWait = 100;
/** Milliseconds until a connection that was lost is made anew. */
const reconnectTime = 500;
/** Milliseconds after a connection was made anew in which no lock is taken, so that others can take those again that they had before. */
const graceTime = 2 * reconnectTime;
/** Milliseconds between two statements that find out whether the connection is still there: one that only listens would not notice. */
const pulseTime = 10_000;
/** Milliseconds that a response may take. */
const responseTime = 10_000;

/** The connection has advisory locks of one class, which begins with these letters, so that they differ from those of others. */
const lockClass = 'remote-record:';

const unavailable = (cause: unknown): DatabaseUnavailable =>
  new DatabaseUnavailable('The database cannot be reached at the moment: repeat the request later.', { cause });

/**
 * Coordinates servers through one connection of its own: locks are advisory locks of its session
 * (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS), which end with the process however it ends, and changes are
 * told with NOTIFY. When the connection is lost, its locks are taken again on the next one, unless another server was quicker; every listener
 * is called, because others may have told of changes; and others are told of what they were not told yet.
 */
export class PostgresCoordinator implements Coordinator {
  readonly #databaseUrl: string;
  readonly #server = randomUUID();
  readonly #locks = new ProcessLocks();
  readonly #held = new Set<string>();
  readonly #listeners = new Map<string, (() => void)[]>();
  readonly #unsent = new Set<Topic>();
  /** The connection, or what makes it. */
  #client: Promise<Client> | undefined;
  #wasConnected = false;
  /** Until then, by `performance.now()`, no lock is taken. */
  #grace = 0;
  #retry: NodeJS.Timeout | undefined;
  readonly #pulse: NodeJS.Timeout;
  #isClosed = false;

  private constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
    this.#pulse = setInterval(() => void this.#client?.then((client) => client.query('select 1')).catch(() => {}), pulseTime);
    this.#pulse.unref();
  }

  static async open(databaseUrl: string): Promise<PostgresCoordinator> {
    const coordinator = new PostgresCoordinator(databaseUrl);
    try {
      await coordinator.#connected();
      return coordinator;
    } catch (error) {
      await coordinator.close();
      throw error;
    }
  }

  async acquire(name: string): Promise<Release> {
    const local = await this.#locks.acquire(name);
    try {
      for (let wait = firstWait; ; wait = Math.min(2 * wait, longestWait)) {
        if (await this.#tryLock(name)) return this.#releaseOf(name, local);
        await delay(wait * (0.5 + Math.random() / 2));
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
      if (await this.#tryLock(name)) return this.#releaseOf(name, local);
    } catch (error) {
      local();
      throw error;
    }
    local();
    return undefined;
  }

  publish(topic: Topic): void {
    this.#unsent.add(topic);
    // What fails is sent on the next connection.
    void this.#connected()
      .then((client) => this.#send(client))
      .catch(() => {});
  }

  subscribe(topic: Topic, listener: () => void): void {
    this.#listeners.set(topic, [...(this.#listeners.get(topic) ?? []), listener]);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#pulse);
    const client = await this.#client?.catch(() => undefined);
    if (client) await noLongerThan(client.end());
  }

  async #send(client: Client): Promise<void> {
    for (const topic of [...this.#unsent]) {
      this.#unsent.delete(topic);
      try {
        await client.query('select pg_notify($1, $2)', [channel, `${this.#server} ${topic}`]);
      } catch (error) {
        this.#unsent.add(topic);
        throw error;
      }
    }
  }

  #releaseOf(name: string, local: () => void): Release {
    return async () => {
      if (!this.#held.delete(name)) return;
      // Without a connection there is no lock.
      await this.#client
        ?.then((client) => client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [lockClass + name]))
        .catch(() => {});
      local();
    };
  }

  /** Takes an advisory lock for a name that nobody else in this process holds. Gives whether it was free. */
  async #tryLock(name: string): Promise<boolean> {
    const client = await this.#connected();
    const wait = this.#grace - performance.now();
    if (wait > 0) await delay(wait);
    try {
      if (!(await lock(client, name))) return false;
    } catch (error) {
      throw unavailable(error);
    }
    this.#held.add(name);
    return true;
  }

  #connected(): Promise<Client> {
    if (this.#isClosed) return Promise.reject(new Error('The platform is closed.'));
    if (this.#client) return this.#client;
    // An old connection may say that it has ended when there is a new one.
    const lost = (): void => {
      if (this.#client === connecting) this.#lost();
    };
    const connecting = this.#connect(lost).catch((error: unknown) => {
      lost();
      throw unavailable(error);
    });
    this.#client = connecting;
    return connecting;
  }

  async #connect(lost: () => void): Promise<Client> {
    const pg = await loadPg();
    const client = new pg.Client({
      ...connectionConfig(pg, this.#databaseUrl),
      application_name: 'remote-record coordination',
      query_timeout: responseTime,
    });
    endWhenLate(client);
    sendInTurn(client);
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload = '' }) => {
      const [server, topic = ''] = payload.split(' ');
      if (server !== this.#server) this.#tell(topic);
    });
    try {
      await client.connect();
      for (const name of this.#held) await lock(client, name);
      await client.query(`listen ${channel}`);
    } catch (error) {
      void client.end().catch(() => {});
      throw error;
    }
    if (this.#wasConnected) this.#grace = performance.now() + graceTime;
    this.#wasConnected = true;
    for (const topic of this.#listeners.keys()) this.#tell(topic);
    void this.#send(client).catch(() => {});
    return client;
  }

  #lost(): void {
    this.#client = undefined;
    if (this.#isClosed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connected().catch(() => {}), reconnectTime);
    this.#retry.unref();
  }

  #tell(topic: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }
}

async function lock(client: Client, name: string): Promise<boolean> {
  const { rows } = await client.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as taken', [lockClass + name]);
  return rows[0]?.taken === true;
}
