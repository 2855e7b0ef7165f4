import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { LocalPlatform } from '../dist/local/index.js';
import { startPostgres } from '../out/test/support/services/postgres.js';
import { answerTasks, child } from './support/child.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';

const concurrency = 8;
/** Milliseconds of the executions that wait, as those do that ask a language model. */
const wait = 100;

const block = (id, type, config = {}) => ({ id, type, config });
const through = (type) => ({
  id: type,
  name: type,
  blocks: { given: block('given', 'input', { json_schema: {} }), work: block('work', type), result: block('result', 'output') },
  connections: [
    { source_block_id: 'given', source_port: 'data', target_block_id: 'work', target_port: 'data' },
    { source_block_id: 'work', source_port: 'data', target_block_id: 'result', target_port: 'data' },
  ],
});

/** Adds executions and their jobs in one transaction, as the platform adds one. */
const fill = (versionId, pipelineId, teamId) => `
  with executions as (
    insert into "pipelineExecutions" ("pipelineExecutionId", "pipelineConfigurationVersionId", "pipelineId", "teamId", "pipelineInput",
      "pipelineInputSummary", status, "progressData", "createdAt", "updatedAt")
    select 'e' || $2 || '-' || n, '${versionId}', '${pipelineId}', '${teamId}', '{"given":1}', '', 'pending', '{}', '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z'
    from generate_series(1, $1::integer) n returning "pipelineExecutionId"),
  added as (
    insert into "workerJobs" ("jobId", kind, "subjectId", "teamId", turn)
    select 'j' || "pipelineExecutionId", 'pipeline-execution', "pipelineExecutionId", '${teamId}', (select last_value from "workerTurns") + row_number() over ()
    from executions returning "jobId", turn)
  select count(graphile_worker.add_job('remote-record', json_build_object('jobId', "jobId"), job_key => "jobId",
    run_at => timestamptz 'epoch' + turn * interval '1 microsecond')) from added`;

let filled = 0;

/** The parent of a process, and the milliseconds of CPU time that it and those of its children that ended have taken (Linux: proc_pid_stat). */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number);
  // Ticks of 10 ms.
  return { parent: fields[1], own: 10 * (fields[11] + fields[12]), ended: 10 * (fields[13] + fields[14]) };
}

/** The milliseconds of CPU time that a PostgreSQL server has taken, of which a backend is given. */
function databaseCpu(backend) {
  const server = cpuOf(backend).parent;
  let time = cpuOf(server).own + cpuOf(server).ended;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const { parent, own } = cpuOf(pid);
      if (parent === server) time += own;
    } catch {
      // It has ended meanwhile.
    }
  }
  return time;
}

/** A database with a server that runs nothing, and with workers in processes of their own. */
async function open(server, folder, workers) {
  const databaseUrl = await server.createDatabase(`workers_${workers}`);
  const dataDir = join(folder, String(workers));
  const platform = await LocalPlatform.start({ port: false, databaseUrl, dataDir, worker: false });
  const headers = { authorization: `Bearer ${platform.apiKey}`, 'content-type': 'application/json' };
  const post = async (path, body) => {
    const response = await platform.fetch(platform.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  };
  const { teamId } = platform;
  const { pipelineId } = await post('/pipelines', { teamId, name: 'Bench' });
  const versions = {};
  for (const type of ['identity', 'wait']) {
    const version = await post('/pipeline-configuration-versions', { pipelineId, configuration: through(type), status: 'draft' });
    versions[type] = version.pipelineConfigurationVersionId;
  }
  const processes = Array.from({ length: workers }, () => child(import.meta.url, 'worker', { databaseUrl, dataDir }));
  for (const each of processes) await each.next();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const value = async (text) => Number(Object.values((await client.query(text)).rows[0])[0]);
  return {
    value,
    /** Adds executions, of which each is one request. Gives how many a second. */
    async add(count) {
      const began = performance.now();
      const request = { pipelineConfigurationVersionId: versions.identity, pipelineInput: { given: 1 }, pipelineInputSummary: '' };
      let next = 0;
      const one = async () => {
        while (next++ < count) await post('/pipeline-executions', request);
      };
      await Promise.all(Array.from({ length: 16 }, one));
      return (1000 * count) / (performance.now() - began);
    },
    /** Waits until all have ended. @throws Error when one has failed. */
    async drained() {
      while ((await value('select count(*) from "workerJobs"')) > 0) await delay(10);
      const failed = await value(`select count(*) from "pipelineExecutions" where status <> 'completed'`);
      if (failed > 0) throw new Error(`${failed} executions have failed.`);
    },
    /** Adds executions at once. Gives how many end a second, and the CPU time of each. */
    async run(type, count) {
      const backend = await value('select pg_backend_pid()');
      const workerCpu = () => processes.reduce((sum, { process }) => sum + cpuOf(process.pid).own, 0);
      await client.query(fill(versions[type], pipelineId, teamId), [count, String(filled++)]);
      const [began, worker, database] = [performance.now(), workerCpu(), databaseCpu(backend)];
      await this.drained();
      return {
        'executions/s': (1000 * count) / (performance.now() - began),
        'worker ms': (workerCpu() - worker) / count,
        'database ms': (databaseCpu(backend) - database) / count,
      };
    },
    async close() {
      for (const each of processes) each.stop();
      await client.end();
      await platform.close();
    },
  };
}

/** What the database has to do for one execution: added by a request, and run. */
async function costOf(database, count) {
  const wal = () => database.value(`select pg_current_wal_insert_lsn() - '0/0'`);
  const before = await wal();
  await database.add(count);
  await database.drained();
  return (await wal()) - before;
}

export default {
  name: 'platform-workers',
  says:
    `Executions that end a second, with one, two and three workers of ${concurrency} at a time on one PostgreSQL, all on this machine: those that take no time, and those ` +
    `that wait for ${wait} ms, as for the response of a language model. Beside it the milliseconds of CPU time that an execution takes.`,
  onlyByName: true,
  async run({ rounds, isFull }) {
    const folder = await mkdtemp(join(tmpdir(), 'remote-record-workers-'));
    const server = await startPostgres();
    const databases = {};
    try {
      for (const workers of [1, 2, 3]) databases[workers === 1 ? '1 worker' : `${workers} workers`] = await open(server, folder, workers);
      const rows = [];
      const counts = isFull ? { identity: 2000, wait: 1000 } : { identity: 400, wait: 200 };
      for (const [type, title] of [
        ['identity', 'Executions that take no time'],
        ['wait', `Executions that wait for ${wait} ms`],
      ]) {
        const found = await interleave(databases, (database) => database.run(type, counts[type]), {
          rounds,
        });
        rows.push(...rowsOf(title, found, { base: '1 worker', kinds: { '2 workers': 'ours', '3 workers': 'ours' } }));
      }
      const database = databases['1 worker'];
      const count = counts.identity;
      const bytes = await costOf(database, count);
      const connections = await database.value(
        `select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
      process.stderr.write(
        `An execution writes ${Math.round(bytes / count)} bytes of WAL; a server without requests and a worker have ${connections} connections.\n`,
      );
      return rows;
    } finally {
      for (const database of Object.values(databases)) await database.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

answerTasks(import.meta.url, {
  async worker({ databaseUrl, dataDir }, send) {
    const platform = await LocalPlatform.start({ databaseUrl, dataDir, worker: 'only', concurrency });
    platform.block('wait', async ({ inputs }) => {
      await delay(wait);
      return inputs.data;
    });
    send('started');
    await new Promise((resolve) => process.once('SIGTERM', resolve));
    await platform.close();
    process.exit();
  },
});
