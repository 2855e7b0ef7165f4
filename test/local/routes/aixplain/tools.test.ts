import { expect } from 'chai';
import { type Json, usePlatform } from '../../support/platform.js';

const search = {
  name: 'search',
  displayName: 'Search',
  description: 'Finds',
  inputs: [
    { name: 'Query text', required: true },
    { code: 'n', datatype: 'integer', defaultValue: [3] },
  ],
};

describe("Tools and integrations of aiXplain's wire on the local platform", () => {
  const local = usePlatform();
  const post = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;
  const act = (id: string, body: object): Promise<Json> => post(`/api/v2/execute/${id}`, body);
  const result = (url: string): Promise<Json> => local.client.until(url, ({ completed }) => completed);

  async function integration(about: object = {}): Promise<string> {
    const attributes = { auth_schemes: '["API_KEY","BEARER_TOKEN"]' };
    const sent = {
      name: 'Finder',
      function: { id: 'connector' },
      actions: [search, { name: 'count' }],
      triggers: [{ slug: 'NEW', name: 'New' }],
      attributes,
    };
    return (await post('/v2/integrations', { ...sent, ...about })).id;
  }

  it('list their actions and the inputs of these', async () => {
    const { id } = await post('/v2/tools', { name: 'Search', actions: [search, { name: 'count' }] });
    expect(await act(id, { action: 'LIST_ACTIONS', data: {} })).to.deep.include({
      status: 'SUCCESS',
      completed: true,
      data: [
        { name: 'search', displayName: 'Search', slug: 'search', description: 'Finds' },
        { name: 'count', displayName: 'count', slug: 'count', description: '' },
      ],
    });
    const { data } = await act(id, { action: 'LIST_INPUTS', data: { actions: ['SEARCH'] } });
    expect(data).to.have.length(1);
    const common = { value: [], availableOptions: [], allowMulti: false, supportsVariables: false, fixed: false, description: '' };
    expect(data[0].inputs).to.deep.equal([
      { ...common, name: 'Query text', code: 'query_text', datatype: 'string', defaultValue: [], required: true },
      { ...common, name: 'n', code: 'n', datatype: 'integer', defaultValue: [3], required: false },
    ]);
    expect((await act(id, { action: 'LIST_INPUTS', data: { actions: [] } })).data.map(({ name }: Json) => name)).to.deep.equal([
      'search',
      'count',
    ]);
    expect((await act(id, { action: 'LIST_INPUTS', data: { actions: ['other'] } })).data).to.deep.equal([]);
  });

  it('run their actions with their handler', async () => {
    const { id } = await post('/v2/tools', { name: 'Search', actions: [search] });
    local.platform.block(id, ({ inputs }) => [{ title: (inputs.data as Json).query_text, by: inputs.action }]);
    const done = await result((await act(id, { action: 'search', data: { query_text: 'rain' } })).data);
    expect(done).to.deep.include({ status: 'SUCCESS', data: [{ title: 'rain', by: 'search' }] });
    const failed = await act(id, { action: 'fly', data: {} });
    expect(failed).to.include({ status: 'FAILED', completed: true, error: 'supplier_error: tool not found' });
  });

  it('ask a handler that knows its actions itself', async () => {
    const { id } = await post('/v2/tools', { name: 'Own' });
    local.platform.block(id, ({ inputs }) => [{ name: inputs.action }]);
    for (const action of ['LIST_ACTIONS', 'LIST_INPUTS', 'any']) {
      expect((await result((await act(id, { action })).data)).data, action).to.deep.equal([{ name: action }]);
    }
  });

  it('are what an integration connects', async () => {
    const id = await integration();
    expect((await act(id, { action: 'LIST_INPUTS', data: { actions: [] } })).data, 'it is not connected').to.deep.equal([]);
    expect((await act(id, { action: 'LIST_ACTIONS', data: {} })).data).to.have.length(2);
    const connected = await act(id, { name: 'Mine', description: 'My finder', data: { token: 'secret-token' } });
    expect(connected).to.deep.include({ status: 'SUCCESS', completed: true });
    const tool = await local.client.get(`/v2/tools/${connected.data.id}`);
    expect(tool.body).to.deep.include({
      name: 'Mine',
      parentModelId: id,
      function: { id: 'utilities' },
      functionType: 'connection',
      actionsAvailable: true,
    });
    expect(tool.body.description).to.equal('My finder\nAuthentication scheme used for this connections: BEARER_TOKEN');
    expect(tool.text, 'credentials are not kept').to.not.contain('secret-token');
    expect((await act(tool.body.id, { action: 'LIST_INPUTS', data: { actions: ['search'] } })).data[0].inputs).to.have.length(2);
    local.platform.block(id, ({ inputs }) => inputs.data);
    expect((await result((await act(tool.body.id, { action: 'count', data: { of: 'x' } })).data)).data).to.deep.equal({ of: 'x' });

    const again = await act(id, { name: '', data: { token: 'other', assetId: tool.body.id } });
    expect(again.data.id).to.equal(tool.body.id);
    expect(await act(id, { name: 'Mine' })).to.include({ status: 'FAILED', completed: true, error: 'name_already_exists' });
    const unnamed = [(await act(id, {})).data.id, (await act(id, { data: {}, authScheme: 'OAUTH2' })).data.id];
    expect(unnamed[0]).to.not.equal(unnamed[1]);
    expect((await local.client.get(`/v2/tools/${unnamed[1]}`)).body.description).to.match(/OAUTH2$/);
    expect(await act(id, { action: 'unknown' })).to.include({ status: 'FAILED', error: 'supplier_error: tool not found' });
    expect((await local.client.post(`/api/v2/execute/${id}`, { action: 123 })).status).to.equal(400);
  });

  it('have the function of a sandbox as their only action', async () => {
    const id = await integration({ name: 'Sandbox', actions: undefined });
    const { data } = await act(id, { name: 'BMI', data: { code: 'def bmi(): ...', function_name: 'bmi' } });
    expect((await act(data.id, { action: 'LIST_ACTIONS', data: {} })).data.map(({ name }: Json) => name)).to.deep.equal(['bmi']);
    expect((await act(data.id, { action: 'other' })).error).to.equal('supplier_error: tool not found');
  });

  it('subscribe to events', async () => {
    const id = await integration();
    const tool = (await act(id, { name: 'Mine' })).data.id;
    expect((await act(tool, { action: 'list_trigger_types', data: '' })).data).to.deep.equal([
      { slug: 'NEW', name: 'New', config: {}, payload: {} },
    ]);
    const active = await act(tool, {
      action: 'activate_trigger',
      data: { slug: 'new', config: {} },
      enable: true,
      toolkit_versions: 'latest',
    });
    expect(active.data.trigger_id).to.be.a('string');
    expect((await act(tool, { action: 'delete_trigger', data: { trigger_id: active.data.trigger_id } })).data).to.deep.equal({
      deleted: true,
    });
    expect((await act(tool, { action: 'delete_trigger', data: { trigger_id: active.data.trigger_id } })).status).to.equal('FAILED');
    expect((await act(tool, { action: 'activate_trigger', data: { slug: 'OLD' } })).error).to.contain('not found');
  });

  it('are found as models, and models have one action', async () => {
    const model = await post('/v2/models', { name: 'Chat', params: [{ name: 'text', dataType: 'text', required: true }] });
    expect((await act(model.id, { action: 'LIST_ACTIONS', data: {} })).data.map(({ name }: Json) => name)).to.deep.equal(['run']);
    expect((await act(model.id, { action: 'LIST_INPUTS', data: { actions: ['run'] } })).data[0].inputs[0]).to.include({
      code: 'text',
      datatype: 'text',
      required: true,
    });
    expect((await local.client.get(`/v2/tools/${model.id}`)).body.name).to.equal('Chat');
    expect((await local.client.get(`/v2/models/${await integration()}`)).body.name).to.equal('Finder');
    const utility = await post('/sdk/utilities', { id: null, name: 'Adder', code: 's3://x', utility_id: 'custom_python_code' });
    expect(utility.status).to.equal('onboarded');
    const put = await local.client.put(`/sdk/utilities/${model.id}`, { id: model.id, name: 'Renamed' });
    expect([put.status, put.body.name]).to.deep.equal([200, 'Renamed']);
  });
});

