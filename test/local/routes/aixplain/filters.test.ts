import { expect } from 'chai';
import { type Json, usePlatform } from '../../support/platform.js';

const params = (name: string, ...values: string[]) => ({
  name,
  required: true,
  dataType: 'text',
  values: values.map((value) => ({ value })),
});

const translation = {
  name: 'Translation',
  description: 'Turns words into OTHER words',
  path: 'acme/translate/acme',
  function: { id: 'translation', name: 'Translation' },
  supplier: { id: 1, code: 'acme', name: 'Acme Inc' },
  host: 'acme',
  developer: 'Deep_Labs',
  status: 'onboarded',
  isFineTunable: true,
  saved: true,
  privacy: 'Public',
  tags: ['words'],
  pricing: { price: 5 },
  totalSubscribed: 1,
  params: [params('sourcelanguage', 'en', 'de'), params('targetlanguage', 'fr')],
};
const chat = {
  name: 'Chat',
  path: 'other/chat/other',
  function: 'text-generation',
  vendor: { id: 2, code: 'other', name: 'Other' },
  host: 'other',
  status: 'draft',
  subscription: {},
  normalizedPrice: 2,
  totalSubscribed: 9,
  params: [params('language', 'en')],
};

describe("Filters of aiXplain's lists on the local platform", () => {
  const local = usePlatform();
  const create = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;
  const names = (body: Json): string[] => (body.results ?? body).map(({ name }: Json) => name);

  /** The names that a search has, and the parameters that it says it ignored. */
  async function search(path: string, body: object): Promise<{ found: string[]; total: number; ignored: string | null }> {
    const { body: page, headers } = await local.client.post(`${path}/paginate`, body);
    return { found: names(page), total: page.total, ignored: headers.get('x-ignored-filters') };
  }

  const searches: [filter: object, found: string[]][] = [
    [{ functions: ['translation'] }, ['Translation']],
    [{ functions: ['TEXT_GENERATION'] }, ['Chat']],
    [{ functions: ['Function.TRANSLATION'] }, ['Translation']],
    [{ functions: 'text generation' }, ['Chat']],
    [{ functions: ['translation', 'text-generation'] }, ['Translation', 'Chat']],
    [{ functions: ['speech'] }, []],
    [{ functions: [] }, ['Translation', 'Chat']],
    [{ functions: null }, ['Translation', 'Chat']],
    [{ functions: ['translation'], suppliers: ['acme'] }, ['Translation']],
    [{ functions: ['translation'], suppliers: ['other'] }, []],
    [{ suppliers: [1] }, ['Translation']],
    [{ suppliers: ['Supplier.OTHER'] }, ['Chat']],
    [{ suppliers: [{ id: 2, name: 'Other', code: 'other' }] }, ['Chat']],
    [{ hosts: ['acme'] }, ['Translation']],
    [{ developers: ['deep-labs'] }, ['Translation']],
    [{ path: 'acme/' }, ['Translation']],
    [{ path: 'a%' }, []],
    [{ status: ['draft'] }, ['Chat']],
    [{ status: 'AssetStatus.ONBOARDED' }, ['Translation']],
    [{ sourceLanguages: ['de'] }, ['Translation']],
    [{ sourceLanguages: ['en'] }, ['Translation', 'Chat']],
    [{ targetLanguages: ['fr'] }, ['Translation']],
    [{ isFineTunable: true }, ['Translation']],
    [{ isFineTunable: false }, ['Chat']],
    [{ saved: true }, ['Translation']],
    [{ tags: ['words'] }, ['Translation']],
    [{ ownership: 'OwnershipType.TEAM' }, ['Translation', 'Chat']],
    [{ ownership: ['SUBSCRIBED'] }, ['Chat']],
    [{ ownership: 'PUBLIC' }, ['Translation']],
    [{ ioFilter: [{ code: 'sourcelanguage', value: 'de' }] }, ['Translation']],
    [
      {
        ioFilter: [
          { code: 'sourcelanguage', value: 'de' },
          { code: 'targetlanguage', value: 'es' },
        ],
      },
      [],
    ],
    [{ q: 'other words' }, ['Translation']],
    [{ q: 'CHA' }, ['Chat']],
    [{ sort: [{ field: 'name', dir: 1 }] }, ['Chat', 'Translation']],
    [{ sort: [{ field: 'createdAt', dir: -1 }] }, ['Chat', 'Translation']],
    [{ sort: [{ field: 'normalizedPrice', dir: 1 }] }, ['Chat', 'Translation']],
    [{ sort: [{ field: 'totalSubscribed', dir: 'DESC' }] }, ['Chat', 'Translation']],
    [{ sort: [{}] }, ['Translation', 'Chat']],
    [{ sortBy: 'SortBy.NAME', sortOrder: 'SortOrder.ASC' }, ['Chat', 'Translation']],
  ];

  for (const path of ['/v2/models', '/sdk/models']) {
    it(`are obeyed below ${path}`, async () => {
      for (const model of [translation, chat]) await create(path, model);
      for (const [filter, found] of searches) {
        expect(await search(path, filter), JSON.stringify(filter)).to.deep.equal({ found, total: found.length, ignored: null });
      }
    });
  }

  it('come in queries too, as lists in all their forms', async () => {
    for (const model of [translation, chat]) await create('/sdk/models', model);
    for (const query of [
      'functions=TRANSLATION',
      'functions[]=translation',
      'functions=translation,speech',
      'functions=x&functions=translation',
    ]) {
      expect(
        (await local.client.get(`/sdk/models?${query}`)).body.items.map(({ name }: Json) => name),
        query,
      ).to.deep.equal(['Translation']);
    }
    expect(names((await local.client.get('/sdk/models?isFineTunable=True&sortBy=name')).body)).to.deep.equal(['Translation']);
  });

  it('follow a record when it changes or goes', async () => {
    const { id } = await create('/v2/models', translation);
    await local.client.put(`/v2/models/${id}`, { function: { id: 'speech-recognition' }, params: [] });
    expect((await search('/v2/models', { functions: ['translation'] })).found).to.deep.equal([]);
    expect((await search('/v2/models', { functions: ['SPEECH_RECOGNITION'] })).found).to.deep.equal(['Translation']);
    expect((await search('/v2/models', { targetLanguages: ['fr'] })).found).to.deep.equal([]);
    await local.client.delete(`/v2/models/${id}`);
    expect((await search('/v2/models', { functions: ['SPEECH_RECOGNITION'] })).total).to.equal(0);
  });

  it('are named when they are not obeyed', async () => {
    await create('/v2/models', chat);
    const unknown = { pageSize: 5, color: 'red', agentId: 'x', 'ä\n': 1, nothing: null, sortBy: 'weight' };
    expect(await search('/v2/models', unknown)).to.deep.equal({ found: ['Chat'], total: 1, ignored: 'color, agentId, %C3%A4%0A, sortBy' });
    expect((await local.client.get('/v1/sessions?memoryEnabled=True')).headers.get('x-ignored-filters')).to.equal('memoryEnabled');
    expect((await search('/v2/models', { sort: [{ field: 'weight', dir: 1 }] })).ignored).to.equal('sort');
    const unusable = { functions: [{ color: 'red' }], saved: 'maybe', ioFilter: 'x', status: [], hosts: '', suppliers: {} };
    expect((await search('/v2/models', unusable)).ignored).to.equal('functions, saved, ioFilter');
    expect((await search('/sdk/pipelines', { draftsOnly: 'no', input: 5 })).ignored).to.equal('draftsOnly, input');
  });

  it('are refused when no record could have such a value', async () => {
    for (const filter of [{ suppliers: ['a\0b'] }, { functions: Array.from({ length: 10_001 }, (_, index) => `f${index}`) }]) {
      const { status, body } = await local.client.post('/v2/models/paginate', filter);
      expect([status, body.details[0].field]).to.deep.equal([400, Object.keys(filter)[0]]);
    }
    expect((await local.client.get('/v1/sessions?createdAfter=yesterday')).body.details[0].field).to.equal('createdAfter');
    // Records may have what cannot be asked for.
    expect(
      (
        await local.client.post('/v2/models', {
          name: 'odd',
          description: 'a\0b',
          function: 'a\0b',
          host: '\ud800',
          tags: ['x'.repeat(5000)],
        })
      ).status,
    ).to.equal(201);
  });

  it('find pipelines by what is in their graphs', async () => {
    const graph = (type: string, assetId: string, fn: string) => ({
      nodes: [
        { number: 0, type: 'INPUT', label: 'In', dataType: [type] },
        { number: 1, type: 'ASSET', label: 'A', assetId, function: fn, supplier: 'acme' },
        { number: 2, type: 'OUTPUT', label: 'Out', dataType: ['text'] },
      ],
      links: [],
    });
    await create('/sdk/pipelines', { name: 'Speech', status: 'draft', architecture: graph('audio', 'm-1', 'speech-recognition') });
    await create('/sdk/pipelines', { name: 'Words', status: 'onboarded', architecture: graph('text', 'm_2', 'translation') });
    for (const [filter, found] of [
      [{ functions: ['speech-recognition'] }, ['Speech']],
      [{ models: ['m_2'] }, ['Words']],
      [{ models: ['m-2'] }, []],
      [{ inputDataTypes: ['audio', 'video'] }, ['Speech']],
      [{ outputDataTypes: ['text'] }, ['Speech', 'Words']],
      [{ suppliers: [{ id: 'x', code: 'acme', name: 'Acme' }] }, ['Speech', 'Words']],
      [{ draftsOnly: true }, ['Speech']],
      [{ draftsOnly: false, q: 'w' }, ['Words']],
    ] as [object, string[]][]) {
      const { found: got, ignored } = await search('/sdk/pipelines', filter);
      expect([got, ignored], JSON.stringify(filter)).to.deep.equal([found, null]);
    }
    expect((await local.client.get('/sdk/pipelines?draftsOnly=True')).body.items.map(({ name }: Json) => name)).to.deep.equal(['Speech']);
  });

  it('find corpora and datasets by their data', async () => {
    const data = (id: string, dataType: string, language: string) => ({
      id,
      name: id,
      dataType,
      metadata: { languages: [{ language, dialect: '' }] },
    });
    const dataset = {
      function: 'translation',
      license: { typeId: 'mit' },
      data: [data('d1', 'text', 'en'), data('d2', 'text', 'fr')],
      input: [{ dataId: 'd1' }],
      output: [{ dataIds: ['d2'] }],
    };
    await create('/sdk/datasets', { name: 'Pairs', ...dataset });
    await create('/sdk/datasets', { name: 'Reverse', ...dataset, input: dataset.output, output: dataset.input, isReferenceless: true });
    await create('/sdk/corpora', { name: 'Speech', suggestedFunction: ['speech-recognition'], data: [data('d3', 'audio', 'en')] });
    const list = { pageSize: 20, pageNumber: 0, sort: [{ field: 'createdAt', dir: -1 }], input: {}, output: {} };
    expect((await search('/sdk/datasets', list)).found).to.deep.equal(['Reverse', 'Pairs']);
    expect((await search('/sdk/datasets', { ...list, input: { languages: ['en'] } })).found).to.deep.equal(['Pairs']);
    expect((await search('/sdk/datasets', { ...list, output: { languages: ['en'] } })).found).to.deep.equal(['Reverse']);
    expect((await search('/sdk/datasets', { isReferenceless: true, license: 'mit', dataType: 'text' })).found).to.deep.equal(['Reverse']);
    expect((await search('/sdk/corpora', { function: 'speech-recognition', language: ['en'], dataType: 'audio' })).found).to.deep.equal([
      'Speech',
    ]);
    expect((await search('/sdk/corpora', { language: ['fr'] })).found).to.deep.equal([]);
  });

  it('find sessions and triggers by their agent', async () => {
    await create('/v1/sessions', { name: 'one', agentId: 'A' });
    await create('/v1/sessions', { name: 'two', agentId: 'B', status: 'archived' });
    await create('/v1/triggers', { name: 'daily', assetId: 'A', input: 'x' });
    for (const [path, found] of [
      ['/v1/sessions?agentId=A', ['one']],
      ['/v1/sessions?agentId=a', []],
      ['/v1/sessions?status=archived', ['two']],
      [`/v1/sessions?userId=${local.platform.userId}&pageNumber=0&pageSize=20`, ['one', 'two']],
      ['/v1/sessions?userId=nobody', []],
      ['/v1/sessions?createdAfter=2020-01-01T00:00:00Z', ['one', 'two']],
      ['/v1/sessions?createdBefore=2020-01-01', []],
      ['/v1/triggers?agentId=A', ['daily']],
      ['/v1/triggers?agentId=zzz', []],
      ['/v1/triggers', ['daily']],
    ] as const) {
      const { body, headers } = await local.client.get(path);
      expect([names(body), headers.get('x-ignored-filters')], path).to.deep.equal([found, null]);
    }
    expect((await search('/v1/sessions', { agentId: 'B' })).found).to.deep.equal(['two']);
  });
});

