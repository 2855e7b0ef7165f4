import { expect } from 'chai';
import { type Json, usePlatform } from '../support/platform.js';
import { vendorSeed } from './seed.js';

describe("Models on aiXplain's wire, as the vendor's client uses them", () => {
  const local = usePlatform({ seed: vendorSeed });
  const get = async (path: string): Promise<Json> => (await local.client.get(path)).body;
  const post = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;
  const run = (id: string, body: object): Promise<Json> => post(`/api/v2/execute/${id}`, body);

  it('are read by id, by path and by instance, and integrations among them', async () => {
    const model = await get('/v2/models/llm-1?host=acme');
    expect(model).to.deep.include({
      id: 'llm-1',
      function: { id: 'text-generation', name: 'Text Generation' },
      connectionType: ['synchronous'],
    });
    expect(Object.keys(model.params[0]).sort()).to.deep.equal(
      ['availableOptions', 'dataSubType', 'dataType', 'defaultValues', 'isFixed', 'multipleValues', 'name', 'required', 'values'].sort(),
    );
    for (const [path, id] of [
      ['/v2/models/acme%2Fchat%2Facme', 'llm-1'],
      ['/v2/models/guard-1-instance', 'guard-1'],
      ['/v2/models/aws%2Fdetect-prompt-attacks-guardrail%2Faws', 'guard-1'],
      ['/v2/models/slack-1', 'slack-1'],
      ['/v2/tools/llm-1', 'llm-1'],
      ['/v2/integrations/aixplain%2Fpython-sandbox%2Faixplain', 'sandbox-1'],
      ['/sdk/models/adder-1', 'adder-1'],
      ['/v2/models/echo', 'echo'],
      ['/v2/tools/local%2Fcalculator', 'calculator'],
    ] as const) {
      expect((await get(path)).id, path).to.equal(id);
    }
  });

  it('are found by what a search sends', async () => {
    const ids = async (body: object): Promise<string[]> => {
      const page = { pageNumber: 0, pageSize: 20, sort: [{}], ...body };
      return (await post('/v2/models/paginate', page)).results.map(({ id }: Json) => id);
    };
    expect(await ids({ functions: ['TEXT_GENERATION'], hosts: ['acme'], developers: ['Acme'], status: ['onboarded'] })).to.deep.equal([
      'llm-1',
    ]);
    expect(await ids({ functions: ['guardrails'] })).to.have.members(['guard-1', 'guard-2', 'guard-3']);
    expect(await ids({ path: 'acme/', suppliers: ['acme'], q: 'cha' })).to.deep.equal(['llm-1']);
    expect(await ids({ functions: ['translation'], sort: [{ field: 'name', dir: -1 }] })).to.deep.equal(['tr-async', 'tr-sync']);
    expect(await ids({ functions: ['translation'], sort: [{ field: 'name', dir: 'ASC' }] })).to.deep.equal(['tr-sync', 'tr-async']);
    for (const [path, count] of [
      ['/v2/tools/paginate', 2],
      ['/v2/integrations/paginate', 3],
      ['/sdk/utilities/paginate', 1],
      ['/sdk/skill/paginate', 1],
    ] as const) {
      expect(await post(path, { pageNumber: 0, pageSize: 20, sort: [{}] }), path).to.include({ total: count, pageTotal: 1 });
    }
  });

  it('answer a text at once, with their usage and message', async () => {
    const body = { text: 'hi', temperature: 0.2, max_tokens: 16, language: 'en', options: { includeRawData: true } };
    const done = await run('llm-1', body);
    expect(done).to.deep.include({ status: 'SUCCESS', completed: true, data: 'hi', asset: { assetId: 'llm-1', id: 'acme/chat/acme' } });
    expect(done).to.include.keys('runTime', 'usedCredits', 'usage', 'details');
    expect(done.details[0]).to.deep.include({ index: 0, finish_reason: 'stop' });
    const image = { type: 'image_url', image_url: { url: 'https://example.com/x.png' } };
    const parts = { data: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, image] }] };
    expect((await run('llm-1', parts)).status).to.equal('SUCCESS');
    const refused = await local.client.post('/api/v2/execute/llm-1', {});
    expect([refused.status, refused.body.message]).to.deep.equal([
      400,
      "Parameter validation failed: Required parameter 'text' is missing",
    ]);
    expect((await run('llm-1', { action: 'LIST_ACTIONS', data: {} })).data[0].name).to.equal('run');
    local.platform.block('llm-1', () => 'from its handler');
    expect((await run('llm-1', { action: 'LIST_ACTIONS', data: {} })).data[0].name, 'a model is not asked for actions').to.equal('run');
  });

  it('translate, at once or later, and for the first generation', async () => {
    expect(await run('tr-sync', { text: 'Hello, friend', sourcelanguage: 'en', targetlanguage: 'es' })).to.include({
      status: 'SUCCESS',
      data: 'Hola, amigo',
    });
    const started = await local.client.post('/api/v2/execute/tr-async', { text: 'Hello' });
    expect(started.status).to.equal(201);
    expect(started.body).to.include({ status: 'IN_PROGRESS', completed: false });
    expect(started.body.data).to.equal(`${local.platform.url}/api/v1/data/${started.body.requestId}`);
    for (const path of [`/api/v1/data/${started.body.requestId}`, `/api/v2/data/${started.body.requestId}`]) {
      expect((await local.client.until(path, ({ completed }) => completed)).data).to.equal('Hola');
    }
    const first = await local.client.post('/api/v1/execute/tr-sync', { data: 'Hello', targetlanguage: 'de' });
    expect([first.status, first.body.status]).to.deep.equal([201, 'IN_PROGRESS']);
    expect((await local.client.until(first.body.data, ({ completed }) => completed)).data).to.equal('Hallo');
    expect((await run('tr-sync', { text: 'constructor', targetlanguage: 'xx' })).data).to.equal('constructor');
  });

  it('draw an image that can be downloaded', async () => {
    const { status, data } = await run('painter', { text: 'a pixel' });
    expect(status).to.equal('SUCCESS');
    const image = await local.platform.fetch(data);
    expect([image.status, image.headers.get('content-type')]).to.deep.equal([200, 'image/png']);
    expect(
      Buffer.from(await image.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).to.equal('PNG');
  });

  it('cannot be changed where every platform has them', async () => {
    for (const [method, path] of [
      ['PUT', '/v2/models/echo'],
      ['DELETE', '/v2/tools/calculator'],
      ['PUT', '/sdk/utilities/calculator'],
    ] as const) {
      const { status, body } = await local.client.send(method, path, method === 'PUT' ? { name: 'x' } : undefined);
      expect([status, body.message.includes('built in')], `${method} ${path}`).to.deep.equal([403, true]);
    }
    const { data } = await post('/api/v2/execute/calculator', { action: 'calculate', data: { expression: '6 * 7' } });
    expect((await local.client.until(data, ({ completed }) => completed)).data).to.equal(42);
  });

  it('are there with every other class of a seed, under their ids', async () => {
    for (const [path, assets] of Object.entries(vendorSeed.assets)) {
      for (const { id, name } of assets) expect(await get(`/${path}/${id}`), `${path} ${id}`).to.include({ id, name });
    }
    const key = await get('/sdk/api-keys/key-1');
    expect(key.accessKey).to.match(/^.{4}\*{4}.{4}$/);
    expect((await get('/v1/triggers/trigger-1')).nextRunAt).to.match(/T09:00:00\.000Z$/);
  });
});
