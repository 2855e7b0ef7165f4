import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type Json, throughBlock } from '../support/platform.js';

const main = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const module = fileURLToPath(new URL('./files/handlers.js', import.meta.url));
const columns = [
  { name: 'id', type: 'integer', nullable: false },
  { name: 'name', type: 'string', nullable: false },
];
const table = (rows: number) => `id,name\n${Array.from({ length: rows }, (_, at) => `${at},item ${at}\n`).join('')}`;

/** A platform in a process of its own, started from the command line. */
class Server {
  process!: ChildProcess;
  url = '';
  apiKey = '';
  teamId = '';

  async start(...flags: string[]): Promise<void> {
    this.process = spawn(process.execPath, [main, 'local', '--json', '--blocks', module, ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: this.process.stdout! }), 'line')) as [string];
    Object.assign(this, JSON.parse(line) as object);
  }

  get children(): number[] {
    const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
    return all.flatMap((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      return parent === this.process.pid && pid !== undefined && isAlive(pid) ? [pid] : [];
    });
  }

  async send(method: string, path: string, body?: object): Promise<Json> {
    const headers = { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json' };
    const response = await fetch(`${this.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return await response.json();
  }

  async dataset(content: string): Promise<string> {
    const { datasetId } = await this.send('POST', '/datasets', { teamId: this.teamId, name: 'Rows' });
    const version = { datasetId, fileType: 'csv', fileName: 'rows.csv', status: 'current' };
    const { uploadUrl, dataVersion } = await this.send('POST', '/dataset-data-versions', version);
    await fetch(uploadUrl, { method: 'PUT', headers: { 'content-type': 'text/csv' }, body: content });
    await this.send('POST', `/dataset-data-versions/${dataVersion.datasetDataVersionId}/complete`, {});
    await this.send('POST', '/dataset-schema-versions', { datasetId, columns, status: 'current' });
    return datasetId;
  }

  async execute(configuration: object, input: object): Promise<string> {
    const { pipelineId } = await this.send('POST', '/pipelines', { teamId: this.teamId, name: `Pipeline ${Math.random()}` });
    const version = await this.send('POST', '/pipeline-configuration-versions', { pipelineId, configuration, status: 'current' });
    const { pipelineConfigurationVersionId } = version;
    const given = { pipelineConfigurationVersionId, pipelineInput: input, pipelineInputSummary: '' };
    return (await this.send('POST', '/pipeline-executions', given)).pipelineExecutionId;
  }

  async finished(id: string): Promise<Json> {
    for (;;) {
      const execution = await this.send('GET', `/pipeline-executions/${id}`);
      if (!['pending', 'running'].includes(execution.status)) return execution;
      await delay(20);
    }
  }

  /** Waits until a block of an execution runs. */
  async runs(id: string, block: string): Promise<void> {
    while ((await this.send('GET', `/pipeline-executions/${id}`)).progressData.blocks?.[block]?.state !== 'started') await delay(20);
  }

  /** The milliseconds that a request of `/health` takes. */
  async health(): Promise<number> {
    const begin = performance.now();
    await new Promise<void>((resolve, reject) => {
      request(`${this.url}/health`, (response) => response.resume().on('end', resolve))
        .on('error', reject)
        .end();
    });
    return performance.now() - begin;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await delay(10);
}

/** The latency that all but a hundredth of the requests stay below. */
const p99 = (latencies: number[]): number => latencies.sort((a, b) => a - b)[Math.floor(latencies.length * 0.99)] ?? Number.NaN;

describe('A local platform at work', function () {
  this.timeout(120_000);
  let server: Server;
  let idle: Server;
  before(async () => {
    idle = new Server();
    await idle.start();
  });
  beforeEach(() => {
    server = new Server();
  });
  afterEach(() => {
    server.process.kill('SIGKILL');
  });
  after(() => {
    idle.process.kill('SIGKILL');
  });

  /** How many milliseconds longer `/health` takes than on an idle platform, which the load of the machine holds up as well. */
  async function delayDuring(work: Promise<unknown>): Promise<number> {
    const latencies: Record<'busy' | 'idle', number[]> = { busy: [], idle: [] };
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      latencies.busy.push(await server.health());
      latencies.idle.push(await idle.health());
      await delay(5);
    }
    await done;
    expect(latencies.busy.length).to.be.greaterThan(20);
    return p99(latencies.busy) - p99(latencies.idle);
  }

  it('answers while it processes and runs over 500,000 rows, and maps a template over 150,000 items', async () => {
    await server.start();
    const datasetId = await server.dataset(table(500_000));
    const processed = async () => {
      await server.send('PATCH', `/datasets/${datasetId}`, { shouldProcess: true });
      let dataset: Json;
      do {
        await delay(50);
        dataset = await server.send('GET', `/datasets/${datasetId}`);
      } while (dataset.processingStatus === 'in_progress');
      return dataset;
    };
    const { blocks, ...rest } = throughBlock('transform');
    const operations = [{ type: 'filter', expression: 'id >= 0' }];
    const run = async () => {
      const given = { id: 'given', type: 'dataset', config: { dataset_id: datasetId } };
      const configuration = { ...rest, blocks: { ...blocks, given, work: { id: 'work', type: 'transform', config: { operations } } } };
      return await server.finished(await server.execute(configuration, {}));
    };
    const map = async () => {
      const config = { target_block_type: 'string_template', target_config: { template: 'Hi {{ data }}!' } };
      const configuration = {
        ...throughBlock('map'),
        blocks: { ...throughBlock('map').blocks, work: { id: 'work', type: 'map', config } },
      };
      const items = Array.from({ length: 150_000 }, (_, at) => at);
      return await server.finished(await server.execute(configuration, { given: items }));
    };
    const work = Promise.all([processed(), run()]);
    const longer = await delayDuring(work);
    const [dataset, execution] = await work;
    expect(dataset).to.include({ processingStatus: 'completed', recordCount: 500_000 });
    expect(execution).to.include({ status: 'completed', pipelineOutputSummary: 'output: 500000 items' });
    expect(longer).to.be.lessThan(100);
    expect(await map()).to.include({ status: 'completed', pipelineOutputSummary: 'output: 150000 items' });
  });

  it('answers while a block spins, cancels it, ends it at its limit and goes on with others', async () => {
    await server.start('--block-seconds', '3');
    const spinning = await server.execute(throughBlock('spin'), { given: 1 });
    await server.runs(spinning, 'work');
    const cancelled = await server.execute(throughBlock('spin'), { given: 1 });
    await server.runs(cancelled, 'work');
    await server.send('POST', `/pipeline-executions/${cancelled}/cancel`, {});
    const other = server.execute(throughBlock('shout'), { given: 'hello' }).then((id) => server.finished(id));
    const work = Promise.all([server.finished(spinning), server.finished(cancelled), other]);
    const longer = await delayDuring(work);
    const [failed, ended, shouted] = await work;
    expect(failed.status).to.equal('failed');
    expect(failed.progressData.error).to.match(/^Block 'work' \(spin\) took more than 3 seconds/);
    expect(ended.status).to.equal('cancelled');
    expect(shouted.pipelineOutput).to.deep.equal({ output: 'HELLO' });
    expect(longer).to.be.lessThan(100);
  });

  it('survives blocks that need all memory, and does not try them again', async () => {
    await server.start('--block-memory', '256');
    const bombs = await Promise.all(['hoard', 'hoard_bytes'].map((type) => server.execute(throughBlock(type), { given: 1 })));
    const shouted = await server.finished(await server.execute(throughBlock('shout'), { given: 'hello' }));
    expect(shouted.pipelineOutput).to.deep.equal({ output: 'HELLO' });
    for (const id of bombs) {
      const { status, progressData } = await server.finished(id);
      expect(status).to.equal('failed');
      expect(progressData.error).to.match(/^Block 'work' \(hoard\w*\) needed more than 256 MiB of memory/);
    }
  });

  it('attempts a run three times whose process ends, and says so', async () => {
    await server.start();
    const { status, progressData } = await server.finished(await server.execute(throughBlock('exit'), { given: 1 }));
    expect(status).to.equal('failed');
    expect(progressData.error).to.equal('The process that ran it ended unexpectedly (exit code 7). It was attempted 3 times.');
  });

  it('ends within two seconds when it is told to, with its children', async () => {
    await server.start();
    await server.runs(await server.execute(throughBlock('spin'), { given: 1 }), 'work');
    const { children } = server;
    expect(children).to.have.length.greaterThan(0);
    const begin = performance.now();
    server.process.kill('SIGTERM');
    const [code] = (await once(server.process, 'exit')) as [number];
    expect([code, performance.now() - begin < 2000]).to.deep.equal([0, true]);
    await gone(children);
  });

  it('leaves no child behind when it is killed, busy or not', async () => {
    await server.start();
    const unused = await server.finished(await server.execute(throughBlock('process_id'), { given: 1 }));
    expect(server.children).to.include(unused.pipelineOutput.output);
    const spinning = ['spin', 'never', 'spin'].map(async (type) =>
      server.runs(await server.execute(throughBlock(type), { given: 1 }), 'work'),
    );
    await Promise.all(spinning);
    const { children } = server;
    expect(children).to.have.length(3);
    server.process.kill('SIGKILL');
    await gone(children);
  });
});