describe("Lists of aiXplain's first generation on the local platform", () => {
  const local = usePlatform();

  it('have items, total and pageTotal', async () => {
    for (const name of ['a', 'b', 'c']) await local.client.post('/sdk/models', { name });
    const { body } = await local.client.post('/sdk/models/paginate', { pageSize: 2 });
    expect(body).to.include({ total: 3, pageTotal: 2, pageNumber: 0 });
    expect(body.items.map(({ name }: Json) => name)).to.deep.equal(['a', 'b']);
    expect((await local.client.get('/sdk/models')).body).to.include({ total: 3, pageTotal: 1 });
    for (const path of ['/sdk/agents', '/sdk/agent-communities', '/sdk/api-keys', '/v1/sessions', '/v1/triggers']) {
      expect((await local.client.get(path)).body, path).to.deep.equal([]);
    }
  });

  it('have the models with certain ids', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push((await local.client.post('/sdk/models', { name, path: `own/${name}` })).body.id);
    const { body } = await local.client.get(`/sdk/models?ids=${ids[0]},${ids[2]}`);
    expect(body).to.include({ total: 2, pageTotal: 1 });
    expect(body.items.map(({ name }: Json) => name)).to.deep.equal(['a', 'c']);
    expect((await local.client.get(`/sdk/models?ids=${ids[0]},${ids[2]}&pageNumber=1`)).body.items).to.deep.equal([]);
    expect((await local.client.get('/sdk/models?ids=own/b')).body.items.map(({ name }: Json) => name)).to.deep.equal(['b']);
    expect((await local.client.get('/sdk/models?ids=nobody')).body).to.include({ total: 0 });
    expect((await local.client.get('/v2/models/own%2Fb')).body.id, 'a path stands for the id').to.equal(ids[1]);
  });
});
