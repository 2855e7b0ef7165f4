import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
// The package as it is built takes a third of the time to load, and a process that is killed every few seconds spends most of its time on that.
import { runMany } from 'remote-record';
import { Durable, type DurableOptions } from 'remote-record/durable';
import { Moderately, type ModeratelyOptions, PipelineConfigurationVersion, type PipelineExecution } from 'remote-record/moderately';

/** What a process is to do: start runs from one number up to another, follow runs, or both. */
export interface Job {
  store: DurableOptions;
  options: ModeratelyOptions;
  versionId: string;
  /** Where the calls of handlers are noted, a line each. */
  log: string;
  starts?: [from: number, to: number];
  follows: boolean;
  /** Whether it goes on when all have ended. */
  stays?: boolean;
  concurrency: number;
  /** The statement that notes in the transaction which key has ended, or `unknown` and the key whose outcome was told to be unknown. */
  insert: string;
}

/** How many runs are started before the process tells that it has. */
const stretch = 500;

/** Opens the store, as soon as its database is there. */
async function opened(store: DurableOptions): Promise<Durable> {
  for (let left = 60; ; left--) {
    try {
      return await Durable.open({ ...store, onError: () => undefined });
    } catch (error) {
      if (left === 0) throw error;
    }
    await sleep(500);
  }
}

/** A process of its own. It tells when it is ready, up to which number it has started runs, when it has started all, and when all have ended; it may be killed at any time. */
process.once('message', async (job: Job) => {
  const mai = new Moderately(job.options);
  const durable = await opened(job.store);
  const note = (kind: string, key: string | null): void => appendFileSync(job.log, `${kind} ${key}\n`);
  durable.on<PipelineExecution>(
    'report',
    async ({ key, transaction }) => {
      note('ended', key);
      await transaction.execute(job.insert, [key]);
    },
    {
      async onUnknown({ key, transaction }) {
        note('unknown', key);
        await transaction.execute(job.insert, [`unknown ${key}`]);
      },
      onFailure: ({ key }) => note('failed', key),
      maxDelay: 1,
    },
  );
  mai.on('request', ({ method, url }) => {
    if (method === 'GET' && new URL(url).pathname === '/pipeline-executions') note('list', 'of ids');
  });
  if (job.follows) await durable.start({ connections: [mai], concurrency: job.concurrency });
  process.send?.('ready');
  if (job.starts) {
    const [from, to] = job.starts;
    const version = mai.bind(PipelineConfigurationVersion).fromDict({ pipelineConfigurationVersionId: job.versionId });
    const numbers = Array.from({ length: to - from }, (_, index) => from + index);
    const start = (n: number) =>
      // Every other one is protected by a key. The others are never sent twice.
      durable.run(
        version,
        { in: n },
        { handler: 'report', key: `k${n}`, ...(n % 2 === 0 && { idempotencyKey: `key-${n}-${process.ppid}` }) },
      );
    for (let done = 0; done < numbers.length; done += stretch) {
      for await (const outcome of runMany(numbers.slice(done, done + stretch), start, { concurrency: 20 })) {
        if (outcome.status === 'rejected') note('refused', `k${outcome.input}`);
      }
      process.send?.({ next: Math.min(to, from + done + stretch) });
    }
    process.send?.('started');
  }
  if (job.stays) return;
  if (job.follows) {
    await durable.idle();
    process.send?.('idle');
  }
  await durable.close();
  await mai.close();
  process.disconnect?.();
});
