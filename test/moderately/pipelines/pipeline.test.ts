import { expect } from 'chai';
import nock from 'nock';
import { ConflictError, ResourceError, ValidationError } from '../../../src/index.js';
import type { Moderately, Pipeline } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, page, teamId } from '../support/connect.js';

describe('a pipeline', () => {
  onTheWire();
  let mai: Moderately;
  beforeEach(() => {
    mai = connect();
  });

  async function loaded(more: object = {}): Promise<Pipeline> {
    nock(origin).get('/pipelines/p1').reply(200, json.pipeline(more));
    return mai.Pipeline.get('p1');
  }

  const figures = { lastRunAt: '2024-01-15T10:00:00.000Z', totalRuns: 4, successfulRuns: 3, successRate: 75 };

  it('is created with its team and its name alone', async () => {
    nock(origin).post('/pipelines', { teamId, name: 'Routes' }).reply(201, json.pipeline());
    expect(await mai.Pipeline.create({ name: 'Routes' })).to.include({ id: 'p1', isModified: false });
  });

  it('has a name of its own in its team', async () => {
    nock(origin)
      .post('/pipelines')
      .reply(409, { error: { code: 'CONFLICT', message: 'The name is taken.' } });
    expect(await failure(mai.Pipeline.create({ name: 'Routes' }))).to.be.instanceOf(ConflictError);
  });

  it('has a name of 1 to 255 and a description of at most 1,000 characters', async () => {
    for (const attributes of [{ name: '' }, { name: 'x'.repeat(256) }, { name: 'a', description: 'x'.repeat(1001) }]) {
      expect(await failure(mai.Pipeline.create(attributes))).to.be.instanceOf(ValidationError);
    }
  });

  it('has no figures after it was created or changed, until it is loaded', async () => {
    nock(origin).post('/pipelines').reply(201, json.pipeline());
    const pipeline = await mai.Pipeline.create({ name: 'Routes' });
    expect([pipeline.isPartial, pipeline.totalRuns, pipeline.successRatio]).to.deep.equal([true, undefined, undefined]);
    nock(origin).get('/pipelines/p1').reply(200, json.pipeline(figures));
    await pipeline.refresh();
    expect(pipeline).to.include({ isPartial: false, totalRuns: 4, successRate: 75, successRatio: 0.75 });
    expect(pipeline.lastRunAt?.getTime()).to.equal(Date.parse(figures.lastRunAt));
  });

  it('shows new values itself when it is updated, and can lose its description', async () => {
    const pipeline = await loaded({ description: 'old' });
    nock(origin)
      .patch('/pipelines/p1', { name: 'Ways', description: null })
      .reply(200, json.pipeline({ name: 'Ways' }));
    expect(await pipeline.update({ name: 'Ways', description: null })).to.equal(pipeline);
    expect(pipeline).to.include({ name: 'Ways', description: null, isModified: false });
  });

  it('is deleted by a response with an empty body', async () => {
    const pipeline = await loaded();
    nock(origin).delete('/pipelines/p1').reply(200);
    expect((await pipeline.delete()).deletedId).to.equal('p1');
  });

  it('finds all its versions, on as many pages as there are', async () => {
    const pipeline = await loaded();
    const versions = Array.from({ length: 12 }, (_unused, index) =>
      json.configurationVersion({ pipelineConfigurationVersionId: `cv${index}` }),
    );
    for (const number of [1, 2]) {
      nock(origin)
        .get('/pipeline-configuration-versions')
        .query({ teamIds: teamId, page: number, pageSize: 10, pipelineIds: 'p1' })
        .reply(200, page(versions.slice((number - 1) * 10, number * 10), { number, total: 12 }));
    }
    expect((await pipeline.configurationVersions().toArray()).length).to.equal(12);
  });

  it('finds its executions, and really the latest', async () => {
    const pipeline = await loaded();
    const query = { teamIds: teamId, page: 1, pipelineIds: 'p1' };
    nock(origin)
      .get('/pipeline-executions')
      .query({ ...query, pageSize: 5, status: 'running' })
      .reply(200, page([]));
    await pipeline.executions({ status: 'running', pageSize: 5 });
    const latest = { ...query, pageSize: 1, orderBy: 'createdAt', orderDirection: 'desc' };
    nock(origin)
      .get('/pipeline-executions')
      .query(latest)
      .reply(200, page([json.execution()]));
    expect((await pipeline.latestExecution())?.id).to.equal('e1');
    nock(origin).get('/pipeline-executions').query(latest).reply(200, page([]));
    expect(await pipeline.latestExecution()).to.equal(null);
  });

  it('executes its current version', async () => {
    const pipeline = await loaded();
    nock(origin)
      .get('/pipeline-configuration-versions')
      .query({ teamIds: teamId, page: 1, pageSize: 1, pipelineIds: 'p1', status: 'current' })
      .reply(200, page([json.configurationVersion({ status: 'current' })]));
    nock(origin)
      .post('/pipeline-executions', {
        pipelineConfigurationVersionId: 'cv1',
        pipelineInput: { text: 'hello' },
        pipelineInputSummary: '{"text":"hello"}',
      })
      .reply(201, json.execution());
    expect(await pipeline.execute({ text: 'hello' })).to.include({ id: 'e1', isPending: true });
  });

  it('executes another version when it is told to, by its record or its id', async () => {
    const pipeline = await loaded();
    nock(origin)
      .post('/pipeline-executions', (body) => body.pipelineConfigurationVersionId === 'cv7')
      .twice()
      .reply(201, json.execution());
    await pipeline.execute({}, { version: 'cv7' });
    await pipeline.execute(
      {},
      { version: mai.PipelineConfigurationVersion.fromDict(json.configurationVersion({ pipelineConfigurationVersionId: 'cv7' })) },
    );
  });

  it('cannot be executed without a version, and says what to do', async () => {
    const pipeline = await loaded();
    nock(origin).get('/pipeline-configuration-versions').query(true).reply(200, page([]));
    const error = await failure(pipeline.execute({}));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain('activate()');
  });

  it('runs the hooks of a run around an execution, once', async () => {
    const pipeline = await loaded();
    const told: string[] = [];
    mai.before('run', ({ resource }) => void told.push(`before ${resource.constructor.name}`));
    mai.after('run', ({ result }) => void told.push(`after ${(result as { id: string }).id}`));
    pipeline.on('run', () => told.push('run'));
    nock(origin).post('/pipeline-executions').reply(201, json.execution());
    await pipeline.execute({}, { version: 'cv1' });
    expect(told).to.deep.equal(['before Pipeline', 'after e1', 'run']);
  });

  describe('as a clone', () => {
    const versions = [1, 2].map((version) =>
      json.configurationVersion({
        pipelineConfigurationVersionId: `cv${version}`,
        version,
        status: 'current',
        configuration: { ...json.configurationVersion().configuration, id: `c${version}` },
      }),
    );

    function listed(): void {
      nock(origin)
        .get('/pipeline-configuration-versions')
        .query({ teamIds: teamId, page: 1, pageSize: 100, pipelineIds: 'p1', orderBy: 'version', orderDirection: 'asc' })
        .reply(200, page(versions, { size: 100 }));
    }

    /** The copy is created, and the versions of the original are listed. */
    function created(): void {
      nock(origin)
        .post('/pipelines')
        .reply(201, json.pipeline({ pipelineId: 'p2', name: 'Ways' }));
      listed();
    }

    function copied(id: string, status = 201): void {
      nock(origin)
        .post(
          '/pipeline-configuration-versions',
          (body) => body.pipelineId === 'p2' && body.configuration.id === id && body.status === undefined,
        )
        .reply(status, status === 201 ? json.configurationVersion() : { error: { message: 'Try later.' } });
    }

    it('is new, and gets copies of the versions as drafts when it is saved', async () => {
      const copy = await (await loaded(figures)).clone({ name: 'Ways' });
      expect(copy).to.include({ isNew: true, id: null, name: 'Ways', totalRuns: undefined });
      nock(origin)
        .post('/pipelines', { teamId, name: 'Ways', description: null })
        .reply(201, json.pipeline({ pipelineId: 'p2', name: 'Ways' }));
      listed();
      copied('c1');
      copied('c2');
      expect((await copy.save()).id).to.equal('p2');
      await copy.save();
    });

    it('says which version could not be copied, and goes on with it when it is saved again', async () => {
      const copy = await (await loaded()).clone({ name: 'Ways' });
      created();
      copied('c1');
      copied('c2', 500);
      const error = await failure(copy.save());
      expect(error).to.be.instanceOf(ResourceError);
      expect(error.message).to.contain('is saved, but version 2');
      expect(copy.id).to.equal('p2');
      copied('c2');
      await copy.save();
    });

    it('of one that is known by its id alone gets the versions as well', async () => {
      nock(origin)
        .get('/pipelines/p1')
        .reply(200, json.pipeline({ description: 'Kept' }));
      const copy = await new mai.Pipeline({ id: 'p1' }).clone({ name: 'Ways' });
      expect(copy.description).to.equal('Kept');
      created();
      copied('c1');
      copied('c2');
      await copy.save();
    });

    it('gets each version once, however many save it at the same time', async () => {
      const copy = await (await loaded()).clone({ name: 'Ways' });
      created();
      copied('c1');
      copied('c2');
      await Promise.all([copy.save(), copy.save()]);
    });

    it('does not copy a version again whose copy may be there already, until it is told to', async () => {
      const copy = await (await loaded()).clone({ name: 'Ways' });
      created();
      nock(origin)
        .post('/pipeline-configuration-versions')
        .replyWithError(Object.assign(new Error('broken off'), { code: 'ECONNRESET' }));
      for (const error of [await failure<ResourceError>(copy.save()), await failure<ResourceError>(copy.save())]) {
        expect(error).to.include({ outcome: 'unknown', retryable: false });
        expect(error.message).to.contain('version 1').and.to.contain('force: true');
      }
      nock(origin)
        .patch('/pipelines/p2')
        .reply(200, json.pipeline({ pipelineId: 'p2', name: 'Ways' }));
      copied('c1');
      copied('c2');
      await copy.save({}, { force: true });
    });

    it('of a deleted one is the pipeline alone', async () => {
      const pipeline = await loaded();
      pipeline.markAsDeleted();
      nock(origin)
        .post('/pipelines')
        .reply(201, json.pipeline({ pipelineId: 'p2' }));
      await (await pipeline.clone()).save();
    });
  });
});
