import { AsyncResource } from 'node:async_hooks';
import { sleep } from '../../../src/durable/clock.js';
import { Durable } from '../../../src/durable/durable.js';
import type { DurableOptions } from '../../../src/durable/options.js';
import { openSqlite } from '../../../src/durable/sqlite/open.js';
import type { SqliteStore } from '../../../src/durable/sqlite/store.js';
import { APIError, BaseResource, ConnectionError, Entity, GetResourceMixin, RunnableResourceMixin } from '../../../src/index.js';
import { BaseConnection } from '../../../src/model/connection.js';
import { systemClock } from '../../../src/model/ports/clock.js';
import type { TransportRequest, TransportResponse } from '../../../src/model/ports/transport.js';
import { Poller } from '../../../src/polling/poller.js';
import { FragileProcess } from './fragile.js';
import { StepClock } from './step-clock.js';

/** What is run, at a platform that does not know idempotency keys. */
@Entity({ path: 'tasks' })
export class Task extends RunnableResourceMixin(GetResourceMixin(BaseResource)) {}

/** The same at one that does. */
@Entity({ path: 'safe-tasks', idempotency: true })
export class SafeTask extends RunnableResourceMixin(GetResourceMixin(BaseResource)) {}

/** A piece of work at the platform. */
export interface Work {
  /** What it was started with. */
  key: string;
  /** When it ends, on the monotonic clock. */
  endsAt: number;
  fails: boolean;
}

export interface Input {
  key: string;
  ms: number;
  fails: boolean;
}

/**
 * Has everything loaded that a run needs, since parts are loaded with the first use of them: the time of a world does not wait for that.
 */
async function warmUp(): Promise<void> {
  let polls = 0;
  const connection = new BaseConnection({
    baseUrl: 'https://platform.test',
    isOwn: () => true,
    clock: systemClock,
    waiter: new Poller(),
    transport: {
      close: async () => undefined,
      request: async ({ method, path }) => {
        if (method === 'POST') return { status: 200, headers: {}, body: { status: 'IN_PROGRESS', url: 'https://platform.test/runs/1' } };
        if (/runs/.test(path) && polls++ === 0) throw new ConnectionError('reset');
        return { status: 200, headers: {}, body: { id: 't1', status: 'FAILED' } };
      },
    },
  });
  for (const Class of [Task, SafeTask]) {
    const record = await connection.bind(Class).get('t1');
    const run = await record.runAsync();
    await run.wait({ waitTime: 0.01 }).catch(() => undefined);
  }
}

let isWarm: Promise<void> | undefined;

/** The platform, the database and the clock that processes share, and what really happened. */
export class World {
  readonly clock: StepClock;
  readonly works = new Map<string, Work>();
  readonly processes: Process[] = [];
  /** Calls of handlers: the keys, by the kind of call. */
  readonly calls: Record<'ended' | 'failed' | 'unknown', string[]> = { ended: [], failed: [], unknown: [] };
  readonly store: SqliteStore;
  /** By key, how often its handler throws before it succeeds. */
  readonly faults = new Map<string, number>();
  requests = 0;
  /** How many of the responses get lost on the way, from 0 to 1. */
  losses = 0.05;
  /** Whether the platform refuses to start anything. */
  refuses = false;
  readonly #byIdempotencyKey = new Map<string, string>();
  readonly #database: SqliteStore;

  private constructor(clock: StepClock, store: SqliteStore) {
    this.clock = clock;
    this.store = store;
    this.#database = store;
  }

  static async make(seed = 1): Promise<World> {
    isWarm ??= warmUp();
    await isWarm;
    const clock = new StepClock(seed);
    const store = await openSqlite(':memory:', clock);
    const world = new World(clock, store);
    await world.sql('create table effects (key text)');
    return world;
  }

  /** Executes a statement outside any run. */
  sql(text: string): Promise<Record<string, unknown>[]> {
    return this.#database.statement(text);
  }

