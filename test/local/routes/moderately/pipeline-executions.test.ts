import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { deferred } from '../../support/deferred.js';
import { type Json, throughBlock, usePlatform } from '../../support/platform.js';

describe('Pipeline executions of the local platform', () => {
  const local = usePlatform();
  const path = (id: string) => `/pipeline-executions/${id}`;

  /** An execution with a block that waits until the test releases it or the execution is stopped. */
  async function waiting(): Promise<{
    id: string;
    versionId: string;
    started: Promise<void>;
    release: () => void;
    runs: () => number;
    stopped: Promise<void>;
  }> {
    const begun = deferred();
    const freed = deferred();
    const ended = deferred();
    let runs = 0;
    // A built-in type, because responses are checked against the block types in the OpenAPI document.
    local.platform.block('identity', async ({ inputs, signal }) => {
      runs++;
      begun.resolve();
      const aborted = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended.resolve();
          reject(signal.reason);
        });
      });
      await Promise.race([freed.promise, aborted]);
      return inputs.data;
    });
    const { versionId } = await local.client.pipeline('Waiting', throughBlock('identity'));
    const id = await local.client.execute(versionId, { given: 'x' });
    return { id, versionId, started: begun.promise, release: freed.resolve, runs: () => runs, stopped: ended.promise };
  }

  it('begin pending and run in the background', async () => {
    const { versionId } = await local.client.pipeline('Echo');
    const { status, body } = await local.client.post('/pipeline-executions', {
      pipelineConfigurationVersionId: versionId,
      pipelineInput: { user_input: 'hello' },
      pipelineInputSummary: '',
      totalSteps: 5,
      currentStep: 0,
    });
    expect(status).to.equal(201);
    expect(body).to.deep.include({
      status: 'pending',
      progressData: {},
      currentStep: 0,
      totalSteps: 5,
      pipelineOutput: null,
      startedAt: null,
    });
    const done = await local.client.finished(body.pipelineExecutionId);
    expect(done).to.deep.include({ status: 'completed', pipelineOutput: { echoed_message: 'hello' }, currentStep: 2, totalSteps: 2 });
    expect(Date.parse(done.completedAt)).to.be.at.least(Date.parse(done.startedAt));
    expect(done.progressData.blocks.user_input).to.deep.equal({ type: 'input', state: 'finished' });
    const output = (await local.client.get(`${path(body.pipelineExecutionId)}/output`)).body;
    expect(output).to.deep.include({ type: 'inline', data: { echoed_message: 'hello' } });
    expect(output.summary).to.contain('hello');
  });

  it('report progress while they run', async () => {
    const { id, started, release } = await waiting();
    await started;
    const running = await local.client.until(path(id), ({ progressData }) => progressData.blocks?.work?.state === 'started');
    expect(running).to.include({ status: 'running', currentStep: 1, totalSteps: 3 });
    expect(running.progressData.current_block).to.equal('work');
    expect((await local.client.get(`${path(id)}/output`)).status).to.equal(404);
    release();
    expect((await local.client.finished(id)).status).to.equal('completed');
  });

  it('keep text with a NUL character, without it in the summary', async () => {
    const { versionId } = await local.client.pipeline('Echo');
    const done = await local.client.finished(await local.client.execute(versionId, { user_input: 'a\0b' }));
    expect(done).to.deep.include({ status: 'completed', pipelineOutput: { echoed_message: 'a\0b' } });
    expect(done.pipelineOutputSummary).to.equal('echoed_message: a\ufffdb');
  });

  it('fail with the name of the block and what is wrong', async () => {
    local.platform.block('identity', () => {
      throw new Error('the disk is full');
    });
    const { versionId } = await local.client.pipeline('Failing', throughBlock('identity'));
    const failed = await local.client.finished(await local.client.execute(versionId, { given: 1 }));
    expect(failed.status).to.equal('failed');
    expect(failed.progressData.error).to.contain('work').and.contain('the disk is full');
    expect(failed.progressData.errors).to.deep.equal([failed.progressData.error]);
    expect(Date.parse(failed.failedAt)).to.be.greaterThan(0);
    expect(failed.completedAt).to.equal(null);
  });

  it('are cancelled while they run, once', async () => {
    const { id, started, stopped } = await waiting();
    await started;
    const cancelled = await local.client.post(`${path(id)}/cancel`, { reason: 'no longer needed' });
    expect(cancelled.status).to.equal(200);
    expect(cancelled.body.status).to.equal('cancelled');
    expect(cancelled.body.progressData.cancelReason).to.equal('no longer needed');
    expect(Date.parse(cancelled.body.cancelledAt)).to.be.greaterThan(0);
    await stopped;
    expect((await local.client.post(`${path(id)}/cancel`)).status).to.equal(400);
    expect((await local.client.get(path(id))).body.status).to.equal('cancelled');
    expect((await local.client.get(`${path(id)}/output`)).status).to.equal(404);
  });

  it('refuse long reasons, and cancels of what is finished', async () => {
    const { versionId } = await local.client.pipeline('Echo');
    const id = await local.client.execute(versionId);
    await local.client.finished(id);
    expect((await local.client.post(`${path(id)}/cancel`, { reason: 'x'.repeat(501) })).status).to.equal(400);
    expect((await local.client.post(`${path(id)}/cancel`, {})).body.error.message).to.contain('completed');
    expect((await local.client.patch(path(id), { status: 'running' })).status).to.equal(400);
    expect((await local.client.patch(path(id), { currentStep: 1 })).status).to.equal(400);
  });

  it('stop when they are paused and run again when they are resumed', async () => {
    const { id, started, release, stopped, runs } = await waiting();
    await started;
    const paused = (await local.client.patch(path(id), { status: 'paused' })).body;
    expect(paused.status).to.equal('paused');
    expect(Date.parse(paused.pausedAt)).to.be.greaterThan(0);
    await stopped;
    expect((await local.client.get(path(id))).body.status).to.equal('paused');
    release();
    const resumed = (await local.client.patch(path(id), { status: 'running' })).body;
    expect(resumed).to.include({ status: 'running', startedAt: paused.startedAt });
    expect((await local.client.finished(id)).status).to.equal('completed');
    expect(runs()).to.equal(2);
  });

  it('go from state to state as they may', async () => {
    const { id, started, release } = await waiting();
    await started;
    expect((await local.client.patch(path(id), { status: 'pending' })).status).to.equal(400);
    expect((await local.client.patch(path(id), { status: 'paused', progressData: { note: 1 } })).body.progressData).to.deep.equal({
      note: 1,
    });
    expect((await local.client.patch(path(id), { status: 'completed' })).status).to.equal(400);
    expect((await local.client.post(`${path(id)}/cancel`)).body.status).to.equal('cancelled');
    release();
  });

  it('put large outputs into storage, compressed', async () => {
    const big = 'x'.repeat(2 * 1024 * 1024);
    local.platform.block('identity', () => big);
    const { versionId } = await local.client.pipeline('Big', throughBlock('identity'));
    const id = await local.client.execute(versionId, { given: 1 });
    const done = await local.client.finished(id);
    expect(done.status).to.equal('completed');
    expect(done.pipelineOutput).to.equal(null);
    expect(done.pipelineOutputFileUri).to.match(/^s3:\/\//);
    const output = (await local.client.get(`${path(id)}/output`)).body;
    expect(output).to.deep.include({ type: 's3' });
    expect(output.metadata).to.include({ compressionType: 'gzip', fileType: 'json' });
    const stored = Buffer.from(await (await local.platform.fetch(output.downloadUrl)).arrayBuffer());
    expect(stored.length).to.equal(output.metadata.fileSizeBytes);
    expect(JSON.parse(gunzipSync(stored).toString())).to.deep.equal({ output: big });
  });

  it('return long inputs as they were given, alone and in lists', async () => {
    const { versionId } = await local.client.pipeline('Long', throughBlock('identity'));
    // Characters of two code units and of three bytes, at every place where a piece may end.
    const given = Array.from({ length: 3 }, (_, index) => `${'x'.repeat(index)}${'𝄞€'.repeat(60_000)}`);
    const pipelineInput = { given };
    const id = await local.client.execute(versionId, pipelineInput);
    const execution = await local.client.finished(id);
    expect(execution.status).to.equal('completed');
    expect(isDeepStrictEqual(execution.pipelineInput, pipelineInput)).to.equal(true);
    const { items } = (await local.client.get(`/pipeline-executions?pipelineExecutionIds=${id}`)).body;
    expect(isDeepStrictEqual(items, [execution])).to.equal(true);
  });

  it('are listed by pipeline, version, id, team and status, in the order that is asked for', async () => {
    const { client } = local;
    const { pipelineId, versionId } = await client.pipeline('Echo');
    const first = await client.execute(versionId);
    const second = await client.execute(versionId, {});
    await Promise.all([client.finished(first), client.finished(second)]);
    const found = async (query: string) =>
      (await client.get(`/pipeline-executions?${query}`)).body.items.map((item: Json) => item.pipelineExecutionId);
    expect(await found(`pipelineIds=${pipelineId}`)).to.deep.equal([first, second]);
    expect(await found(`pipelineConfigurationVersionIds=${versionId}&orderBy=createdAt&orderDirection=desc&pageSize=1`)).to.deep.equal([
      second,
    ]);
    expect(await found('statuses=failed,cancelled')).to.deep.equal([second]);
    expect(await found('status=completed')).to.deep.equal([first]);
    expect(await found(`pipelineExecutionIds=${first},${second}&teamIds=${local.platform.teamId}`)).to.have.length(2);
    expect(await found('pipelineIds=unknown')).to.deep.equal([]);
    expect((await client.get('/pipeline-executions?status=done')).status).to.equal(400);
  });

  it('refuse what they cannot start with', async () => {
    const { versionId } = await local.client.pipeline('Echo');
    const request = { pipelineConfigurationVersionId: versionId, pipelineInput: {}, pipelineInputSummary: 'x' };
    const field = async (changes: object) =>
      (await local.client.post('/pipeline-executions', { ...request, ...changes })).body.details[0].field;
    expect(await field({ pipelineInput: 'text' })).to.equal('pipelineInput');
    expect(await field({ pipelineInputSummary: 'x'.repeat(1001) })).to.equal('pipelineInputSummary');
    expect(await field({ totalSteps: 0 })).to.equal('totalSteps');
    expect((await local.client.post('/pipeline-executions', { ...request, pipelineConfigurationVersionId: 'unknown' })).status).to.equal(
      404,
    );
  });

  it('read datasets and files of their team', async () => {
    const { client } = local;
    const { datasetId } = await client.dataset('Airports', 'id,city\n1,Oslo\n2,Rome\n', [
      { name: 'id', type: 'integer', nullable: false },
      { name: 'city', type: 'string', nullable: false },
    ]);
    const { versionId } = await client.pipeline('Read', {
      id: 'read',
      name: 'Read',
      blocks: {
        airports: { id: 'airports', type: 'dataset', config: { dataset_id: datasetId } },
        result: { id: 'result', type: 'output', config: { name: 'rows' } },
      },
      connections: [{ source_block_id: 'airports', source_port: 'data', target_block_id: 'result', target_port: 'data' }],
    });
    const done = await client.finished(await client.execute(versionId, {}));
    expect(done.pipelineOutput).to.deep.equal({
      rows: [
        { id: 1, city: 'Oslo' },
        { id: 2, city: 'Rome' },
      ],
    });
  });
});
