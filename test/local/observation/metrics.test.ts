import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { Client, type Json, throughBlock } from '../support/platform.js';

/** The values of samples, by name and labels as they are written. */
async function scrape(platform: LocalPlatform): Promise<Map<string, number>> {
  const response = await platform.fetch(`${platform.url}/metrics`);
  expect(response.status).to.equal(200);
  expect(response.headers.get('content-type')).to.match(/^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

describe('Metrics', () => {
  let platform: LocalPlatform;
  let client: Client;
  before(async () => {
    platform = await LocalPlatform.start({ port: false, metrics: true });
    client = new Client(platform);
  });
  after(() => platform.close());

  const requests = (samples: Map<string, number>, method: string, route: string, status: number | string): number | undefined =>
    samples.get(`remote_record_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`);

  it('count requests by the pattern of their route, their method and their status', async () => {
    const { datasetId } = (await client.post('/datasets', { teamId: platform.teamId, name: 'Measured' })).body;
    await client.get(`/datasets/${datasetId}`);
    await client.get('/datasets/nowhere');
    await client.get('/datasets/nowhere', { authorization: null });
    await client.get('/no/such/operation');
    await client.get('/v2/agents/nowhere');
    const samples = await scrape(platform);
    expect(requests(samples, 'POST', '/datasets', 201)).to.equal(1);
    expect(requests(samples, 'GET', '/datasets/:id', 200)).to.equal(1);
    expect(requests(samples, 'GET', '/datasets/:id', 404)).to.equal(1);
    expect(requests(samples, 'GET', '/datasets/:id', 401)).to.equal(1);
    expect(requests(samples, 'GET', 'none', 404)).to.equal(1);
    const text = [...samples.keys()].join('\n');
    expect(text).to.contain('/:collection');
    expect(text).not.to.contain('nowhere').and.not.to.contain(datasetId).and.not.to.contain(platform.apiKey);
  });

  it('count a request whose connection was broken', async () => {
    platform.faults({ path: '/teams', reset: 'before' });
    await client.get('/teams').catch(() => undefined);
    expect(requests(await scrape(platform), 'GET', 'none', 'none')).to.equal(1);
  });

  it('count executions that start, and those that end by their status', async () => {
    platform.block('string_template', async ({ inputs }) => {
      if (inputs.data === 'fail') throw new Error('no');
      return inputs.data;
    });
    const { versionId } = await client.pipeline('Measured', throughBlock('string_template', { template: '' }));
    for (const given of ['work', 'fail', 'work']) await client.finished(await client.execute(versionId, { given }));
    // The record is final once the transaction is committed, a moment before its end is counted at the latest.
    const samples = await scrape(platform);
    const kind = 'pipeline-execution';
    expect(samples.get(`remote_record_jobs_started_total{kind="${kind}"}`)).to.equal(3);
    expect(samples.get(`remote_record_job_duration_seconds_count{kind="${kind}",status="completed"}`)).to.equal(2);
    expect(samples.get(`remote_record_job_duration_seconds_count{kind="${kind}",status="failed"}`)).to.equal(1);
  });

  it('tell what waits, of the process and of the event loop', async () => {
    const samples = await scrape(platform);
    expect(samples.get('remote_record_jobs_waiting')).to.equal(0);
    expect(samples.get('remote_record_oldest_waiting_job_age_seconds')).to.equal(0);
    for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'process_start_time_seconds'])
      expect(samples.get(name), name).to.be.above(0);
    expect(samples.get('nodejs_eventloop_lag_p99_seconds')).to.be.at.least(0);
  });

  it('are off unless they are asked for, and need a key then as any other path', async () => {
    const plain = await LocalPlatform.start({ port: false });
    const statuses: Json[] = [];
    for (const authorization of [undefined, `Bearer ${plain.apiKey}`]) {
      const response = await plain.fetch(`${plain.url}/metrics`, { headers: authorization ? { authorization } : {} });
      statuses.push(response.status, (await response.text()).includes('remote_record_'));
    }
    await plain.close();
    expect(statuses).to.deep.equal([401, false, 404, false]);
  });
});
