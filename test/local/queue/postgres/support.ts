import {
  openPostgresQueue,
  type PostgresJobQueue,
  type PostgresQueueOptions,
} from '../../../../src/local/queue/postgres/postgres-queue.js';
import type { JobEnd } from '../../../../src/local/queue/queue.js';
import { createIdGenerator } from '../../../../src/local/store/ids.js';
import { openPostgres } from '../../../../src/local/store/postgres/database.js';
import type { Connections } from '../../../../src/local/store/postgres/pool.js';
import { rowsOf } from '../../../../src/local/store/statements.js';
import type { Store } from '../../../../src/local/store/store.js';
import { type PostgresServer, startPostgres } from '../../../support/services/postgres.js';

/** A process on the database, as far as its queue is concerned. */
export interface Process {
  store: Store;
  connections: Connections;
  queue: PostgresJobQueue;
}

/** A PostgreSQL server for the tests of one `describe`, with a new database for each of them, on which queues are opened. */
export function usePostgresQueues() {
  const used = {} as { server: PostgresServer; url: string };
  const opened: Process[] = [];
  let count = 0;
  before(async function () {
    this.timeout(120_000);
    used.server = await startPostgres();
  });
  after(() => used.server?.stop());
  beforeEach(async () => {
    used.url = await used.server.createDatabase(`queue_${count++}`);
  });
  afterEach(async () => {
    for (const { queue } of opened) await queue.stop();
    for (const { store } of opened.splice(0)) await store.destroy();
  });

  async function open(options: Partial<PostgresQueueOptions> = {}): Promise<Process> {
    const { store, connections } = await openPostgres(used.url, options.concurrency ?? 8);
    const queue = await openPostgresQueue(used.url, store, connections, {
      newId: createIdGenerator(Date.now),
      teamExecutions: 10_000,
      ...options,
    });
    const process = { store, connections, queue };
    opened.push(process);
    return process;
  }
  return { used, open };
}

/** Writes that something is so, as the end of a job. */
export const note = (key: string): JobEnd => [{ text: 'insert into settings values (?, ?)', parameters: [key, ''] }];

export async function notes({ store }: Process): Promise<string[]> {
  return (await rowsOf<{ key: string }>(store, 'select key from settings order by key', [])).map(({ key }) => key);
}

export async function jobs({ store }: Process): Promise<{ jobId: string; subjectId: string; workerId: string | null; attempts: number }[]> {
  return await rowsOf(store, 'select * from "workerJobs" order by turn, "jobId"', []);
}
