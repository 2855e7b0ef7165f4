import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { createClock } from '../../../src/local/clock.js';
import { JobQueue, type JobRunner } from '../../../src/local/queue/queue.js';
import { createIdGenerator } from '../../../src/local/store/ids.js';
import type { JobRow } from '../../../src/local/store/schema.js';
import { inMemory, openSqlite } from '../../../src/local/store/sqlite/database.js';
import type { Store } from '../../../src/local/store/store.js';
import { deferred } from '../support/deferred.js';

export const runner = (run: JobRunner['run'], fail: JobRunner['fail'] = async () => {}): JobRunner => ({ run, fail });

/** Waits until something is so; the queue works between the turns of the event loop. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await turn();
}

/** A queue for the tests of one `describe`, a new one with its database for each of them. */
export function useQueue() {
  const used = {} as { store: Store; queue: JobQueue };
  beforeEach(async () => {
    used.store = await openSqlite(inMemory);
    used.queue = new JobQueue(used.store, { clock: createClock(Date.now), newId: createIdGenerator(Date.now) });
  });
  afterEach(async () => {
    await used.queue.stop();
    await used.store.destroy();
  });
  const jobs = (): Promise<JobRow[]> => used.store.selectFrom('jobs').selectAll().execute();
  const empty = (): Promise<void> => until(async () => (await jobs()).length === 0);

  /** Adds twenty jobs that end together, of which eight must run at once and no more. */
  async function expectEightAtOnce(addTwenty: () => Promise<void>): Promise<void> {
    let running = 0;
    let most = 0;
    const released = deferred();
    used.queue.register(
      'a',
      runner(async () => {
        most = Math.max(most, ++running);
        await released.promise;
        running--;
      }),
    );
    await addTwenty();
    await until(() => running === 8);
    for (let count = 0; count < 20; count++) await turn();
    released.resolve();
    await empty();
    expect(most).to.equal(8);
  }

  return { used, jobs, empty, expectEightAtOnce };
}