describe("Skills of aiXplain's wire on the local platform", () => {
  const local = usePlatform();
  const post = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;

  it('have files in folders, which come as an archive', async () => {
    const upload = async (content: string): Promise<Json> => {
      const presigned = await post('/sdk/file/upload/temp-url', { contentType: 'text/markdown', originalName: 'SKILL.md' });
      await local.client.upload(presigned.uploadUrl, content, 'text/markdown');
      return presigned;
    };
    const skill = await post('/sdk/skill', { name: 'Reader', tags: ['pdf'] });
    expect(skill).to.deep.include({ status: 'onboarded', privacy: 'Private', tags: ['pdf'], user: local.platform.userId });
    const path = `/sdk/skill/${skill.id}`;
    const folder = await local.client.post(`${path}/folder`, { name: 'scripts', description: '', parentId: null });
    expect([folder.status, folder.body.name]).to.deep.equal([201, 'scripts']);
    await post(`${path}/file`, { name: 'SKILL.md', url: (await upload('# Grüße')).downloadUrl, description: '', parentId: null });
    await post(`${path}/file`, { name: 'run.py', url: `s3://any/${(await upload('')).key}`, parentId: folder.body.id });
    const archive = await local.platform.fetch(`${local.platform.url}${path}/download`, {
      headers: { 'x-api-key': local.platform.apiKey },
    });
    expect(archive.headers.get('content-type')).to.equal('application/zip');
    const bytes = Buffer.from(await archive.arrayBuffer());
    expect(namesIn(bytes)).to.deep.equal(['SKILL.md', 'scripts/run.py']);
    expect(bytes.includes('# Grüße')).to.equal(true);
    for (const [body, status] of [
      [{ name: '../x', url: 'x' }, 400],
      [{ name: 'x' }, 400],
      [{ name: 'x', url: 'x', parentId: 'nowhere' }, 404],
    ] as const) {
      expect((await local.client.post(`${path}/file`, body)).status, JSON.stringify(body)).to.equal(status);
    }
    await post(`${path}/file`, { name: 'far.md', url: 'https://example.com/far.md' });
    const refused = await local.client.get(`${path}/download`);
    expect([refused.status, refused.body.message]).to.deep.equal([
      409,
      "The file 'far.md' of the skill is not an upload of this platform.",
    ]);
    expect((await post('/sdk/skill/paginate', { tags: ['pdf'] })).total).to.equal(1);
  });

  it('take reports of issues as well', async () => {
    const { status, body } = await local.client.post('/v1/issue', { description: 'It hangs', severity: 'SEV3', tags: ['run'] });
    expect([status, typeof body.issue_id]).to.deep.equal([202, 'string']);
    expect((await local.client.get(`/v1/issue/${body.issue_id}`)).body.description).to.equal('It hangs');
    for (const wrong of [{}, { description: null }, { description: 'x', severity: 'BAD' }]) {
      expect((await local.client.post('/v1/issue', wrong)).status, JSON.stringify(wrong)).to.equal(400);
    }
  });
});

/** The names in the central directory of a ZIP archive. */
function namesIn(bytes: Buffer): string[] {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const names: string[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    expect(bytes.readUInt32LE(at)).to.equal(0x02014b50);
    expect(bytes.readUInt32LE(bytes.readUInt32LE(at + 42)), 'the file is where the directory says').to.equal(0x04034b50);
    const length = bytes.readUInt16LE(at + 28);
    names.push(bytes.toString('utf8', at + 46, at + 46 + length));
    at += 46 + length;
  }
  expect(at, 'nothing is between the directory and its end').to.equal(end);
  return names;
}
