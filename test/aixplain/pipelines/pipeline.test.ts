import { expect } from 'chai';
import nock from 'nock';
import { AlreadyDeployedError, Pipeline } from '../../../src/aixplain/index.js';
import { BadRequestError, NotFoundError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { graph } from '../support/pipelines.js';
import { backend, body, connect } from '../support/platform.js';

const token = { reqheaders: { authorization: 'Token team-key-of-the-tests' }, badheaders: ['x-api-key'] };

describe('a pipeline as a record', () => {
  withoutNetwork();

  it('is created with its graph under architecture', async () => {
    nock(backend, token)
      .post('/sdk/pipelines', body({ name: 'p', status: 'draft', architecture: graph() }))
      .reply(201, { id: 'p1' });
    const pipeline = await connect().Pipeline.create({ name: 'p', architecture: graph() });
    expect([pipeline.id, pipeline.name, pipeline.isModified]).to.deep.equal(['p1', 'p', false]);
    expect(pipeline.architecture).to.deep.equal(graph());
    expect(String(pipeline)).to.equal('Pipeline: p (id=p1)');
  });

  it('is loaded and saved without a change to its graph', async () => {
    const { nodes, links } = graph();
    nock(backend, token).get('/sdk/pipelines/p1').reply(200, { id: 'p1', name: 'p', status: 'draft', nodes, links });
    nock(backend, token)
      .put('/sdk/pipelines/p1', body({ name: 'q', status: 'draft', architecture: { nodes, links } }))
      .reply(200, { id: 'p1' });
    const pipeline = await connect().Pipeline.get('p1');
    expect(pipeline.isModified).to.equal(false);
    await pipeline.save({ name: 'q' });
    expect([pipeline.isModified, pipeline.id]).to.deep.equal([false, 'p1']);
  });

  it('keeps every byte of a graph that only the platform understands', async () => {
    const text = '{"nodes":[{"b":1,"a":{"z":null,"y":[]},"type":"NEW","functionType":"AI"}],"links":[],"zoom":{"k":1.5}}';
    const bodies: string[] = [];
    nock(backend).get('/sdk/pipelines/p1').reply(200, `{"id":"p1","name":"p","architecture":${text}}`);
    nock(backend)
      .put('/sdk/pipelines/p1', (sent) => bodies.push(JSON.stringify(sent)) > 0)
      .reply(200, { id: 'p1' });
    const pipeline = await connect().Pipeline.get('p1');
    await pipeline.save({ description: 'd' });
    expect(bodies[0]).to.contain(text);
  });

  it('sends back what the platform said beside the fields', async () => {
    nock(backend).get('/sdk/pipelines/p1').reply(200, { id: 'p1', name: 'p', nodes: [], links: [], teamId: 4, supplier: 'Other' });
    nock(backend)
      .put('/sdk/pipelines/p1', {
        name: 'q',
        status: 'draft',
        supplier: 'Other',
        teamId: 4,
        architecture: { nodes: [], links: [] },
      })
      .reply(200, { id: 'p1' });
    const pipeline = await connect().Pipeline.get('p1');
    await pipeline.save({ name: 'q' });
  });

  it('is sent with function types in lower case when its graph is new, and stays as it was', async () => {
    const mine = graph();
    mine.nodes[1]!.functionType = 'AI';
    nock(backend)
      .post('/sdk/pipelines', body({ name: 'p', status: 'draft', architecture: graph() }))
      .reply(201, { id: 'p1' });
    await connect().Pipeline.create({ name: 'p', architecture: mine });
    expect(mine.nodes[1]!.functionType).to.equal('AI');
  });

  it('notices an edit deep inside the graph', async () => {
    const { nodes, links } = graph();
    nock(backend).get('/sdk/pipelines/p1').reply(200, { id: 'p1', name: 'p', nodes, links });
    const pipeline = await connect().Pipeline.get('p1');
    pipeline.architecture!.nodes[1]!.assetId = 'other';
    expect(pipeline.changedFields).to.deep.equal(['architecture']);
    pipeline.revert();
    expect(pipeline.architecture!.nodes[1]!.assetId).to.equal('shout');
  });

  it('never replaces a graph it has not seen', async () => {
    const { nodes, links } = graph();
    nock(backend)
      .post('/sdk/pipelines/paginate', { pageNumber: 0, pageSize: 20, draftsOnly: false })
      .reply(200, { items: [{ id: 'p1', name: 'p', status: 'draft' }], total: 1, pageTotal: 1 });
    nock(backend).get('/sdk/pipelines/p1').reply(200, { id: 'p1', name: 'p', status: 'draft', nodes, links });
    nock(backend)
      .put('/sdk/pipelines/p1', body({ name: 'q', status: 'draft', architecture: graph() }))
      .reply(200, { id: 'p1' });
    const [found] = (await connect().Pipeline.search()).results;
    await found!.save();
    await found!.save({ name: 'q' });
    expect([found!.name, found!.isModified]).to.deep.equal(['q', false]);
  });

  it('never replaces a graph it has not seen, also when a hook makes the change', async () => {
    class Renaming extends Pipeline {
      override beforeSave(): void {
        this.name = 'renamed';
      }
    }
    nock(backend)
      .post('/sdk/pipelines/paginate')
      .reply(200, { items: [{ id: 'p1', name: 'p' }], total: 1 });
    nock(backend)
      .get('/sdk/pipelines/p1')
      .reply(200, { id: 'p1', name: 'p', ...graph() });
    nock(backend)
      .put('/sdk/pipelines/p1', body({ name: 'renamed', status: 'draft', architecture: graph() }))
      .reply(200, { id: 'p1' });
    const [found] = (await connect().bind(Renaming).search()).results;
    await found!.save();
  });

  it('is cloned with its graph as a draft, also when the graph has not been seen', async () => {
    nock(backend)
      .post('/sdk/pipelines/paginate')
      .reply(200, { items: [{ id: 'p1', name: 'p', status: 'onboarded' }], total: 1 });
    nock(backend)
      .get('/sdk/pipelines/p1')
      .reply(200, { id: 'p1', name: 'p', status: 'onboarded', ...graph() });
    nock(backend)
      .post('/sdk/pipelines', body({ name: 'copy', status: 'draft', architecture: graph() }))
      .reply(201, { id: 'p2' });
    const [found] = (await connect().Pipeline.search()).results;
    const copy = await found!.clone({ name: 'copy' });
    expect([copy.isNew, copy.status]).to.deep.equal([true, 'draft']);
    await copy.save();
    expect([copy.id, found!.id]).to.deep.equal(['p2', 'p1']);
  });

  it('becomes an asset, or a draft again, when it is saved as such', async () => {
    nock(backend)
      .post('/sdk/pipelines', body({ name: 'p', status: 'onboarded', architecture: graph() }))
      .reply(201, { id: 'p1' });
    nock(backend)
      .put('/sdk/pipelines/p1', body({ name: 'p', status: 'draft', architecture: graph() }))
      .reply(200, { id: 'p1' });
    const pipeline = connect().Pipeline.init('p', { architecture: graph() });
    expect([pipeline.id, pipeline.status, pipeline.supplier, pipeline.version]).to.deep.equal([null, 'draft', 'aiXplain', '1.0']);
    await pipeline.save({}, { saveAsAsset: true });
    expect(pipeline.status).to.equal('onboarded');
    await pipeline.update({}, { saveAsAsset: false });
    expect(pipeline.status).to.equal('draft');
  });

  it('needs a name', async () => {
    const error = await failure(connect().Pipeline.create({ name: ' ' }));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.details).to.deep.equal([{ field: 'name', message: 'is required' }]);
  });

  it('is deleted, also by a response of 204', async () => {
    nock(backend, token).delete('/sdk/pipelines/p%2F1').reply(204);
    const pipeline = new (connect().Pipeline)({ id: 'p/1', name: 'p' });
    await pipeline.delete();
    expect([pipeline.id, pipeline.isDeleted]).to.deep.equal([null, true]);
  });

  it('tells why it could not be deleted, and stays', async () => {
    nock(backend).delete('/sdk/pipelines/p1').reply(403, { message: 'not yours' });
    const pipeline = new (connect().Pipeline)({ id: 'p1', name: 'p' });
    const error = await failure(pipeline.delete());
    expect([error.status, error.code]).to.deep.equal([403, 'AX-RES-1000']);
    expect(error.message).to.contain('not yours');
    expect(pipeline.isDeleted).to.equal(false);
  });

  it('says what is missing when it is asked for in vain', async () => {
    nock(backend).get('/sdk/pipelines/test-pipeline-id').reply(404, { message: 'no such pipeline' });
    const error = await failure(connect().Pipeline.get('test-pipeline-id'));
    expect(error).to.be.instanceOf(NotFoundError);
    expect(error.message).to.match(/get of Pipeline "test-pipeline-id" failed: HTTP 404.*no such pipeline/);
  });
});

