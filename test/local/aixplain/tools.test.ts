import { expect } from 'chai';
import { type Json, usePlatform } from '../support/platform.js';
import { vendorSeed } from './seed.js';

describe("Tools on aiXplain's wire, as the vendor's client uses them", () => {
  const local = usePlatform({ seed: vendorSeed });
  const get = async (path: string): Promise<Json> => (await local.client.get(path)).body;
  const post = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;
  const act = (id: string, body: object): Promise<Json> => post(`/api/v2/execute/${id}`, body);
  const acted = async (id: string, body: object): Promise<Json> => {
    const answer = await act(id, body);
    return answer.completed ? answer : await local.client.until(answer.data, ({ completed }) => completed);
  };

  it('list their actions and the inputs of these, and run them', async () => {
    for (const id of ['search-1', 'code-1']) {
      const { status, completed, data } = await act(id, { action: 'LIST_ACTIONS', data: {} });
      expect([status, completed, data.length], id).to.deep.equal(['SUCCESS', true, 1]);
      const inputs = await act(id, { action: 'LIST_INPUTS', data: { actions: [data[0].name] } });
      expect(inputs.data[0].name, id).to.equal(data[0].name);
      expect((await act(id, { action: 'LIST_INPUTS', data: { actions: [] } })).data, 'an empty list is for all').to.deep.equal(inputs.data);
    }
    const { data } = await act('search-1', { action: 'LIST_INPUTS', data: { actions: ['search'] } });
    expect(data[0].inputs[0]).to.deep.equal({
      ...{ name: 'Query', code: 'query', value: [], availableOptions: [], datatype: 'string', allowMulti: false },
      ...{ supportsVariables: false, defaultValue: [], required: true, fixed: false, description: '' },
    });
    local.platform.block('search-1', ({ inputs }) => [{ title: (inputs.data as Json).query, url: 'u' }]);
    const found = await acted('search-1', { action: 'search', data: { query: 'rain', num_results: 5 } });
    expect(found).to.deep.include({ status: 'SUCCESS', completed: true, data: [{ title: 'rain', url: 'u' }], usedCredits: 0 });
    local.platform.block('code-1', () => ({ stdout: 'ok\n', stderr: '' }));
    const ran = await acted('code-1', { action: 'run', data: { code: 'print("ok")', sessionId: 's' } });
    expect(ran.data).to.deep.equal({ stdout: 'ok\n', stderr: '' });
  });

  it('are connected, renamed, connected again and deleted', async () => {
    expect((await get('/v2/integrations/acme%2Fmessages%2Facme')).id).to.equal('slack-1');
    const made = await act('slack-1', { name: 'Notify', description: 'Posts', data: { token: 'abc' } });
    expect(made).to.deep.include({ status: 'SUCCESS', completed: true, data: { id: made.data.id, redirectURL: null } });
    const { id } = made.data;
    const tool = await get(`/v2/tools/${id}`);
    expect(tool).to.deep.include({
      id,
      name: 'Notify',
      parentModelId: 'slack-1',
      function: { id: 'utilities' },
      functionType: 'connection',
    });
    expect(tool.description).to.match(/Authentication scheme used for this connections: BEARER_TOKEN$/);
    expect(await get(`/v2/models/${id}`), 'a tool is read as a model too').to.include({ id });

    const renamed = await local.client.put(`/sdk/utilities/${id}`, { id, name: 'Notify all', description: tool.description });
    expect([renamed.status, renamed.body.name]).to.deep.equal([200, 'Notify all']);
    const again = await act('slack-1', { data: { token: 'new', assetId: id }, name: '', authScheme: 'BEARER_TOKEN' });
    expect(again.data.id).to.equal(id);
    expect((await get(`/v2/tools/${id}`)).name, 'the empty name changes nothing').to.equal('Notify all');
    expect((await act(id, { action: 'LIST_ACTIONS', data: {} })).data[0].name).to.equal('search');
    expect((await local.client.delete(`/v2/tools/${id}`)).status).to.equal(200);
    expect((await local.client.get(`/v2/tools/${id}`)).status).to.equal(404);
  });

  it('say what an integration cannot do', async () => {
    expect((await act('slack-1', { action: 'LIST_INPUTS', data: { actions: ['search'] } })).data, 'it is not connected').to.deep.equal([]);
    const failed = await act('slack-1', { action: 'no_such_action', data: {} });
    expect(failed).to.include({ status: 'FAILED', completed: true, error: 'supplier_error: tool not found' });
  });

  it('have events to subscribe to', async () => {
    const { id } = (await act('slack-1', { name: 'Notify', data: { token: 'abc' } })).data;
    const { data } = await act(id, { action: 'list_trigger_types', data: '' });
    expect(data).to.deep.equal([{ slug: 'NEW_MSG', name: 'New message', config: {}, payload: {} }]);
    const activation = { action: 'activate_trigger', data: { slug: 'NEW_MSG', config: {} }, enable: true, toolkit_versions: 'latest' };
    const { trigger_id: triggerId } = (await act(id, activation)).data;
    const body = { name: 'On message', input: 'Answer', assetType: 'agent', assetId: 'debugger-1', triggerType: 'external', triggerId };
    const trigger = await local.client.post('/v1/triggers', { ...body, enabled: true, notifications: false });
    expect([trigger.status, trigger.body.nextRunAt]).to.deep.equal([201, null]);
    expect((await act(id, { action: 'delete_trigger', data: { trigger_id: triggerId } })).data).to.deep.equal({ deleted: true });
    expect((await local.client.delete(`/v1/triggers/${trigger.body.id}`)).status).to.equal(200);
  });

  it('are made from code, whose function is their only action', async () => {
    const code = 'def greet(name: str, times: int = 1):\n    return name * times\n';
    for (const data of [{ code, function_name: 'greet' }, { code }]) {
      const integration = 'function_name' in data ? 'sandbox-1' : 'script-1';
      const { id } = (await act(integration, { name: `Greeter of ${integration}`, data })).data;
      expect((await act(id, { action: 'LIST_ACTIONS', data: {} })).data.map(({ name }: Json) => name)).to.deep.equal(['greet']);
      const { inputs } = (await act(id, { action: 'LIST_INPUTS', data: { actions: ['greet'] } })).data[0];
      expect(inputs.map(({ code: key, datatype, required }: Json) => [key, datatype, required])).to.deep.equal([
        ['name', 'string', true],
        ['times', 'integer', false],
      ]);
      local.platform.block(integration, ({ inputs: given }) => `Hello ${(given.data as Json).name as string}`);
      expect((await acted(id, { action: 'greet', data: { name: 'Ada' } })).data).to.equal('Hello Ada');
    }
  });

  it('have what their integration says of the function of their code', async () => {
    const bmi = { name: 'bmi', inputs: [{ name: 'weight', datatype: 'number', required: true, defaultValue: [72] }] };
    const { id: integration } = await post('/v2/integrations', {
      name: 'Own',
      function: { id: 'connector' },
      actions: [{ name: 'x' }, bmi],
    });
    const { id } = (await act(integration, { name: 'BMI', data: { code: 'def bmi(w: float, h: float): ...' } })).data;
    expect((await act(id, { action: 'LIST_ACTIONS', data: {} })).data).to.have.length(1);
    const { inputs } = (await act(id, { action: 'LIST_INPUTS', data: { actions: ['bmi'] } })).data[0];
    expect(inputs.map(({ code, defaultValue }: Json) => [code, defaultValue])).to.deep.equal([['weight', [72]]]);
  });

  it('are utilities too', async () => {
    const body = {
      id: null,
      name: 'Adder',
      description: 'Adds two numbers',
      path: null,
      code: 's3://bucket/key',
      utility_id: 'custom_python_code',
    };
    const inputs = [{ name: 'a', description: 'The first', type: 'number' }];
    const { status, body: utility } = await local.client.post('/sdk/utilities', { ...body, inputs });
    expect([status, utility.status]).to.deep.equal([201, 'onboarded']);
    expect(await get(`/sdk/models/${utility.id}`)).to.deep.include({ name: 'Adder', inputs });
    const started = await post(`/sdk/utilities/${utility.id}/run`, { data: { a: 1 } });
    expect(await local.client.until(started.data, ({ completed }) => completed)).to.deep.include({ status: 'SUCCESS', data: { a: 1 } });
    expect((await local.client.delete(`/sdk/utilities/${utility.id}`)).status).to.equal(200);
  });
});
