import { expect } from 'chai';
import nock from 'nock';
import { BadRequestError, ConflictError, type ResourceError, ValidationError } from '../../../src/index.js';
import { ConfigurationBuilder, type Moderately, type PipelineConfigurationVersion } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, echo, forgetStrangeRequests, json, onTheWire, origin, page, teamId } from '../support/connect.js';

describe('a configuration version', () => {
  onTheWire();
  let mai: Moderately;
  let version: PipelineConfigurationVersion;
  beforeEach(async () => {
    mai = connect();
    nock(origin).get('/pipeline-configuration-versions/cv1').reply(200, json.configurationVersion());
    version = await mai.PipelineConfigurationVersion.get('cv1');
  });

  it('is created for a pipeline, as a draft unless told otherwise', async () => {
    const pipeline = mai.Pipeline.fromDict(json.pipeline());
    nock(origin)
      .post('/pipeline-configuration-versions', { pipelineId: 'p1', configuration: echo })
      .reply(201, json.configurationVersion());
    expect(await pipeline.createConfigurationVersion(echo)).to.include({ status: 'draft', version: 1 });
    nock(origin)
      .post('/pipeline-configuration-versions', { pipelineId: 'p1', configuration: echo, status: 'current' })
      .reply(409, { error: { message: 'There is a current one.' } });
    expect(await failure(pipeline.createConfigurationVersion(echo, { status: 'current' }))).to.be.instanceOf(ConflictError);
  });

  it('cannot become current beside another one', async () => {
    nock(origin)
      .patch('/pipeline-configuration-versions/cv1', { status: 'current' })
      .reply(409, { error: { message: 'There is one.' } });
    expect(await failure(version.activate())).to.be.instanceOf(ConflictError);
    expect([version.status, version.original('status')]).to.deep.equal(['current', 'draft']);
  });

  it('notices an edit deep inside its configuration, sends it, and forgets it when it is undone', async () => {
    version.configuration.blocks.result!.config.name = 'said';
    expect(version.changes.configuration?.from.blocks.result?.config.name).to.equal('echoed');
    version.configuration.blocks.result!.config.name = 'echoed';
    expect(version.isModified).to.equal(false);
    version.configuration.blocks.result!.config.name = 'said';
    nock(origin)
      .patch('/pipeline-configuration-versions/cv1', (body) => body.configuration.blocks.result.config.name === 'said')
      .reply(200, json.configurationVersion({ configuration: version.configuration }));
    await version.save();
    expect(version.isModified).to.equal(false);
  });

  it('that is current cannot be edited until it is archived', async () => {
    nock(origin)
      .patch('/pipeline-configuration-versions/cv1')
      .reply(400, { error: { message: 'It is current.' } });
    version.configuration.name = 'other';
    expect(await failure(version.save())).to.be.instanceOf(BadRequestError);
    version.revert();
    nock(origin)
      .patch('/pipeline-configuration-versions/cv1', { status: 'archived' })
      .reply(200, json.configurationVersion({ status: 'archived' }));
    expect((await version.archive()).status).to.equal('archived');
  });

  it('that is current cannot be deleted until it is archived', async () => {
    nock(origin)
      .delete('/pipeline-configuration-versions/cv1')
      .reply(400, { error: { message: 'It is current.' } });
    expect(await failure(version.delete())).to.be.instanceOf(BadRequestError);
    expect(version.isDeleted).to.equal(false);
    nock(origin).delete('/pipeline-configuration-versions/cv1').reply(200);
    await version.delete();
    expect(version.isDeleted).to.equal(true);
  });

  it('is cloned by the platform when it is known by its id alone, and validated as the platform has it', async () => {
    nock(origin).get('/pipeline-configuration-versions/cv1').times(3).reply(200, json.configurationVersion());
    nock(origin)
      .post('/pipeline-configuration-versions/cv1/clone', {})
      .reply(201, json.configurationVersion({ pipelineConfigurationVersionId: 'cv2', version: 2, status: 'draft' }));
    const copy = await new mai.PipelineConfigurationVersion({ id: 'cv1' }).clone();
    expect(copy).to.include({ id: 'cv2', isNew: false });
    const changed = await new mai.PipelineConfigurationVersion({ id: 'cv1' }).clone({ status: 'archived' });
    expect(changed).to.deep.include({ id: null, configuration: json.configurationVersion().configuration });
    nock(origin).post('/pipeline-configuration-versions/validate', { configuration: echo }).reply(200, { isValid: true });
    await new mai.PipelineConfigurationVersion({ id: 'cv1' }).validate();
  });

  it('is cloned by the platform when it is clean', async () => {
    const cloned = json.configurationVersion({ pipelineConfigurationVersionId: 'cv2', version: 2, createdAt: '2024-02-01T00:00:00.000Z' });
    nock(origin).post('/pipeline-configuration-versions/cv1/clone', {}).reply(201, cloned);
    const before = version.toDict();
    const copy = await version.clone();
    expect(copy).to.include({ id: 'cv2', version: 2, status: 'draft', isNew: false, isModified: false, context: mai });
    expect(copy.configuration).to.deep.equal(version.configuration);
    expect(version.toDict()).to.deep.equal(before);
  });

  it('is not given out as a clone that nobody knows', async () => {
    nock(origin).post('/pipeline-configuration-versions/cv1/clone', {}).reply(201);
    const error = await failure<ResourceError>(version.clone());
    expect(error.outcome).to.equal('unknown');
    expect(error.message).to.contain('pipelineConfigurationVersionId');
  });

  it('is cloned here when it is not clean, or is to be different', async () => {
    version.configuration.name = 'edited';
    const copy = await version.clone();
    expect(copy).to.include({ isNew: true, id: null, status: undefined, pipelineId: 'p1' });
    nock(origin)
      .post('/pipeline-configuration-versions', (body) => body.configuration.name === 'edited' && body.status === undefined)
      .reply(201, json.configurationVersion({ pipelineConfigurationVersionId: 'cv2' }));
    await copy.save();
    version.revert('configuration');
    expect((await version.clone({ pipelineId: 'p2' })).pipelineId).to.equal('p2');
  });

  it('is validated as it is here, and an invalid one is an answer', async () => {
    const problem = {
      type: 'connection_error',
      connectionId: 'text.data->nowhere.data',
      sourceBlockId: 'text',
      sourcePort: 'data',
      targetBlockId: 'nowhere',
      targetPort: 'data',
      errorType: 'unknown_target_block',
      message: 'There is no block nowhere.',
    };
    version.configuration.connections![0]!.target_block_id = 'nowhere';
    nock(origin)
      .post('/pipeline-configuration-versions/validate', { configuration: version.configuration } as nock.DataMatcherMap)
      .reply(200, { valid: false, errors: [problem], warnings: [] });
    const report = await version.validate();
    expect(report).to.deep.equal({ valid: false, errors: [problem], warnings: [] });
    nock(origin)
      .post('/pipeline-configuration-versions/validate', { configuration: {} })
      .reply(200, { valid: true, errors: [], warnings: [] });
    expect((await mai.PipelineConfigurationVersion.validate({})).valid).to.equal(true);
  });

  it('knows the schema of configurations, where the platform has one', async () => {
    nock(origin).get('/pipeline-configuration-versions/schema').reply(200, { $schema: 'http://json-schema.org/draft-07/schema#' });
    expect(await mai.PipelineConfigurationVersion.schema()).to.have.property('$schema');
    nock(origin).get('/pipeline-configuration-versions/schema').reply(200, 'null');
    expect(await mai.PipelineConfigurationVersion.schema()).to.equal(null);
  });

  it('keeps blocks, keys and values that nobody here knows', async () => {
    const configuration = {
      ...echo,
      pipeline_config: { max_concurrent_tasks: 3 },
      blocks: {
        ...echo.blocks,
        law: { id: 'law', type: 'legal_variance_determination', name: 'Law', config: { general_instructions: 'x' } },
      },
    };
    nock(origin)
      .post('/pipeline-configuration-versions', { pipelineId: 'p1', configuration })
      .reply(201, json.configurationVersion({ configuration }));
    const saved = await mai.PipelineConfigurationVersion.create({ pipelineId: 'p1', configuration });
    expect(saved.configuration).to.deep.equal(configuration);
    expect(saved.toDict().configuration).to.deep.equal(configuration);
    forgetStrangeRequests();
  });

  it('has its pipeline and its executions, the newest first when one is asked for', async () => {
    nock(origin).get('/pipelines/p1').reply(200, json.pipeline());
    expect((await version.pipeline()).name).to.equal('Routes');
    const query = { teamIds: teamId, page: 1, pipelineConfigurationVersionIds: 'cv1' };
    nock(origin)
      .get('/pipeline-executions')
      .query({ ...query, pageSize: 10, statuses: 'failed,cancelled' })
      .reply(200, page([]));
    await version.executions({ statuses: ['failed', 'cancelled'] });
    nock(origin)
      .get('/pipeline-executions')
      .query({ ...query, pageSize: 1, orderBy: 'createdAt', orderDirection: 'desc' })
      .reply(200, page([json.execution()]));
    expect((await version.latestExecution())?.id).to.equal('e1');
  });
});

