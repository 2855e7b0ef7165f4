/**
 * A nightly job that outlives its process: it starts 500 executions, is killed twice, and ends complete. Each report is written once.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/04-nightly-job.js
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Durable } from 'remote-record/durable';
import { LocalPlatform } from 'remote-record/local';
import { ConfigurationBuilder, Moderately, type PipelineExecution } from 'remote-record/moderately';

const count = 500;

/** The job, in a process of its own. It can be started again at any time: what has been done is not done again. */
async function nightlyJob(account: { baseUrl: string; apiKey: string; teamId: string }, dataDir: string): Promise<void> {
  const mai = new Moderately({ ...account, idempotency: true });
  await using durable = await Durable.open({ dataDir, lease: 1 });
  durable.on<PipelineExecution, { customer: number }>('report', async ({ record, data, transaction }) => {
    const output = await record.output();
    await transaction.execute('create table if not exists reports (customer integer, text text)');
    await transaction.execute('insert into reports values (?, ?)', [data.customer, JSON.stringify(output)]);
  });
  await durable.start({ connections: [mai] });
  const pipeline = await mai.Pipeline.findBy({ nameLike: 'Report' });
  for (let customer = 1; customer <= count; customer++) {
    await durable.run(pipeline!, { customer }, { handler: 'report', data: { customer }, key: `report-${customer}` });
    process.send!(customer);
  }
  await durable.idle();
  await mai.close();
}

/** Starts the job, and kills it when it has started so many executions. */
async function begin(args: readonly string[], killedAt = Number.POSITIVE_INFINITY): Promise<void> {
  const job: ChildProcess = fork(fileURLToPath(import.meta.url), args);
  job.on('message', (customer: number) => {
    if (customer >= killedAt) job.kill('SIGKILL');
  });
  const [code, signal] = await once(job, 'exit');
  console.log(signal === null ? `the job ended with ${code}` : `the job was killed when it had started ${killedAt}`);
}

const [, , account, dataDir] = process.argv;
if (account && dataDir) {
  await nightlyJob(JSON.parse(account), dataDir);
  process.disconnect();
} else {
  const folder = await mkdtemp(join(tmpdir(), 'nightly-'));
  const platform = await LocalPlatform.start();
  const own = { baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId };
  const mai = new Moderately(own);
  const pipeline = await mai.Pipeline.create({ name: 'Report' });
  const report = new ConfigurationBuilder('report')
    .block('customer', 'input', { json_schema: {} })
    .block('out', 'output', { name: 'report' });
  await pipeline.createConfigurationVersion(report.connect('customer', 'out').build(), { status: 'current' });

  const args = [JSON.stringify(own), folder];
  await begin(args, 150);
  await begin(args, 350);
  await begin(args);

  const { total } = await mai.PipelineExecution.search({ pageSize: 1 });
  const durable = await Durable.open({ dataDir: folder });
  const { ended, failed } = await durable.stats();
  console.log(`${total} executions were started, ${ended} handled, ${failed} failed`);
  await durable.close();
  await mai.close();
  await platform.close();
  await rm(folder, { recursive: true });
}