describe('deploying a pipeline', () => {
  withoutNetwork();

  it('sends its graph with the status onboarded', async () => {
    nock(backend)
      .put('/sdk/pipelines/p1', body({ name: 'p', status: 'onboarded', architecture: graph() }))
      .reply(200, { id: 'p1' });
    const pipeline = new (connect().Pipeline)({ id: 'p1', name: 'p', architecture: graph() });
    expect(await pipeline.deploy()).to.equal(pipeline);
    expect([pipeline.id, pipeline.status]).to.deep.equal(['p1', 'onboarded']);
  });

  it('fetches a graph it does not know', async () => {
    const { nodes, links } = graph();
    nock(backend).get('/sdk/pipelines/p1').reply(200, { id: 'p1', name: 'p', status: 'draft', nodes, links });
    nock(backend)
      .put('/sdk/pipelines/p1', body({ name: 'p', status: 'onboarded', architecture: graph() }))
      .reply(200, { id: 'p1' });
    const pipeline = new (connect().Pipeline)({ id: 'p1', name: 'p' });
    await pipeline.deploy();
    expect(pipeline.status).to.equal('onboarded');
  });

  it('never sends an empty graph', async () => {
    nock(backend)
      .get('/sdk/pipelines/p1')
      .twice()
      .reply(200, { id: 'p1', name: 'p', status: 'draft', ...graph() });
    const pipeline = await connect().Pipeline.get('p1');
    pipeline.architecture = { nodes: [], links: [] };
    const error = await failure(pipeline.deploy());
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain('no nodes');
    expect(pipeline.status).to.equal('draft');
  });

  it('refuses what is deployed already, and what is no draft', async () => {
    const { Pipeline } = connect();
    const deployed = await failure(new Pipeline({ id: 'p1', name: 'p', status: 'onboarded', architecture: graph() }).deploy());
    expect(deployed).to.be.instanceOf(AlreadyDeployedError);
    expect(deployed.code).to.equal('AX-INT-1000');
    const failed = await failure(new Pipeline({ id: 'p1', name: 'p', status: 'failed', architecture: graph() }).deploy());
    expect(failed.message).to.contain('"failed"');
  });

  it('leaves the status as it was when it fails', async () => {
    nock(backend)
      .put('/sdk/pipelines/p1')
      .reply(400, { message: ['node 1 has no asset', 'link 2 leads nowhere'] });
    const pipeline = new (connect().Pipeline)({ id: 'p1', name: 'p', architecture: graph() });
    const error = await failure(pipeline.deploy());
    expect(error).to.be.instanceOf(BadRequestError);
    expect(error.message).to.contain('node 1 has no asset');
    expect(error.message).to.contain('link 2 leads nowhere');
    expect(pipeline.status).to.equal('draft');
  });

  it('leaves the status as it was when a hook prevents the save', async () => {
    const aix = connect();
    aix.before('save', () => 'not today');
    const pipeline = new aix.Pipeline({ id: 'p1', name: 'p', architecture: graph() });
    await pipeline.deploy();
    expect(pipeline.status).to.equal('draft');
  });

  it('has hooks of its own', async () => {
    class Guarded extends Pipeline {
      beforeDeploy(): string {
        return 'not today';
      }
    }
    const pipeline = new (connect().bind(Guarded))({ id: 'p1', name: 'p', architecture: graph() });
    expect(await pipeline.deploy()).to.equal('not today');
  });
});

