import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type Json, sha256 } from '../support/platform.js';

const serverPath = fileURLToPath(new URL('../support/server.js', import.meta.url));
const executions = 200;
const kills = 20;

const configuration = {
  id: 'slow',
  name: 'Slow',
  blocks: {
    given: { id: 'given', type: 'input', config: { json_schema: {} } },
    work: { id: 'work', type: 'identity', config: {} },
    more: { id: 'more', type: 'identity', config: {} },
    result: { id: 'result', type: 'output', config: {} },
  },
  connections: [
    { source_block_id: 'given', source_port: 'data', target_block_id: 'work', target_port: 'data' },
    { source_block_id: 'work', source_port: 'data', target_block_id: 'more', target_port: 'data' },
    { source_block_id: 'more', source_port: 'data', target_block_id: 'result', target_port: 'data' },
  ],
};

/** The same in a child process: its template is not bounded by its size. */
const isolated = {
  ...configuration,
  blocks: { ...configuration.blocks, more: { id: 'more', type: 'string_template', config: { template: 'it is {{ data }}' } } },
};
const rows = 200;

/** A platform in a process that can be killed and started again on the same folder. */
class Server {
  readonly #folder: string;
  #process: ChildProcess | undefined;
  url = '';
  apiKey = '';
  teamId = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [serverPath, this.#folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    const lines = createInterface({ input: child.stdout! });
    const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => ['null'])])) as [string];
    Object.assign(this, JSON.parse(line) as object);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** An answer; undefined when the platform was killed meanwhile. */
  async send(method: string, path: string, body?: object): Promise<{ status: number; body: Json } | undefined> {
    try {
      const headers = { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json' };
      const response = await fetch(`${this.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      return { status: response.status, body: await response.json() };
    } catch {
      return undefined;
    }
  }
}

describe('A local platform that is killed at any moment', function () {
  this.timeout(600_000);
  let folder: string;
  let server: Server;
  /** What was acknowledged: the output of each execution, the content of each file, and whether each dataset is processed. */
  let acknowledged: { executions: Map<string, unknown>; files: Map<string, string>; datasets: Map<string, boolean> };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'local-platform-kill-'));
    server = new Server(folder);
    acknowledged = { executions: new Map(), files: new Map(), datasets: new Map() };
  });
  afterEach(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function upload(index: number): Promise<[string, string] | undefined> {
    const content = `file ${index} `.repeat(20_000);
    const sums = { fileSize: content.length, fileHash: sha256(content) };
    const started = await server.send('POST', '/files/upload-url', {
      fileName: `${index}.txt`,
      mimeType: 'text/plain',
      teamId: server.teamId,
      ...sums,
    });
    if (started?.status !== 201) return undefined;
    const put = await fetch(started.body.uploadUrl, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: content }).catch(
      () => undefined,
    );
    if (put?.status !== 200) return undefined;
    const done = await server.send('POST', `/files/${started.body.file.fileId}/complete`, sums);
    return done?.status === 200 ? [started.body.file.fileId, content] : undefined;
  }

  async function finished(id: string): Promise<Json> {
    for (;;) {
      const execution = (await server.send('GET', `/pipeline-executions/${id}`))?.body;
      if (execution && !['pending', 'running'].includes(execution.status)) return execution;
      await delay(5);
    }
  }

  /** A dataset whose processing was begun. */
  async function processing(index: number): Promise<string | undefined> {
    const dataset = await server.send('POST', '/datasets', { teamId: server.teamId, name: `Dataset ${index}` });
    if (dataset?.status !== 201) return undefined;
    const { datasetId } = dataset.body;
    acknowledged.datasets.set(datasetId, false);
    const version = await server.send('POST', '/dataset-data-versions', {
      datasetId,
      fileType: 'csv',
      fileName: 'a.csv',
      status: 'current',
    });
    if (version?.status !== 201) return undefined;
    const body = `n\n${'1\n'.repeat(rows)}`;
    const put = await fetch(version.body.uploadUrl, { method: 'PUT', headers: { 'content-type': 'text/csv' }, body }).catch(
      () => undefined,
    );
    if (put?.status !== 200) return undefined;
    await server.send('POST', `/dataset-data-versions/${version.body.dataVersion.datasetDataVersionId}/complete`, {});
    await server.send('POST', '/dataset-schema-versions', {
      datasetId,
      columns: [{ name: 'n', type: 'integer', nullable: false }],
      status: 'current',
    });
    const started = await server.send('PATCH', `/datasets/${datasetId}`, { shouldProcess: true });
    if (started?.status === 200) acknowledged.datasets.set(datasetId, true);
    return datasetId;
  }

  it('loses nothing it has acknowledged, finishes every execution and keeps no half file', async () => {
    await server.start();
    const pipeline = (await server.send('POST', '/pipelines', { teamId: server.teamId, name: 'Slow' }))!.body;
    const versionOf = async (given: object): Promise<string> => {
      const body = { pipelineId: pipeline.pipelineId, configuration: given };
      return (await server.send('POST', '/pipeline-configuration-versions', body))!.body.pipelineConfigurationVersionId;
    };
    const [here, inChild] = [await versionOf(configuration), await versionOf(isolated)];
    let next = 0;
    let killed = 0;

    async function work(): Promise<void> {
      while (acknowledged.executions.size < executions) {
        const index = next++;
        const isIsolated = index % 3 === 0;
        const request = {
          pipelineConfigurationVersionId: isIsolated ? inChild : here,
          pipelineInput: { given: index },
          pipelineInputSummary: '',
        };
        const execution = await server.send('POST', '/pipeline-executions', request);
        if (execution?.status === 201)
          acknowledged.executions.set(execution.body.pipelineExecutionId, isIsolated ? `it is ${index}` : index);
        if (index % 4 === 0) {
          const file = await upload(index);
          if (file) acknowledged.files.set(...file);
        }
        if (index % 5 === 0) await processing(index);
        if (!execution) await delay(20);
      }
    }

    async function murder(): Promise<void> {
      let interrupted: string[] = [];
      for (; killed < kills; killed++) {
        // Not before some work was done since the last time, and at any moment then.
        const before = acknowledged.executions.size;
        while (acknowledged.executions.size < Math.min(before + executions / kills - 4, executions)) await delay(2);
        // A machine that is slow finishes little between two kills, and what is interrupted ten times is given up.
        for (const id of interrupted) await finished(id);
        await delay(Math.random() * 40);
        interrupted = [...acknowledged.executions.keys()];
        await server.kill();
        await server.start();
      }
    }

    await Promise.all([work(), work(), work(), murder()]);
    expect(killed).to.equal(kills);

    for (const [id, output] of acknowledged.executions) {
      const execution = await finished(id);
      expect(execution, `execution of ${output}: ${execution.progressData.error}`).to.deep.include({
        status: 'completed',
        pipelineOutput: { output },
      });
    }
    const { body: all } = (await server.send('GET', '/pipeline-executions?pageSize=1&statuses=pending,running'))!;
    expect(all.pagination.totalItems, 'executions nobody was told about end as well').to.equal(0);
    for (const [id, content] of acknowledged.files) {
      const { downloadUrl } = (await server.send('GET', `/files/${id}/download`))!.body;
      expect(sha256(await (await fetch(downloadUrl)).text()), `file ${id}`).to.equal(sha256(content));
    }
    for (const [id, isProcessed] of acknowledged.datasets) {
      let dataset: { status: number; body: Json } | undefined;
      do dataset = await server.send('GET', `/datasets/${id}`);
      while (dataset?.body.processingStatus === 'in_progress');
      expect(dataset?.status, `dataset ${id}`).to.equal(200);
      if (isProcessed) expect(dataset?.body, `dataset ${id}`).to.include({ processingStatus: 'completed', recordCount: rows });
    }
    expect(acknowledged.files.size).to.be.greaterThan(10);

    await server.kill();
    await server.start();
    expect(readdirSync(join(folder, 'files', 'unfinished'))).to.deep.equal([]);
  });
});
