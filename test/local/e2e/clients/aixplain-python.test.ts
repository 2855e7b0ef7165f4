import { expect } from 'chai';
import { type Json, usePlatform } from '../../support/platform.js';
import { type RawResponse, sendRaw } from '../../support/raw.js';

const architecture = {
  nodes: [
    {
      number: 0,
      type: 'INPUT',
      label: 'TextInput',
      dataType: ['text'],
      inputValues: [],
      outputValues: [{ code: 'input', dataType: 'text' }],
    },
    {
      number: 1,
      type: 'OUTPUT',
      label: 'TextOutput',
      dataType: ['text'],
      inputValues: [{ code: 'output', dataType: 'text' }],
      outputValues: [],
    },
  ],
  links: [{ from: 0, to: 1, paramMapping: [{ from: 'input', to: 'output' }] }],
};

/** What aiXplain's own Python client puts on the wire, of both its generations. */
describe("aiXplain's Python client against the local platform", () => {
  const local = usePlatform({ port: 0 });
  const python = { accept: '*/*', 'accept-encoding': 'gzip, deflate', connection: 'keep-alive', 'user-agent': 'python-requests/2.32.3' };
  const url = (path: string): string => (path.startsWith('http') ? path : `${local.platform.url}${path}`);

  const send = async (credentials: Record<string, string>, method: string, path: string, body?: object): Promise<RawResponse> =>
    await sendRaw(method, url(path), { ...python, 'content-type': 'application/json', ...credentials }, body && JSON.stringify(body));

  const token = (): Record<string, string> => ({ authorization: `Token ${local.platform.apiKey}` });
  const key = (): Record<string, string> => ({ 'x-api-key': local.platform.apiKey });
  const v1 = async (method: string, path: string, body?: object): Promise<Json> => (await send(token(), method, path, body)).json();
  const v2 = async (method: string, path: string, body?: object): Promise<Json> => (await send(key(), method, path, body)).json();

  const createPipeline = async (): Promise<string> =>
    (await v1('POST', '/sdk/pipelines', { name: 'Echo', status: 'draft', architecture })).id;

  async function poll(address: string): Promise<Json> {
    for (;;) {
      const answer = (await send(key(), 'GET', address)).json() as Json;
      expect(answer, 'every answer says whether it is the last').to.have.property('completed');
      expect(['IN_PROGRESS', 'SUCCESS', 'FAILED']).to.include(answer.status);
      if (answer.completed) return answer;
    }
  }

  it('creates, reads, changes, lists and deletes a pipeline in its first generation', async () => {
    const id = await createPipeline();
    const read = await v1('GET', `/sdk/pipelines/${id}`);
    expect(read).to.deep.include({ id, name: 'Echo', status: 'draft', nodes: architecture.nodes, links: architecture.links });
    expect((await v1('PUT', `/sdk/pipelines/${id}`, { name: 'Echo', status: 'onboarded', architecture })).id).to.equal(id);
    const page = await v1('POST', '/sdk/pipelines/paginate', { pageSize: 20, pageNumber: 0, draftsOnly: false });
    expect(page).to.include({ total: 1, pageTotal: 1 });
    expect(page.items[0]).to.include({ id, name: 'Echo', status: 'onboarded' });
    expect((await v1('GET', '/sdk/pipelines/?pageNumber=0')).items).to.have.length(1);
    expect((await send(token(), 'DELETE', `/sdk/pipelines/${id}`)).status).to.equal(200);
    expect((await send(token(), 'GET', `/sdk/pipelines/${id}`)).status).to.equal(404);
  });

  it('deploys what it has just created, with an empty graph', async () => {
    const id = await createPipeline();
    const empty = { name: 'Echo', status: 'onboarded', architecture: { nodes: [], links: [] } };
    expect((await v1('PUT', `/sdk/pipelines/${id}`, empty)).id).to.equal(id);
    expect(await v1('GET', `/sdk/pipelines/${id}`)).to.deep.include({ status: 'onboarded', nodes: [], links: [] });
  });

  it('runs a pipeline in its first generation, with a double slash in the address too', async () => {
    const id = await createPipeline();
    for (const path of [`/assets/pipeline/execution/run/${id}`, `//assets/pipeline/execution/run/${id}`]) {
      const started = await v2('POST', path, { data: 'Hello', batchmode: true, version: null });
      expect(started).to.include({ status: 'IN_PROGRESS' });
      expect(started.url).to.match(/^http:\/\/127\.0\.0\.1/);
      const done = await poll(started.url);
      expect(done.data[0]).to.deep.include({ label: 'TextOutput' });
      expect(done.data[0].segments[0]).to.deep.include({ response: 'Hello', success: true });
    }
  });

  it('runs a pipeline with inputs by label, with an object instead of data, and with numbers as text', async () => {
    const id = await createPipeline();
    const run = async (body: object) =>
      (await poll((await v2('POST', `/assets/pipeline/execution/run/${id}`, { batchmode: true, version: null, ...body })).url)).data[0]
        .segments[0].response;
    expect(await run({ data: [{ value: 'Hello', nodeId: 'TextInput' }] })).to.equal('Hello');
    expect(await run({ data: '1.1' })).to.equal('1.1');
    expect(await run({ data: 'True', version: '2.0', batchmode: false })).to.equal('True');
    expect(await run({ question: 'Hello' })).to.deep.equal({ question: 'Hello' });
  });

  it('uploads a file with a form and a lower-case token, and runs with its address', async () => {
    const id = await createPipeline();
    const headers = { ...python, authorization: `token ${local.platform.apiKey}`, 'content-type': 'application/x-www-form-urlencoded' };
    const presigned = await sendRaw('POST', url('/sdk/file/upload/temp-url'), headers, 'contentType=text%2Fcsv&originalName=input.txt');
    const { key: uploaded, uploadUrl, downloadUrl } = presigned.json() as Json;
    expect((await sendRaw('PUT', uploadUrl, { ...python, 'content-type': 'text/csv' }, 'from a file')).status).to.equal(200);
    expect((await sendRaw('GET', downloadUrl, python)).body.toString()).to.equal('from a file');
    const started = await v2('POST', `/assets/pipeline/execution/run/${id}`, {
      data: `s3://127/${uploaded}`,
      batchmode: true,
      version: null,
    });
    expect((await poll(started.url)).data[0].segments[0].response).to.equal('from a file');
  });

  it('saves, changes, searches, runs and deletes a record in its second generation', async () => {
    const made = await v2('POST', '/v2/agents', { id: null, name: 'Helper', description: 'kept', path: null });
    expect(made).to.include({ name: 'Helper', description: 'kept', path: null });
    const put = await send(key(), 'PUT', `/v2/agents/${made.id}`, { ...made, name: 'Renamed' });
    expect([put.status, (put.json() as Json).id]).to.deep.equal([200, made.id]);
    const page = await v2('POST', '/v2/agents/paginate', {
      pageNumber: 0,
      pageSize: 20,
      sortBy: 'SortBy.NAME',
      sortOrder: 'SortOrder.ASC',
      ownership: 'OwnershipType.TEAM',
    });
    expect(page.results.map((item: Json) => item.name)).to.deep.equal(['Renamed']);
    const started = (
      await send({ ...key(), 'x-session-id': 's1', 'x-user-id': 'u1' }, 'POST', `/v2/agents/${made.id}/run`, {
        id: made.id,
        query: { input: 'Hello' },
      })
    ).json() as Json;
    expect(started).to.include({ status: 'IN_PROGRESS', completed: false });
    expect((await poll(started.data)).data.output).to.equal('Hello');
    expect((await send(key(), 'DELETE', `/v2/agents/${made.id}`)).status).to.equal(200);
  });

  it('lists models and runs a team agent in its first generation', async () => {
    const model = await v1('POST', '/sdk/models', {
      name: 'Tr',
      function: { id: 'translation' },
      supplier: { id: 1, code: 'acme', name: 'Acme' },
    });
    const filters = {
      q: '',
      pageNumber: 0,
      pageSize: 20,
      functions: ['translation'],
      suppliers: [1],
      sort: [{ dir: 1, field: 'createdAt' }],
    };
    for (const page of [await v1('POST', '/sdk/models/paginate', filters), await v1('GET', `/sdk/models?ids=${model.id}`)]) {
      expect(page).to.include({ total: 1, pageTotal: 1 });
      expect(page.items[0].id).to.equal(model.id);
    }
    expect((await v1('GET', '/sdk/models/by-name/Tr')).id).to.equal(model.id);
    const agent = await v2('POST', '/sdk/agents', { name: 'Finder', assets: [], llmId: model.id, status: 'draft', tasks: [], tools: [] });
    const team = await v2('POST', '/sdk/agent-communities', {
      name: 'Desk',
      agents: [{ assetId: agent.id, number: 0, type: 'AGENT', label: 'AGENT' }],
      links: [],
      llmId: model.id,
      supervisorId: model.id,
      plannerId: null,
      status: 'draft',
    });
    expect(team.agents).to.deep.equal([{ assetId: agent.id, number: 0, type: 'AGENT', label: 'AGENT' }]);
    const started = await v2('POST', `/sdk/agent-communities/${team.id}/run`, {
      id: team.id,
      query: 'Hello',
      sessionId: null,
      history: null,
    });
    const { data } = await poll(started.data);
    expect(data).to.include({ input: 'Hello', output: 'Hello' });
    expect(data.session_id.startsWith(`${team.id}_`)).to.equal(true);
    const twice = await send(key(), 'POST', '/sdk/agent-communities', { name: 'Desk', agents: [] });
    expect([twice.status, (twice.json() as Json).message]).to.deep.equal([400, 'err.name_already_exists']);
  });

  it('streams a model line by line, and talks in a session, in its second generation', async () => {
    const model = await v2('POST', '/v2/models', { name: 'Chat', function: { id: 'text-generation' } });
    const streamed = await send(key(), 'POST', `/api/v2/execute/${model.id}`, { text: 'Hel lo', options: { stream: true } });
    expect(streamed.headers['content-type']).to.match(/^text\/event-stream/);
    const lines = streamed.body
      .toString()
      .split('\n')
      .filter((line) => line !== '');
    expect(lines).to.deep.equal(['data: {"data":"Hel"}', 'data: {"data":" lo"}', 'data: [DONE]']);
    const agent = await v2('POST', '/v2/agents', { id: null, name: 'Desk', path: null, createdAt: null, updatedAt: null, teamId: null });
    expect(Date.parse(agent.createdAt)).to.be.greaterThan(0);
    const session = await v2('POST', '/v1/sessions', { agentId: agent.id, name: 'T', status: 'active' });
    const asked = await v2('POST', `/v1/sessions/${session.id}/messages`, { role: 'user', content: 'Hello' });
    expect((await poll(`/sdk/agents/${asked.requestId}/result`)).data.output).to.equal('Hello');
    const listed = await v2('GET', `/v1/sessions?agentId=${agent.id}&pageNumber=0&pageSize=20`);
    expect(listed.map(({ id }: Json) => id)).to.deep.equal([session.id]);
    const messages = await v2('GET', `/v1/sessions/${session.id}/messages`);
    expect(messages.map(({ role }: Json) => role)).to.deep.equal(['user', 'assistant']);
  });

  it('gets errors as objects with a status code in them', async () => {
    for (const [credentials, path, status] of [
      [{ 'x-api-key': 'wrong' }, '/v2/agents/x', 401],
      [{ authorization: 'Token wrong' }, '/sdk/pipelines/x', 401],
      [token(), '/sdk/pipelines/no%20such%2Fpipeline', 404],
      [key(), '/v2/nothing/x/y/z', 404],
    ] as [Record<string, string>, string, number][]) {
      const answer = await send(credentials, 'GET', path);
      expect(answer.status, path).to.equal(status);
      expect(answer.json()).to.include({ statusCode: status }).and.to.have.keys('statusCode', 'message', 'error');
    }
  });
});