describe('searching pipelines', () => {
  withoutNetwork();

  it('says whether only drafts are wanted, also when the caller leaves that open', async () => {
    nock(backend).post('/sdk/pipelines/paginate', { pageNumber: 0, pageSize: 20, draftsOnly: false }).reply(200, { items: [] });
    expect((await connect().Pipeline.search({ draftsOnly: undefined })).length).to.equal(0);
  });

  it('sends filters as lists of wire values', async () => {
    nock(backend, token)
      .post('/sdk/pipelines/paginate', {
        pageNumber: 1,
        pageSize: 5,
        draftsOnly: true,
        q: 'x',
        functions: ['translation'],
        suppliers: ['aixplain', 'openai'],
        models: ['m1'],
        inputDataTypes: ['text'],
        outputDataTypes: ['audio'],
      })
      .reply(200, { items: [{ id: 'p1', name: 'p' }], total: 6, pageTotal: 1 });
    const page = await connect().Pipeline.search({
      query: 'x',
      functions: 'translation',
      suppliers: ['aixplain', { code: 'openai' }],
      models: { id: 'm1' },
      inputDataTypes: ['text'],
      outputDataTypes: 'audio',
      draftsOnly: true,
      pageNumber: 1,
      pageSize: 5,
    });
    expect([page.results[0]?.id, page.pageNumber, page.pageTotal, page.total]).to.deep.equal(['p1', 1, 2, 6]);
  });

  it('takes pages of 1 to 100', async () => {
    const { Pipeline } = connect();
    for (const pageSize of [0, 101]) {
      expect((await failure(Pipeline.search({ pageSize }).toArray())).message).to.contain('from 1 to 100');
    }
  });

  it('fails with what the platform says', async () => {
    nock(backend).post('/sdk/pipelines/paginate').reply(400, { message: 'bad filter' });
    const error = await failure(connect().Pipeline.search().toArray());
    expect([error.status, error.message.includes('search of Pipeline'), error.message.includes('bad filter')]).to.deep.equal([
      400,
      true,
      true,
    ]);
  });

  it('does not lose an item without a name', async () => {
    nock(backend)
      .post('/sdk/pipelines/paginate')
      .reply(200, { items: [{ id: 'p1' }, 'broken', { id: 'p2', name: 'q' }], total: 3 });
    const page = await connect().Pipeline.search();
    expect(page.results.map(({ id }) => id)).to.deep.equal(['p1', 'p2']);
    expect(page.invalid.map(({ raw }) => raw)).to.deep.equal(['broken']);
  });
});
