import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../../support/services/postgres.js';
import { type Json, throughBlock } from '../support/platform.js';

const cli = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
/** How many executions there are; 2,000 take 40 seconds on two cores, and two minutes on busy ones. */
const executions = Number(process.env.WORKER_EXECUTIONS ?? 2000);

/** Milliseconds that a request is repeated, and that executions may make no progress. */
const patience = 120_000;

/** A server or a worker, in a process of its own. */
class Process {
  readonly child: ChildProcess;
  readonly #line: Promise<string>;
  told: Json;
  errors = '';

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [cli, 'local', '--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stderr?.on('data', (data) => {
      this.errors += data;
    });
    const lines = createInterface({ input: this.child.stdout! });
    const ended = once(this.child, 'exit').then(() => [`{"error":${JSON.stringify(this.errors)}}`]);
    this.#line = Promise.race([once(lines, 'line'), ended]).then(([line]) => line as string);
  }

  async started(): Promise<this> {
    this.told = JSON.parse(await this.#line);
    expect(this.told, this.errors).not.to.have.property('error');
    return this;
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  }

  /** The response to a request, sent again until there is one that the restart of the database does not explain. */
  async send(method: string, path: string, body?: object, key?: string): Promise<{ status: number; body: Json }> {
    const headers = {
      authorization: `Bearer ${this.told.apiKey}`,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    };
    for (const begun = Date.now(); ; ) {
      const response = await fetch(`${this.told.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }).catch(
        (cause) => {
          throw new Error(`${method} ${path} has no response. ${this.errors}`, { cause });
        },
      );
      const answer = { status: response.status, body: await response.json() };
      if (answer.status !== 503 && answer.status !== 409) return answer;
      if (Date.now() - begun > patience) throw new Error(`${method} ${path} stays ${answer.status}: ${JSON.stringify(answer.body)}`);
      await delay(100);
    }
  }
}

describe('Servers and workers of one PostgreSQL database', function () {
  this.timeout(600_000);
  let postgres: PostgresServer;
  let folder: string;
  let databaseUrl: string;
  let processes: Process[];
  let count = 0;

  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres?.stop());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'local-platform-workers-'));
    databaseUrl = await postgres.createDatabase(`workers_${count++}`);
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map((process) => process.end('SIGKILL')));
    rmSync(folder, { recursive: true, force: true });
  });

  function start(...args: string[]): Process {
    const process = new Process('--database-url', databaseUrl, '--data-dir', folder, ...args);
    processes.push(process);
    return process;
  }

  async function versionOf(server: Process, configuration: object): Promise<string> {
    const { teamId } = server.told;
    const { pipelineId } = (await server.send('POST', '/pipelines', { teamId, name: `Pipeline ${Math.random()}` })).body;
    const version = await server.send('POST', '/pipeline-configuration-versions', { pipelineId, configuration });
    expect(version.status, JSON.stringify(version.body)).to.equal(201);
    return version.body.pipelineConfigurationVersionId;
  }

  /** Starts an execution and gives its id. */
  async function execute(server: Process, version: string, given: unknown): Promise<string> {
    const request = { pipelineConfigurationVersionId: version, pipelineInput: { given }, pipelineInputSummary: '' };
    const execution = await server.send('POST', '/pipeline-executions', request, `${version} ${given}`);
    expect(execution.status, JSON.stringify(execution.body)).to.equal(201);
    return execution.body.pipelineExecutionId;
  }

  async function untilStatus(server: Process, id: string, ...wanted: string[]): Promise<Json> {
    for (;;) {
      const { body } = await server.send('GET', `/pipeline-executions/${id}`);
      if (wanted.includes(body.status)) return body;
      await delay(20);
    }
  }

  it(`end each of ${executions} executions once, although a worker is killed and the database restarts`, async () => {
    const servers = [start('--no-worker'), start('--no-worker')] as const;
    const workers = [start('--worker'), start('--worker'), start('--worker')] as const;
    for (const process of processes) await process.started();
    const [here, inChild] = [
      await versionOf(servers[0], throughBlock('identity')),
      await versionOf(servers[0], throughBlock('string_template', { template: 'it is {{ data[0] }}' })),
    ];
    // What ends is written down by the database, however often it ends.
    const client = new pg.Client(databaseUrl);
    await client.connect();
    await client.query(`create table ends (id text);
      create function note_end() returns trigger language plpgsql as $$ begin insert into ends values (new."pipelineExecutionId"); return new; end $$;
      create trigger note_end after update on "pipelineExecutions" for each row
        when (new.status in ('completed', 'failed', 'cancelled') ) execute function note_end();`);
    await client.end();

    const started = new Map<string, { version: string; given: unknown }>();
    let next = 0;
    async function add(server: Process): Promise<void> {
      for (let given = next++; given < executions; given = next++) {
        const version = given % 50 === 0 ? inChild : here;
        started.set(await execute(server, version, version === inChild ? [given] : given), { version, given });
      }
    }
    async function disturb(): Promise<void> {
      while (next < executions / 4) await delay(5);
      await workers[1].end('SIGKILL');
      while (next < executions / 2) await delay(5);
      await postgres.restart(500);
    }
    await Promise.all([...servers, ...servers, ...servers, ...servers].map(add).concat(disturb()));
    expect(started.size).to.equal(executions);
    expect(workers[1].child.signalCode).to.equal('SIGKILL');

    const check = new pg.Client(databaseUrl);
    await check.connect();
    let [left, since] = [executions, Date.now()];
    while (left > 0) {
      const { body } = await servers[1].send('GET', '/pipeline-executions?pageSize=1&statuses=pending,running');
      if (body.pagination.totalItems !== left) [left, since] = [body.pagination.totalItems, Date.now()];
      if (Date.now() - since > patience) {
        const { rows } = await check.query(`select * from "workerJobs" left join graphile_worker.jobs on key = "jobId" limit 20`);
        throw new Error(
          `${left} executions do not end: ${JSON.stringify([rows, (await check.query('select * from workers')).rows], null, 2)}`,
        );
      }
      await delay(200);
    }
    try {
      const { rows } = await check.query<{ id: string; status: string; output: string | null; ends: number }>(
        `select "pipelineExecutionId" as id, status, "pipelineOutput" as output,
          (select count(*)::integer from ends where ends.id = "pipelineExecutionId") as ends from "pipelineExecutions"`,
      );
      expect(rows.length, 'none is lost, and none is there that nobody asked for').to.equal(executions);
      for (const { id, status, output, ends } of rows) {
        const { version, given } = started.get(id)!;
        const expected = version === inChild ? `it is ${given}` : given;
        expect({ status, ends, output: JSON.parse(output ?? 'null') }, `${id} of ${given}`).to.deep.equal({
          status: 'completed',
          ends: 1,
          output: { output: expected },
        });
      }
      expect((await check.query('select * from "workerJobs"')).rows).to.deep.equal([]);
    } finally {
      await check.end();
    }
    for (const process of [...servers, workers[0], workers[2]]) expect(await process.end('SIGTERM'), process.errors).to.equal(0);
  });

  it('give back what runs when a worker is told to stop, and cancel what runs elsewhere', async () => {
    const blocks = join(folder, 'blocks.mjs');
    writeFileSync(
      blocks,
      `export const waits = ({ inputs, signal }) => new Promise((resolve, reject) => {
         if (inputs.data === 'second') return resolve('done');
         signal?.addEventListener('abort', () => reject(signal.reason));
       });`,
    );
    const server = await start('--no-worker', '--blocks', blocks).started();
    const first = await start('--worker', '--blocks', blocks, '--concurrency', '1').started();
    const version = await versionOf(server, throughBlock('waits'));
    const id = await execute(server, version, 'first');
    await untilStatus(server, id, 'running');
    const second = await start('--worker', '--blocks', blocks).started();
    expect(await first.end('SIGTERM'), first.errors).to.equal(0);
    const client = new pg.Client(databaseUrl);
    await client.connect();
    const owner = async () => (await client.query('select "workerId", attempts from "workerJobs"')).rows;
    try {
      while ((await owner())[0]?.workerId === null) await delay(20);
      expect(await owner()).to.have.lengthOf(1);
      expect((await owner())[0].attempts, 'the one that was stopped does not count').to.equal(1);
      await server.send('POST', `/pipeline-executions/${id}/cancel`, {});
      while ((await owner()).length > 0) await delay(20);
    } finally {
      await client.end();
    }
    expect((await untilStatus(server, id, 'cancelled')).pipelineOutput).to.equal(null);
    await untilStatus(server, await execute(server, version, 'second'), 'completed');
    expect(await second.end('SIGTERM'), second.errors).to.equal(0);
  });

  it('refuse a folder that is not the one that the others share', async () => {
    await start('--no-worker').started();
    const other = mkdtempSync(join(tmpdir(), 'local-platform-other-'));
    try {
      const worker = new Process('--database-url', databaseUrl, '--data-dir', other, '--worker');
      processes.push(worker);
      await once(worker.child, 'exit');
      expect(worker.errors).to.contain(`${other} is not the one that the database's servers keep files in`);
      expect(worker.child.exitCode).to.equal(1);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });
});
