import { expect } from 'chai';
import nock from 'nock';
import { ValidationError } from '../../../src/index.js';
import { Dataset } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, page, teamId } from '../support/connect.js';

const pipelines = (from: number, count: number): object[] =>
  Array.from({ length: count }, (_unused, index) => json.pipeline({ pipelineId: `p${from + index}` }));

const newestFirst = { orderBy: 'createdAt', orderDirection: 'desc' };

describe('a search in Moderately', () => {
  onTheWire();

  it('gives a page that says where it is', async () => {
    nock(origin)
      .get('/pipelines')
      .query({ teamIds: teamId, page: 3, pageSize: 10 })
      .reply(200, page(pipelines(21, 5), { number: 3, total: 25 }));
    const third = await connect().Pipeline.search({ page: 3 });
    expect(third).to.include({ length: 5, pageNumber: 3, pageTotal: 3, total: 25, pageSize: 10, hasNext: false, hasPrevious: true });
  });

  it('asks for the next page with the same filters, and for none after the last', async () => {
    const query = { teamIds: teamId, nameLike: 'a b', pageSize: 2 };
    nock(origin)
      .get('/pipelines')
      .query({ ...query, page: 1 })
      .reply(200, page(pipelines(1, 2), { size: 2, total: 3 }));
    nock(origin)
      .get('/pipelines')
      .query({ ...query, page: 2 })
      .reply(200, page(pipelines(3, 1), { number: 2, size: 2, total: 3 }));
    const first = await connect().Pipeline.search({ nameLike: 'a b', pageSize: 2 });
    const second = await first.next();
    expect(second?.results.map(({ id }) => id)).to.deep.equal(['p3']);
    expect(await second?.next()).to.equal(null);
  });

  it('walks every record of every page once', async () => {
    for (const number of [1, 2, 3]) {
      nock(origin)
        .get('/pipelines')
        .query({ teamIds: teamId, page: number, pageSize: 10 })
        .reply(200, page(pipelines(number * 10, number < 3 ? 10 : 5), { number, total: 25 }));
    }
    const ids: string[] = [];
    for await (const { id } of connect().Pipeline.search()) ids.push(id!);
    expect(new Set(ids).size).to.equal(25);
  });

  it('refuses page sizes the platform does not take, before any request', async () => {
    const mai = connect();
    for (const pageSize of [0, -1, 1.5, 1001]) expect(await failure(mai.Dataset.search({ pageSize }))).to.be.instanceOf(ValidationError);
    expect(await failure(mai.File.search({ pageSize: 101 }))).to.be.instanceOf(ValidationError);
    expect(await failure(mai.AgentExecution.search({ pageSize: 101 }))).to.be.instanceOf(ValidationError);
    expect(await failure(mai.Dataset.search({ page: 0 }))).to.be.instanceOf(ValidationError);
  });

  it('says how large a page it wants: 20 files or executions of agents, 10 of everything else', async () => {
    nock(origin).get('/files').query({ teamIds: teamId, page: 1, pageSize: 20 }).reply(200, page([]));
    nock(origin).get('/agent-executions').query({ teamIds: teamId, page: 1, pageSize: 20 }).reply(200, page([]));
    nock(origin)
      .get('/users')
      .query({ teamIds: teamId, page: 1, pageSize: 10, ...newestFirst })
      .reply(200, page([]));
    const mai = connect();
    await mai.File.search();
    await mai.AgentExecution.search();
    await mai.User.search();
  });

  it('understands the documented names and words, in either spelling', async () => {
    const query = {
      teamIds: teamId,
      page: 2,
      pageSize: 5,
      orderBy: 'fileSize',
      orderDirection: 'desc',
      mimeTypes: 'text/csv',
      uploadStatus: 'completed',
    };
    nock(origin)
      .get('/files')
      .query(query)
      .twice()
      .reply(200, page([], { number: 2, size: 5 }));
    const mai = connect();
    await mai.File.search({ page: 2, pageSize: 5, orderBy: 'fileSize', orderDirection: 'desc', mimeType: 'text/csv', status: 'ready' });
    const documented = {
      page: 2,
      page_size: 5,
      order_by: 'file_size',
      order_direction: 'DESC',
      mime_type: 'text/csv',
      status: 'completed',
    };
    await mai.File.search(documented as object);
  });

  it('translates what to order by', async () => {
    const mai = connect();
    for (const [given, sent] of [
      ['created_at', 'createdAt'],
      ['name', 'fileName'],
      ['fileName', 'fileName'],
    ] as const) {
      nock(origin).get('/files').query({ teamIds: teamId, page: 1, pageSize: 20, orderBy: sent }).reply(200, page([]));
      await mai.File.search({ orderBy: given });
    }
  });

  it('understands the names that every search of this package has', async () => {
    nock(origin)
      .get('/datasets')
      .query({ teamIds: teamId, page: 1, pageSize: 10, nameLike: 'air', orderBy: 'name', orderDirection: 'asc' })
      .reply(200, page([]));
    await connect().Dataset.search({ query: 'air', sortBy: 'name', sortOrder: 'asc', pageNumber: 1 });
    nock(origin)
      .get('/users')
      .query({ teamIds: teamId, page: 1, pageSize: 10, fullNameLike: 'joan', ...newestFirst })
      .reply(200, page([]));
    await connect().User.search({ query: 'joan' });
  });

  it('refuses an ordering the platform does not have', async () => {
    const mai = connect();
    expect((await failure(mai.File.search({ orderBy: 'fileHash' }))).message).to.contain('fileName, fileSize, createdAt, updatedAt');
    expect((await failure(mai.Dataset.search({ orderDirection: 'up' as 'asc' }))).message).to.contain('asc, desc');
    expect((await failure(mai.AgentExecution.search({ orderBy: 'createdAt' } as object))).message).to.contain('cannot be sorted');
  });

  it('says where the words of other libraries belong', async () => {
    const { Dataset } = connect();
    const meant = {
      where: 'the filters themselves',
      include: 'an option, not a filter',
      take: 'did you mean pageSize?',
      skip: 'did you mean page?',
    };
    for (const [name, hint] of Object.entries(meant)) {
      expect((await failure(Dataset.search({ [name]: 1 } as object))).message, name).to.contain(hint);
    }
  });

  it('refuses a filter the platform does not have, since it would answer everything', async () => {
    const mai = connect();
    const error = await failure<ValidationError>(mai.Dataset.search({ nmeLike: 'x' } as object));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.details.map(({ field }) => field)).to.deep.equal(['nmeLike']);
    expect((await failure(mai.File.search({ dataset_id: 'd1' } as object))).message).to.contain('files do not belong to datasets');
    expect((await failure(mai.Dataset.search({ ownership: 'TEAM' }))).message).to.contain('ownership');
  });

  it('refuses two names of one filter at once', async () => {
    expect((await failure(connect().File.search({ status: 'ready', uploadStatus: 'failed' }))).message).to.contain('uploadStatus');
  });

  it('sends several values comma-joined under one key, and truth values as words', async () => {
    nock(origin)
      .get(`/agent-executions?page=1&pageSize=20&statuses=failed%2Ccancelled&hasAgentOutput=true&teamIds=${teamId}`)
      .reply(200, page([]));
    await connect().AgentExecution.search({ statuses: ['failed', 'cancelled'], hasAgentOutput: true });
  });

  it('sends dates as the platform writes them', async () => {
    const startDate = '2024-01-15T10:00:00.000Z';
    nock(origin).get('/audit-logs').query({ teamId, page: 1, pageSize: 10, startDate }).reply(200, page([]));
    await connect().AuditLog.search({ startDate: new Date(startDate) });
  });

  it('answers an explicitly empty list of ids with an empty page and no request', async () => {
    const mai = connect();
    for (const search of [mai.Dataset.search({ datasetIds: [] }), mai.Pipeline.search({ pipelineIds: '' }), mai.File.byIds([])]) {
      const found = await search;
      expect([found.length, found.hasNext, found.hasPrevious]).to.deep.equal([0, false, false]);
    }
  });

  it('gives records that belong to the connection, saved and unchanged', async () => {
    nock(origin)
      .get('/datasets')
      .query(true)
      .reply(200, page([json.dataset()]));
    const mai = connect();
    const [dataset] = (await mai.Dataset.search()).results;
    expect(dataset).to.be.instanceOf(Dataset);
    expect([dataset?.context, dataset?.isNew, dataset?.isModified]).to.deep.equal([mai, false, false]);
  });

  it('gives a whole page for a list that is answered without pages', async () => {
    nock(origin).get('/agent-configuration-versions').query({ agentIds: 'a1', isCurrent: 'true' }).reply(200, [json.agentVersion()]);
    const versions = await connect().AgentConfigurationVersion.search({ agentIds: 'a1', isCurrent: true });
    expect([versions.length, versions.pageTotal, versions.hasNext]).to.deep.equal([1, 1, false]);
  });

  it('finds records by many ids in as few requests as they need', async () => {
    const ids = Array.from({ length: 250 }, (_unused, index) => `p${index}`);
    nock(origin)
      .get('/pipelines')
      .query(({ pipelineIds, teamIds }) => String(pipelineIds).split(',').length <= 100 && teamIds === teamId)
      .times(3)
      .reply(200, (uri) =>
        page(
          new URL(uri, origin).searchParams
            .get('pipelineIds')!
            .split(',')
            .map((pipelineId) => json.pipeline({ pipelineId })),
          { size: 100 },
        ),
      );
    const found = await connect()
      .Pipeline.byIds([...ids, 'p0'])
      .toArray();
    expect(found.map(({ id }) => id)).to.deep.equal(ids);
  });

  it('finds several in a list where lists have whole records, and one by one where they do not', async () => {
    nock(origin)
      .get('/files')
      .query({ fileIds: 'f1,f2', page: 1, pageSize: 2 })
      .reply(200, page([json.file({ fileId: 'f2' }), json.file({ fileId: 'f1' })], { size: 2, total: 2 }));
    expect((await connect().File.find(['f1', 'f2'])).map(({ id }) => id)).to.deep.equal(['f1', 'f2']);
    for (const datasetId of ['d1', 'd2']) nock(origin).get(`/datasets/${datasetId}`).reply(200, json.dataset({ datasetId }));
    expect((await connect().Dataset.find(['d1', 'd2'])).map(({ isPartial }) => isPartial)).to.deep.equal([false, false]);
  });

  it('by very many ids goes out in several requests, too, with its other filters', async () => {
    const ids = Array.from({ length: 101 }, (_unused, index) => `e${index}`);
    for (const batch of [ids.slice(0, 100), ids.slice(100)]) {
      nock(origin)
        .get('/pipeline-executions')
        .query({ teamIds: teamId, page: 1, pageSize: 100, status: 'failed', pipelineExecutionIds: batch.join(',') })
        .reply(
          200,
          page(
            batch.map((pipelineExecutionId) => json.execution({ pipelineExecutionId })),
            { size: 100 },
          ),
        );
    }
    const found = await connect().PipelineExecution.search({ pipelineExecutionIds: ids, status: 'failed' }).toArray();
    expect(found.length).to.equal(101);
  });

  it('by very many ids is one request when the caller wants an order, which only the platform can give', async () => {
    const ids = Array.from({ length: 101 }, (_unused, index) => `e${index}`);
    nock(origin)
      .get('/pipeline-executions')
      .query({ teamIds: teamId, page: 1, pageSize: 10, orderBy: 'createdAt', pipelineExecutionIds: ids.join(',') })
      .reply(200, page([]));
    await connect().PipelineExecution.search({ pipelineExecutionIds: ids, orderBy: 'createdAt' });
  });

  it('by very many ids asks for each of them once', async () => {
    const ids = Array.from({ length: 100 }, (_unused, index) => `d${index}`);
    nock(origin)
      .get('/datasets')
      .query({ teamIds: teamId, page: 1, pageSize: 100, datasetIds: ids.join(','), ...newestFirst })
      .reply(
        200,
        page(
          ids.map((datasetId) => json.dataset({ datasetId })),
          { size: 100 },
        ),
      );
    const found = await connect()
      .Dataset.search({ datasetIds: [...ids, ...ids] })
      .toArray();
    expect(found.length).to.equal(100);
  });

  it('by very many ids of something else finds all that belongs to each, however much that is', async () => {
    const datasetIds = Array.from({ length: 101 }, (_unused, index) => `d${index}`);
    const versions = Array.from({ length: 150 }, (_unused, index) => json.dataVersion({ datasetDataVersionId: `dv${index}` }));
    for (const number of [1, 2]) {
      nock(origin)
        .get('/dataset-data-versions')
        .query({ page: number, pageSize: 100, datasetIds: datasetIds.join(',') })
        .reply(200, page(versions.slice((number - 1) * 100, number * 100), { number, size: 100, total: 150 }));
    }
    const found = await connect().DatasetDataVersion.search({ datasetIds, pageSize: 100 }).toArray();
    expect(found.length).to.equal(150);
  });

  for (const [what, params] of [
    ['a list with an id of null, as an unsaved record has', { datasetIds: [null] }],
    ['a list with a blank id', { datasetIds: ['d1', ''] }],
    ['an id of null', { datasetIds: null }],
    ['a list with a blank word', { teamIds: [' '] }],
  ] as const) {
    it(`refuses ${what}, which the platform would take for no filter at all`, async () => {
      const error = await failure(connect().Dataset.search(params as unknown as { datasetIds: string[] }));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain(Object.keys(params)[0]);
    });
  }

  it('finds nothing for a single id that is blank, without a request', async () => {
    expect((await connect().AuditLog.search({ userId: '' })).length).to.equal(0);
    expect((await connect().Dataset.search({ datasetIds: ' ' })).length).to.equal(0);
  });

  it('by ids has the team that any search has', async () => {
    nock(origin).get('/api-tokens').query({ teamId, tokenIds: 't1', page: 1, pageSize: 100 }).reply(200, page([]));
    await connect().ApiToken.byIds(['t1']);
    nock(origin)
      .get('/datasets')
      .query({ teamIds: teamId, datasetIds: 'd1', page: 1, pageSize: 100, ...newestFirst })
      .reply(200, page([]));
    await connect().Dataset.byIds(['d1']);
    expect(() => connect().Dataset.byIds('d1' as never)).to.throw(ValidationError, 'array');
  });

  it('is in the order that the vendor’s client asks for, unless the caller says otherwise', async () => {
    const mai = connect();
    const asked = async (path: string, search: () => PromiseLike<unknown>): Promise<Record<string, unknown>> => {
      let query: Record<string, unknown> = {};
      nock(origin)
        .get(path)
        .query((given) => {
          const { orderBy, orderDirection } = given;
          query = { orderBy, orderDirection };
          return true;
        })
        .reply(200, page([]));
      await search();
      return query;
    };
    expect(await asked('/datasets', () => mai.Dataset.search())).to.deep.equal(newestFirst);
    expect(await asked('/users', () => mai.User.list())).to.deep.equal(newestFirst);
    expect(await asked('/teams', () => mai.Team.list())).to.deep.equal(newestFirst);
    expect(await asked('/agents', () => mai.Agent.list())).to.deep.equal(newestFirst);
    const none = { orderBy: undefined, orderDirection: undefined };
    expect(await asked('/pipelines', () => mai.Pipeline.list())).to.deep.equal(none);
    expect(await asked('/pipeline-executions', () => mai.PipelineExecution.list())).to.deep.equal(none);
    expect(await asked('/agent-executions', () => mai.AgentExecution.list())).to.deep.equal(none);
    expect(await asked('/datasets', () => mai.Dataset.search({ orderBy: 'name' }))).to.deep.equal({
      orderBy: 'name',
      orderDirection: undefined,
    });
    expect(await asked('/datasets', () => mai.Dataset.search({ orderDirection: 'asc' }))).to.deep.equal({
      ...newestFirst,
      orderDirection: 'asc',
    });
    expect(await asked('/datasets', () => mai.Dataset.search({ sortBy: 'updated_at', sortOrder: 'DESC' } as never))).to.deep.equal({
      orderBy: 'updatedAt',
      orderDirection: 'desc',
    });
  });

  it('cannot be made by ids where the platform has no such filter', () => {
    // @ts-expect-error it is not offered
    expect(() => connect().AuditLog.byIds(['x'])).to.throw(ValidationError, 'get(id)');
  });
});