describe('a configuration builder', () => {
  it('connects blocks with the four keys of the wire', () => {
    const configuration = new ConfigurationBuilder('echo', { name: 'Echo' })
      .block('text', 'input', { json_schema: { type: 'string' } })
      .block('result', 'output')
      .connect('text', 'result.data')
      .build();
    expect(configuration).to.deep.equal({
      id: 'echo',
      name: 'Echo',
      blocks: {
        text: { id: 'text', type: 'input', config: { json_schema: { type: 'string' } } },
        result: { id: 'result', type: 'output', config: {} },
      },
      connections: [{ source_block_id: 'text', source_port: 'data', target_block_id: 'result', target_port: 'data' }],
    });
  });

  it('understands ids with dots in them', () => {
    const { connections } = new ConfigurationBuilder('x').block('a.b', 'input').block('c', 'join').connect('a.b', 'c.left').build();
    expect(connections?.[0]).to.include({ source_block_id: 'a.b', target_block_id: 'c', target_port: 'left' });
  });

  it('refuses a second block of one id, and blocks that are not there', () => {
    const builder = new ConfigurationBuilder('x').block('a', 'input');
    expect(() => builder.block('a', 'output')).to.throw(ValidationError, '"a"');
    expect(() => builder.connect('a', 'b.data')).to.throw(ValidationError, 'no block "b"');
  });

  it('gives a configuration of its own each time', () => {
    const builder = new ConfigurationBuilder('x').block('a', 'input', { deep: { x: 1 } });
    (builder.build().blocks.a!.config.deep as { x: number }).x = 2;
    expect(builder.build().blocks.a!.config.deep).to.deep.equal({ x: 1 });
  });
});
