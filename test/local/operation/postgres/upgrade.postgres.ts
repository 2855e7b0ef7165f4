import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createDatabase } from '../../../support/services/postgres.js';
import { type Json, throughBlock } from '../../support/platform.js';
import { Balancer, ServerProcess } from '../processes.js';

const adminUrl = process.env.POSTGRES_URL ?? '';
/** Newer servers know one more migration. */
const newer = { NEWER: '1' };

describe('A rolling upgrade of two servers across a migration', function () {
  this.timeout(120_000);
  let root: string;
  const servers: ServerProcess[] = [];
  let balancer: Balancer | undefined;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'remote-record-upgrade-'));
  });
  after(async () => {
    await balancer?.close();
    for (const server of servers) await server.end('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });

  it('fails no request and loses no execution', async () => {
    const databaseUrl = await createDatabase(adminUrl, `upgrade${process.pid}`);
    const args = ['--drain', '60', '--data-dir', join(root, 'files')];
    const env = { REMOTE_RECORD_LOCAL_DATABASE_URL: databaseUrl };
    const start = async (more: Record<string, string> = {}): Promise<ServerProcess> => {
      const server = await ServerProcess.start(args, { ...env, ...more });
      servers.push(server);
      return server;
    };
    const [a, b] = [await start(), await start()];
    balancer = await Balancer.start([a.url, b.url]);
    const { url } = balancer;
    const { apiKey, teamId } = a;
    expect(b.apiKey).to.equal(apiKey);

    const failures: string[] = [];
    const send = async (method: string, path: string, body?: object): Promise<Json> => {
      const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
      const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      const text = await response.text();
      if (!response.ok) failures.push(`${method} ${path}: ${response.status} ${text}`);
      return response.ok ? JSON.parse(text) : {};
    };
    const { pipelineId } = await send('POST', '/pipelines', { teamId, name: 'Steady' });
    const configuration = throughBlock('string_template', { template: 'it is {{ data }}' });
    const version = await send('POST', '/pipeline-configuration-versions', { pipelineId, configuration, status: 'current' });
    const started: string[] = [];
    const datasets: string[] = [];
    let serving = true;
    const load = async (worker: number): Promise<void> => {
      for (let at = 0; serving; at++) {
        datasets.push((await send('POST', '/datasets', { teamId, name: `Set ${worker}.${at}` })).datasetId);
        const request = {
          pipelineConfigurationVersionId: version.pipelineConfigurationVersionId,
          pipelineInput: { given: `${worker}.${at}` },
          pipelineInputSummary: 'x',
        };
        started.push((await send('POST', '/pipeline-executions', request)).pipelineExecutionId);
        await send('GET', `/datasets/${datasets.at(-1)}`);
      }
    };
    const loads = [load(1), load(2), load(3)];

    // Each old server is replaced: the new one first, which migrates the database, then the old one drains and ends.
    const replace = async (old: ServerProcess, others: readonly string[]): Promise<ServerProcess> => {
      const fresh = await start(newer);
      await balancer?.settle([...others, old.url, fresh.url]);
      old.child.kill('SIGTERM');
      while ((await fetch(`${old.url}/ready`)).status !== 503);
      await balancer?.settle([...others, fresh.url]);
      // A balancer has noticed: the second signal ends the time that is left.
      expect(await old.end('SIGTERM')).to.equal(0);
      return fresh;
    };
    const freshA = await replace(a, [b.url]);
    const before = datasets.length;
    while (datasets.length < before + 20) await new Promise((resolve) => setTimeout(resolve, 10));
    const freshB = await replace(b, [freshA.url]);
    serving = false;
    await Promise.all(loads);

    expect(failures).to.deep.equal([]);
    expect(started.length).to.be.above(20);
    for (const id of started) {
      for (;;) {
        const { status } = await send('GET', `/pipeline-executions/${id}`);
        if (status === 'completed') break;
        expect(status).to.be.oneOf(['pending', 'running']);
      }
    }
    expect(failures).to.deep.equal([]);

    // The old version does not start on the database of the new one.
    const refused = await start().catch((error: Error) => error);
    expect((refused as Error).message).to.contain('newer version of remote-record (zz-newer)');
    expect([await freshA.end('SIGINT'), await freshB.end('SIGINT')]).to.deep.equal([0, 0]);
  });
});
