import { expect } from 'chai';
import { echo, type Json, usePlatform } from '../../support/platform.js';

describe('Pipelines of the local platform', () => {
  const local = usePlatform();
  const team = (extra: object) => ({ teamId: local.platform.teamId, ...extra });
  const version = (pipelineId: string, extra: object = {}) =>
    local.client.post('/pipeline-configuration-versions', { pipelineId, configuration: echo, ...extra });

  it('have a name of their own in the team, when they are made and when they are renamed', async () => {
    const { client } = local;
    const { status, body } = await client.post('/pipelines', team({ name: 'Routes', description: null }));
    expect(status).to.equal(201);
    expect(body).to.have.all.keys('pipelineId', 'teamId', 'name', 'description', 'createdAt', 'updatedAt');
    expect((await client.post('/pipelines', team({ name: 'Routes' }))).status).to.equal(409);
    const other = (await client.post('/pipelines', team({ name: 'Other' }))).body;
    expect((await client.patch(`/pipelines/${other.pipelineId}`, { name: 'Routes' })).status).to.equal(409);
    expect((await client.patch(`/pipelines/${other.pipelineId}`, { name: 'Other' })).status).to.equal(200);
    expect((await client.post('/pipelines', team({ name: 'x', description: 'x'.repeat(1001) }))).status).to.equal(400);
  });

  it('count their runs', async () => {
    const { client } = local;
    const { pipelineId, versionId } = await client.pipeline('Echo');
    expect((await client.get(`/pipelines/${pipelineId}`)).body).to.include({
      lastRunAt: null,
      totalRuns: 0,
      successfulRuns: 0,
      successRate: 0,
    });
    await client.finished(await client.execute(versionId));
    await client.finished(await client.execute(versionId, {}));
    const { body } = await client.get(`/pipelines/${pipelineId}`);
    expect(body).to.include({ totalRuns: 2, successfulRuns: 1, successRate: 50 });
    expect(Date.parse(body.lastRunAt)).to.be.greaterThan(0);
    expect((await client.get('/pipelines')).body.items[0]).to.deep.equal(body);
  });

  it('are deleted with their versions and executions', async () => {
    const { client } = local;
    const { pipelineId, versionId } = await client.pipeline('Echo');
    const execution = await client.execute(versionId);
    const deleted = await client.delete(`/pipelines/${pipelineId}`);
    expect([deleted.status, deleted.body]).to.deep.equal([200, {}]);
    for (const path of [`/pipelines/${pipelineId}`, `/pipeline-configuration-versions/${versionId}`, `/pipeline-executions/${execution}`]) {
      expect((await client.get(path)).status, path).to.equal(404);
    }
  });

  it('number their versions, as drafts unless told otherwise', async () => {
    const { pipelineId } = (await local.client.post('/pipelines', team({ name: 'Echo' }))).body;
    const first = await version(pipelineId);
    expect(first.status).to.equal(201);
    expect(first.body).to.deep.include({ version: 1, status: 'draft', configuration: echo, pipelineId });
    expect((await local.client.get(`/pipeline-configuration-versions/${first.body.pipelineConfigurationVersionId}`)).body).to.deep.equal(
      first.body,
    );
    expect((await version(pipelineId)).body.version).to.equal(2);
    const { items } = (
      await local.client.get(`/pipeline-configuration-versions?pipelineIds=${pipelineId}&orderBy=version&orderDirection=desc`)
    ).body;
    expect(items.map((item: Json) => item.version)).to.deep.equal([2, 1]);
    expect((await version('unknown')).status).to.equal(404);
  });

  it('have one current version at most, which can be neither changed nor deleted', async () => {
    const { client } = local;
    const { pipelineId, versionId } = await client.pipeline('Echo');
    const path = `/pipeline-configuration-versions/${versionId}`;
    expect((await version(pipelineId, { status: 'current' })).status).to.equal(409);
    const draft = (await version(pipelineId)).body.pipelineConfigurationVersionId;
    expect((await client.patch(`/pipeline-configuration-versions/${draft}`, { status: 'current' })).status).to.equal(409);
    expect((await client.patch(path, { configuration: echo })).status).to.equal(400);
    expect((await client.patch(path, { status: 'draft' })).status).to.equal(400);
    expect((await client.delete(path)).status).to.equal(400);

    expect((await client.patch(path, { status: 'archived' })).body.status).to.equal('archived');
    const changed = { ...echo, name: 'Other', pipeline_config: { chunk_overlap_words: 3 } };
    expect((await client.patch(path, { configuration: changed })).body.configuration).to.deep.equal(changed);
    expect((await client.patch(`/pipeline-configuration-versions/${draft}`, { status: 'current' })).body.status).to.equal('current');
    expect((await client.delete(path)).status).to.equal(200);
    expect((await client.get(path)).status).to.equal(404);
  });

  it('copy a version into a draft with the next number', async () => {
    const { client } = local;
    const { pipelineId, versionId } = await client.pipeline('Echo');
    for (const body of [undefined, {}]) {
      const clone = await client.post(`/pipeline-configuration-versions/${versionId}/clone`, body);
      expect(clone.status).to.equal(201);
      expect(clone.body).to.deep.include({ pipelineId, status: 'draft', configuration: echo });
      expect(clone.body.pipelineConfigurationVersionId).to.not.equal(versionId);
    }
    const { items } = (await client.get(`/pipeline-configuration-versions?pipelineIds=${pipelineId}&statuses=draft,archived`)).body;
    expect(items.map((item: Json) => item.version)).to.deep.equal([2, 3]);
  });

  it('keep every key of a configuration, known or not', async () => {
    const { pipelineId } = (await local.client.post('/pipelines', team({ name: 'Echo' }))).body;
    const configuration = {
      ...echo,
      blocks: {
        ...echo.blocks,
        law: { id: 'law-1', type: 'legal_variance_determination', name: 'Law', config: { general_instructions: 'x' } },
      },
      pipeline_config: { decision_types: { positive: ['a'] } },
      metadata: { name: 'n', extra: [1, { deep: null }] },
    };
    // The document lists nineteen block types; the vendor's own examples use others, so this answer is read past it.
    const answer = await local.platform.fetch(`${local.platform.url}/pipeline-configuration-versions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${local.platform.apiKey}` },
      body: JSON.stringify({ pipelineId, configuration }),
    });
    expect(answer.status).to.equal(201);
    expect(((await answer.json()) as Json).configuration).to.deep.equal(configuration);
  });

  it('refuse configurations of the wrong shape', async () => {
    const { pipelineId } = (await local.client.post('/pipelines', team({ name: 'Echo' }))).body;
    const field = async (configuration: unknown) => (await version(pipelineId, { configuration })).body.details[0].field;
    expect(await field('x')).to.equal('configuration');
    expect(await field({ id: 'x', name: 'x' })).to.equal('configuration.blocks');
    expect(await field({ ...echo, blocks: { a: { id: 'a', type: 'input' } } })).to.equal('configuration.blocks.a.config');
    const withBlock = (type: string, config: object) => ({ ...echo, blocks: { a: { id: 'a', type, config } } });
    expect(await field(withBlock('llm', { provider: 'openai', temperature: 3 }))).to.equal('configuration.blocks.a.config.temperature');
    expect(await field(withBlock('semantic_filter', { top_k: 0 }))).to.equal('configuration.blocks.a.config.top_k');
    expect(await field(withBlock('dataset', {}))).to.equal('configuration.blocks.a.config.dataset_id');
    expect(await field({ ...echo, connections: [{ source_block_id: 'a' }] })).to.equal('configuration.connections.0.source_port');
  });

  it('are validated without being stored', async () => {
    const { client } = local;
    const validate = async (configuration: object) =>
      (await client.post('/pipeline-configuration-versions/validate', { configuration })).body;
    expect(await validate(echo)).to.deep.include({ valid: true, errors: [], warnings: [] });
    const lost = await validate({ ...echo, connections: [{ ...echo.connections[0], target_block_id: 'nowhere' }] });
    expect(lost.valid).to.equal(false);
    const found = lost.errors.find(({ type }: Json) => type === 'connection_error');
    expect(found).to.include({ targetBlockId: 'nowhere', errorType: 'unknown_target_block' });
    expect((await client.post('/pipeline-configuration-versions/validate', {})).status).to.equal(400);
    expect((await client.get('/pipeline-configuration-versions')).body.pagination.totalItems).to.equal(0);
  });

  it('publish the schema of a configuration', async () => {
    const { status, body } = await local.client.get('/pipeline-configuration-versions/schema');
    expect(status).to.equal(200);
    expect(body.$schema).to.contain('draft-07');
  });
});
