import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { type APIKey, EventOptions, Integration } from '../../../src/aixplain/index.js';
import { OperationFailedError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { answers, backend, body, connect, done, fetching, fieldsOf, models } from '../support/platform.js';

const web = {
  id: 't1',
  name: 'Web',
  description: 'd',
  parentModelId: 'i1',
  actionsAvailable: true,
  function: { id: 'utilities' },
  functionType: 'connection',
};
const finder = {
  id: 'i1',
  name: 'Finder',
  path: 'acme/finder',
  function: { id: 'connector' },
  attributes: { auth_schemes: '["API_KEY","BEARER_TOKEN"]' },
};
const searchInputs = {
  name: 'search',
  slug: 'search',
  inputs: [
    {
      name: 'Query',
      code: 'query',
      datatype: 'string',
      required: true,
      allowMulti: false,
      supportsVariables: true,
      fixed: false,
      description: 'q',
    },
    { name: 'Number', code: 'num_results', datatype: 'integer', defaultValue: [5], availableOptions: [5, 10] },
    { name: 'Odd', code: 'odd', defaultValue: [] },
  ],
};

const loaded = fetching('Tool', '/v2/tools/t1', web);

const lists = (...names: string[]) =>
  answers(
    't1',
    { action: 'LIST_ACTIONS', data: {} },
    { ...done, data: names.map((name) => ({ name, displayName: name.toUpperCase(), slug: name })) },
  );
const describes = (...actions: string[]) => answers('t1', { action: 'LIST_INPUTS', data: { actions } }, { ...done, data: [searchInputs] });

describe('the actions of a tool', () => {
  withoutNetwork();

  it('are asked for once, and found whatever the case', async () => {
    const tool = await loaded();
    lists('search', 'fetch');
    expect((await tool.actions.list()).map(({ name, displayName }) => [name, displayName])).to.deep.equal([
      ['search', 'SEARCH'],
      ['fetch', 'FETCH'],
    ]);
    expect([await tool.actions.has('SEARCH'), await tool.actions.has('none')]).to.deep.equal([true, false]);
    describes('Search');
    const inputs = await tool.actions.get('Search').inputs();
    expect([inputs.names, inputs.required, inputs.num_results]).to.deep.equal([['query', 'num_results', 'odd'], ['query'], 5]);
    expect(await tool.actions.get('search').inputs()).to.equal(inputs);
    expect(inputs.spec('num_results')?.options).to.deep.equal([5, 10]);
  });

  it('are asked for again after refresh, and after a failure', async () => {
    const tool = await loaded({ parentModelId: null });
    answers('t1', { action: 'LIST_ACTIONS', data: {} }, { status: 'FAILED', completed: true, error: 'down' });
    expect(await failure(tool.actions.list())).to.be.instanceOf(OperationFailedError);
    lists('search');
    expect((await tool.actions.list()).length).to.equal(1);
    tool.actions.refresh();
    lists('search', 'fetch');
    expect((await tool.actions.list()).length).to.equal(2);
  });

  it('may take a while', async () => {
    const tool = await loaded();
    answers('t1', { action: 'LIST_ACTIONS', data: {} }, { status: 'IN_PROGRESS', completed: false, data: `${models}/api/v1/data/d` });
    nock(models)
      .get('/api/v1/data/d')
      .reply(200, { ...done, data: [{ name: 'search' }] });
    expect((await tool.actions.list()).map(({ slug }) => slug)).to.deep.equal(['search']);
  });

  it('are those of its integration where the tool cannot say them', async () => {
    const tool = await loaded();
    const warnings: string[] = [];
    tool.on('warning', ({ message }) => warnings.push(message));
    answers('t1', { action: 'LIST_ACTIONS', data: {} }, { status: 'FAILED', completed: true, error: 'down' });
    answers('i1', { action: 'LIST_ACTIONS', data: {} }, { ...done, data: [{ name: 'search' }, 'odd', {}] });
    expect((await tool.actions.list()).length).to.equal(1);
    expect(warnings.join()).to.contain('integration');
  });

  it('say which there are when one is unknown', async () => {
    const tool = await loaded();
    answers('t1', { action: 'LIST_INPUTS', data: { actions: ['serch'] } }, { ...done, data: [] });
    lists('search');
    const error = await failure(tool.actions.get('serch').inputs());
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain('did you mean search?');
  });

  it('have inputs that are set in one go', async () => {
    const tool = await loaded();
    describes('search');
    await tool.setInputs({ search: { query: 'rain', num_results: 2 } });
    expect((await tool.actions.get('search').inputs()).toJSON()).to.deep.equal({ query: 'rain', num_results: 2 });
    expect((await failure(tool.setInputs({ search: { none: 1 } }))).message).to.contain('none is not an input');
    expect(await failure(tool.setInputs({ search: 1 as never }))).to.be.instanceOf(ValidationError);
  });
});

describe('a run of a tool', () => {
  withoutNetwork();

  it('sends the defaults and the data above them', async () => {
    const tool = await loaded();
    describes('search');
    nock(models, { reqheaders: { 'x-user-id': 'u', 'x-session-id': 's' } })
      .post('/api/v2/execute/t1', body({ action: 'search', data: { query: 'rain', num_results: 2 }, extra: 1 }))
      .reply(200, { ...done, data: [{ title: 'x' }] });
    const data = { query: 'rain', num_results: 2, odd: null };
    const result = await tool.run({ action: 'search', data, extra: 1 }, { identifier: 'u', sessionId: 's' });
    expect(result.data).to.deep.equal([{ title: 'x' }]);
    answers('t1', { action: 'search', data: { query: 'snow', num_results: 5 } }, { ...done, data: [] });
    await tool.run({ action: 'search', data: { query: 'snow' } });
  });

  it('takes the only allowed action, else the only one there is', async () => {
    const tool = await loaded();
    tool.allowedActions = ['search'];
    describes('search');
    answers('t1', { action: 'search', data: { query: 'a', num_results: 5 } }, done);
    await tool.run({ data: { query: 'a' } });
    tool.allowedActions = [];
    lists('search');
    answers('t1', { action: 'search', data: { query: 'b', num_results: 5 } }, done);
    await tool.run({ data: { query: 'b' } });
    tool.actions.refresh();
    lists('search', 'fetch');
    expect((await failure(tool.run({ data: {} }))).message).to.contain('no action is given');
  });

  it('refuses an action that is not allowed', async () => {
    const tool = await loaded();
    tool.allowedActions = ['search', 'fetch'];
    const error = await failure(tool.run({ action: 'delete' }));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain("Action 'delete' is not allowed for this tool. Allowed actions: ['search', 'fetch']");
  });

  it('lists everything that is wrong with its data', async () => {
    const tool = await loaded();
    describes('search');
    const error = await failure(tool.run({ action: 'search', data: { num_results: 'many' } }));
    expect(error.details).to.deep.equal([
      { field: 'query', message: 'is required' },
      { field: 'num_results', message: 'must be integer, not text' },
    ]);
  });

  it('sends a text or a list as it is, with what goes beside it', async () => {
    const tool = await loaded();
    describes('search');
    for (const data of ['plain', ['a', 'b']]) {
      answers('t1', { action: 'search', data, extra: true }, done);
      await tool.run({ action: 'search', data, extra: true });
    }
  });

  it('of an action without a description is not checked', async () => {
    const tool = await loaded({ actionsAvailable: false });
    answers('t1', { action: 'go', data: { x: 1 } }, done);
    await tool.run({ action: 'go', data: { x: 1 } });
    const described = await loaded();
    answers('t1', { action: 'LIST_INPUTS', data: { actions: ['go'] } }, { ...done, data: [] });
    lists('go');
    answers('t1', { action: 'go', data: { x: 1 } }, done);
    await described.run({ action: 'go', data: { x: 1 } });
  });

  it('of a utility is that of a model', async () => {
    const tool = await loaded({ functionType: 'ai', params: [{ name: 'n', required: true, dataType: 'number' }] });
    expect((await failure(tool.run({}))).message).to.contain('n is required');
    answers('t1', { n: 1 }, done);
    await tool.run({ n: 1 });
  });
});

describe('creating a tool', () => {
  withoutNetwork();

  it('connects to its integration and loads the tool', async () => {
    nock(backend).get('/v2/integrations/acme%2Ffinder').reply(200, finder);
    answers(
      'i1',
      { name: 'Mine', description: 'Finds', data: { token: 't', url: 'u' } },
      { ...done, data: { id: 't1', redirectURL: null } },
    );
    nock(backend)
      .get('/v2/tools/t1')
      .reply(200, { ...web, name: 'mine', allowedActions: [] });
    const tool = new (connect().Tool)({
      name: 'Mine',
      description: 'Finds',
      integration: 'acme/finder',
      config: { data: { token: 'x', url: 'u' }, token: 't' },
      allowedActions: ['search'],
    });
    await tool.save();
    expect([tool.id, tool.name, tool.description, tool.config, tool.code, tool.integrationId]).to.deep.equal([
      't1',
      'Mine',
      'Finds',
      null,
      null,
      'i1',
    ]);
    expect([tool.allowedActions, tool.isModified, tool.redirectUrl]).to.deep.equal([['search'], false, null]);
  });

  it('takes an integration as a record, code, and an id as a text; tells where to consent', async () => {
    nock(backend).get('/v2/integrations/i1').reply(200, finder);
    const aix = connect();
    const integration = await aix.Integration.get('i1');
    answers('i1', { name: 'Code', data: { function_name: 'f', code: 'def f(): pass' } }, { ...done, data: 't1' });
    nock(backend).get('/v2/tools/t1').reply(200, web);
    const tool = await aix.Tool.create({ name: 'Code', integration, config: { function_name: 'f' }, code: 'def f(): pass' });
    expect([tool.id, tool.integrationPath, tool.integration instanceof Integration]).to.deep.equal(['t1', 'acme/finder', true]);
    answers('i1', { name: 'OAuth' }, { ...done, data: { id: 't1', redirectURL: 'https://consent.test' } });
    nock(backend).get('/v2/tools/t1').reply(200, web);
    expect((await integration.connect({ name: 'OAuth' })).redirectUrl).to.equal('https://consent.test');
  });

  it('fails with the platform’s words, and without an id', async () => {
    nock(backend).get('/v2/integrations/i1').times(2).reply(200, finder);
    const { Tool: Tools } = connect();
    answers('i1', { name: 'x' }, { status: 'FAILED', completed: true, supplierError: 'bad token' });
    const failed = await failure(Tools.create({ name: 'x', integration: 'i1' }));
    expect([failed instanceof OperationFailedError, failed.reason]).to.deep.equal([true, 'bad token']);
    answers('i1', { name: 'x' }, { ...done, data: {} });
    expect((await failure(Tools.create({ name: 'x', integration: 'i1' }))).outcome).to.equal('unknown');
  });

  it('needs an integration that exists', async () => {
    const { Tool: Tools } = connect();
    expect((await failure(Tools.create({ name: 'x', code: 'c' }))).details).to.deep.equal([
      { field: 'integration', message: 'is required' },
    ]);
    nock(backend).get('/v2/integrations/none').reply(404, { message: 'not found' });
    expect(await failure(Tools.create({ name: 'x', integration: 'none' }))).to.be.instanceOf(ValidationError);
  });

  it('is known although it could not be loaded', async () => {
    nock(backend).get('/v2/integrations/i1').reply(200, finder);
    answers('i1', { name: 'x' }, { ...done, data: { id: 't1' } });
    nock(backend).get('/v2/tools/t1').reply(500, {});
    const tool = await connect().Tool.create({ name: 'x', integration: 'i1' });
    expect([tool.id, tool.name, tool.isNew]).to.deep.equal(['t1', 'x', false]);
  });
});

describe('the credentials of a tool', () => {
  withoutNetwork();
  const token = 'sk-top-secret';
  const shown = (value: unknown): string => inspect(value, { depth: 9 }) + JSON.stringify(value);

  it('are never shown: not in the console, in JSON, in events, nor in what the platform says of them', async () => {
    const aix = connect();
    const tool = new aix.Tool({ name: 'Mail', integration: 'i1', config: { token }, code: `key = '${token}'` });
    expect(shown(tool)).to.contain('config: [redacted]').and.not.contain(token);
    nock(backend).get('/v2/integrations/i1').times(3).reply(200, finder);
    const sent = { name: 'Mail', data: { token, code: `key = '${token}'` } };
    answers('i1', sent, { status: 'FAILED', completed: true, error: `the token ${token} has expired` });
    const failed = await failure(tool.save(), OperationFailedError);
    expect(failed.reason).to.equal('the token [redacted] has expired');
    expect(shown(failed)).not.to.contain(token);
    nock(models)
      .post('/api/v2/execute/i1')
      .reply(400, { message: `bad token ${token}` });
    const refused = await failure(tool.save());
    expect(refused.message).to.contain('bad token [redacted]');
    expect(shown(refused)).not.to.contain(token);
    const events: unknown[] = [];
    aix.on('save', (event) => events.push(shown(event)));
    answers('i1', sent, { ...done, data: 't1' });
    nock(backend).get('/v2/tools/t1').reply(200, web);
    await tool.save();
    expect(events.join()).to.contain('[redacted]').and.not.contain(token);
  });

  it('are those of keys, too', () => {
    const key = connect().APIKey.fromDict({ id: 'k1', name: 'ci', accessKey: token }) as APIKey;
    expect(shown(key)).to.contain('ci').and.not.contain(token);
    expect([key.key, key.toDict({ secrets: true }).accessKey]).to.deep.equal([token, token]);
  });
});

describe('changing a tool', () => {
  withoutNetwork();

  it('renames it with one request, and makes none for what the platform keeps elsewhere', async () => {
    const tool = await loaded();
    nock(backend).put('/sdk/utilities/t1', { id: 't1', name: 'New', description: 'd' }).reply(200, {});
    await tool.save({ name: 'New' });
    expect([tool.name, tool.isModified]).to.deep.equal(['New', false]);
    await tool.save({ allowedActions: ['search'] });
    expect([tool.allowedActions, tool.isModified]).to.deep.equal([['search'], false]);
  });

  it('connects again with new credentials', async () => {
    const tool = await loaded({ description: 'x Authentication scheme used for this connections: API_KEY' });
    nock(backend).get('/v2/integrations/i1').reply(200, finder);
    answers(
      'i1',
      { authScheme: 'API_KEY', data: { token: 'new', assetId: 't1' }, name: '' },
      { ...done, data: { id: 't1', redirectURL: 'r' } },
    );
    await tool.save({ config: { token: 'new' } });
    expect([tool.config, tool.redirectUrl, tool.name, tool.isModified]).to.deep.equal([null, 'r', 'Web', false]);
  });

  it('chooses the scheme of the integration, with bearer tokens first, and prefers the asset id', async () => {
    const tool = await loaded({ assetId: 'a1' });
    nock(backend).get('/v2/integrations/i1').reply(200, finder);
    answers('i1', { authScheme: 'BEARER_TOKEN', data: { code: 'c', assetId: 'a1' }, name: '' }, { ...done, data: { id: 't1' } });
    await tool.save({ code: 'c' });
    nock(backend)
      .get('/v2/integrations/i1')
      .reply(200, { ...finder, attributes: null });
    answers('i1', { data: { code: 'd', assetId: 'a1' }, name: '' }, { ...done, data: { id: 't1' } });
    await tool.save({ code: 'd' });
    expect(tool.code).to.equal(null);
  });

  it('is told when the platform has made another tool of it', async () => {
    const tool = await loaded();
    nock(backend).get('/v2/integrations/i1').reply(200, finder);
    answers('i1', { authScheme: 'BEARER_TOKEN', data: { token: 'new', assetId: 't1' }, name: '' }, { ...done, data: 't2' });
    expect((await failure(tool.save({ config: { token: 'new' } }))).message).to.contain("Tool.get('t2')");
    expect([tool.id, tool.config]).to.deep.equal(['t1', { token: 'new' }]);
  });

  it('needs to know its integration', async () => {
    const tool = await loaded({ parentModelId: undefined });
    expect([tool.integrationId, tool.integrationPath]).to.deep.equal([undefined, null]);
    expect((await failure(tool.save({ config: { token: 't' } }))).details).to.deep.equal([
      { field: 'integration', message: 'is required' },
    ]);
  });

  it('deletes it, too', async () => {
    const tool = await loaded();
    nock(backend).delete('/v2/tools/t1').reply(200, {});
    await tool.delete();
    expect(tool.isDeleted).to.equal(true);
  });
});

describe('a tool as an agent is told of it', () => {
  withoutNetwork();

  it('has its only action with its inputs', async () => {
    const tool = await loaded();
    lists('search');
    describes('search');
    const told = await tool.toAgentTool();
    expect(told).to.deep.include({
      id: 't1',
      name: 'Web',
      description: 'd',
      supplier: 'aixplain',
      type: 'tool',
      function: 'UTILITIES',
      version: null,
      assetId: 't1',
      actions: ['search'],
    });
    const [action] = told.parameters as { code: string; name: string; inputs: Record<string, unknown> }[];
    expect([action?.code, action?.name, Object.keys(action?.inputs ?? {})]).to.deep.equal([
      'search',
      'search',
      ['query', 'num_results', 'odd'],
    ]);
    expect(action?.inputs.query).to.deep.equal({
      name: 'Query',
      value: null,
      required: true,
      datatype: 'string',
      allowMulti: false,
      supportsVariables: true,
      fixed: false,
      description: 'q',
    });
  });

  it('has only the allowed ones, and none where it has none', async () => {
    const tool = await loaded();
    tool.allowedActions = ['search'];
    describes('search');
    expect((await tool.toAgentTool()).actions).to.deep.equal(['search']);
    const plain = await loaded({ actionsAvailable: false });
    expect(await plain.toAgentTool())
      .to.deep.include({ parameters: [] })
      .and.not.have.property('actions');
  });

  it('is checked for actions that do not exist', async () => {
    const tool = await loaded();
    tool.allowedActions = ['Search', 'none'];
    lists('search');
    expect((await failure(tool.validateAllowedActions())).message).to.contain('has none, which');
  });
});

describe('an integration', () => {
  withoutNetwork();

  it('lists its own actions and events', async () => {
    nock(backend).get('/v2/integrations/i1').reply(200, finder);
    const integration = await connect().Integration.get('i1');
    answers('i1', { action: 'LIST_ACTIONS', data: {} }, { ...done, data: [{ name: 'search' }] });
    expect((await integration.actions.list()).length).to.equal(1);
    answers('i1', { action: 'list_trigger_types', data: '' }, { ...done, data: [{ slug: 'NEW', name: 'New', config: { a: 1 } }] });
    expect(await integration.eventOptions()).to.deep.equal([
      { slug: 'NEW', name: 'New', description: '', config: { a: 1 }, payload: {}, connectionId: null },
    ]);
    expect(integration.functionId).to.equal('connector');
  });

  it('is checked by its description before it is run', async () => {
    nock(backend)
      .get('/v2/integrations/i1')
      .reply(200, {
        ...finder,
        params: [
          { name: 'action', dataType: 'text' },
          { name: 'limit', dataType: 'number', required: true },
        ],
      });
    const integration = await connect().Integration.get('i1');
    const error = await failure(integration.run({ action: 123 }), ValidationError);
    expect(fieldsOf(error)).to.deep.equal(['limit', 'action']);
  });

  it('finds events by slug or name, whatever the case', async () => {
    const events = [
      { slug: 'NEW_MSG', name: 'New message' },
      { slug: 'GONE', name: 'Message deleted' },
    ];
    answers('i1', { action: 'list_trigger_types', data: '' }, { ...done, data: [...events, 'odd'] });
    const options = await new (connect().Integration)({ id: 'i1' }).eventOptions();
    expect([options.length, options.get('new_msg'), options.has('Message DELETED'), options.has('none')]).to.deep.equal([
      2,
      options[0],
      true,
      false,
    ]);
    expect([...options].map(({ slug }) => slug)).to.deep.equal(['NEW_MSG', 'GONE']);
    expect(options.filter(({ slug }) => slug === 'GONE'))
      .to.be.an('array')
      .with.length(1)
      .and.not.instanceOf(EventOptions);
    expect(() => options.get('NEW_MSGS')).to.throw(ValidationError, 'did you mean NEW_MSG?');
  });
});