  begin(concurrency = 10, options: Partial<DurableOptions> = {}): Process {
    const process = new Process(this, concurrency, options);
    this.processes.push(process);
    return process;
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  /** What the platform answers. */
  answer({ method, path, body, idempotencyKey }: TransportRequest): unknown {
    this.requests++;
    const [, collection, , run] = /^(?:https:\/\/platform\.test)?\/?([^/]+)\/([^/]+)(\/run)?$/.exec(path) ?? [];
    if (method === 'POST' && run) {
      if (this.refuses) throw new APIError('refused', { status: 400 } as never);
      const known = collection === 'safe-tasks' && idempotencyKey !== undefined ? this.#byIdempotencyKey.get(idempotencyKey) : undefined;
      const id = known ?? this.#start(body as Input);
      if (idempotencyKey !== undefined) this.#byIdempotencyKey.set(idempotencyKey, id);
      return { status: 'IN_PROGRESS', url: `https://platform.test/runs/${id}`, requestId: id };
    }
    const id = path.replace(/.*\//, '');
    if (collection !== 'runs') return { id };
    const work = this.works.get(id);
    if (!work) throw new APIError('no such run', { status: 404 } as never);
    if (this.clock.now() < work.endsAt) return { status: 'IN_PROGRESS', completed: false };
    return work.fails ? { status: 'FAILED', error_message: 'it failed' } : { status: 'SUCCESS', completed: true, data: work.key };
  }

  #start({ key, ms, fails }: Input): string {
    const id = `w${this.works.size}`;
    this.works.set(id, { key, endsAt: this.clock.now() + ms, fails });
    return id;
  }
}

/** One process: a connection of its own, and its part of the database, both of which it may lose at any step. */
export class Process {
  readonly fragile: FragileProcess;
  readonly durable: Durable;
  readonly connection: BaseConnection;
  readonly errors: unknown[] = [];

  constructor(world: World, concurrency: number, options: Partial<DurableOptions>) {
    const { clock } = world;
    const fragile = new FragileProcess(clock);
    this.fragile = fragile;
    this.connection = new BaseConnection({
      baseUrl: 'https://platform.test',
      isOwn: () => true,
      clock,
      waiter: new Poller(clock, () => new AsyncResource('Wait')),
      transport: {
        close: async () => undefined,
        request: (request): Promise<TransportResponse> =>
          fragile.outside(async () => {
            await sleep(clock, clock.random() * 200);
            const body = world.answer(request);
            // Some responses get lost on the way.
            if (clock.random() < world.losses)
              throw new ConnectionError('reset', { outcome: request.method === 'POST' ? 'unknown' : undefined });
            return { status: 200, headers: {}, body };
          }),
      },
    });
    this.durable = new Durable(
      fragile.over(world.store),
      { lease: 2, dataDir: 'x', ...options, onError: (error) => this.errors.push(error) },
      clock,
    );
    const call = (kind: keyof World['calls'], key: string | null): void => {
      const left = world.faults.get(key!) ?? 0;
      if (left > 0) {
        world.faults.set(key!, left - 1);
        throw new Error('the handler fails');
      }
      world.calls[kind].push(key!);
    };
    for (const name of ['plain', 'written'] as const) {
      const handle =
        (kind: keyof World['calls']) =>
        async ({ key, transaction }: Parameters<Parameters<Durable['on']>[1]>[0] | never): Promise<void> => {
          await fragile.outside(() => sleep(clock, clock.random() * 1500));
          if (name === 'written') await transaction.execute('insert into effects values (?)', [key]);
          call(kind, key);
        };
      this.durable.on(name, handle('ended'), {
        onFailure: handle('failed') as never,
        onUnknown: handle('unknown') as never,
        attempts: 30,
        maxDelay: 5,
      });
    }
    void this.durable.start({ connections: [this.connection], classes: [Task, SafeTask], concurrency });
  }

  /** Starts a run, and says how that ended; it never does if the process ends before. */
  run(handler: 'plain' | 'written', input: Input, isSafe: boolean): Promise<unknown> {
    const Class = this.connection.bind(isSafe ? SafeTask : Task);
    const task = new Class({ id: 't1' });
    return this.durable.run(task, input, { handler, key: input.key }).catch((error: unknown) => error);
  }
}
