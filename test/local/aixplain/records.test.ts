import { expect } from 'chai';
import { type Json, usePlatform } from '../support/platform.js';
import { sendRaw } from '../support/raw.js';
import { vendorSeed } from './seed.js';

describe("Sessions, triggers, keys and skills on aiXplain's wire, as the vendor's client uses them", () => {
  const local = usePlatform({ seed: vendorSeed, port: 0 });
  const get = async (path: string): Promise<Json> => (await local.client.get(path)).body;
  const post = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;

  it('keep a session with its settings, and find it', async () => {
    const executionConfig = {
      ...{ executionParams: { maxTokens: 100, budget: { maxIterations: 3 } }, criteria: 'brief', evolve: '{"toEvolve":false}' },
      ...{ identifier: 'me', runResponseGeneration: false },
    };
    const { status, body } = await local.client.post('/v1/sessions', {
      agentId: 'debugger-1',
      name: 'T',
      status: 'active',
      executionConfig,
    });
    expect(status).to.equal(201);
    expect(body).to.deep.include({
      ...{ agentId: 'debugger-1', name: 'T', status: 'active', runStatus: 'idle', messageCount: 0, executionConfig },
      ...{ lastMessagePreview: null, lastMessageAt: null, userId: local.platform.userId },
    });
    const put = await local.client.put(`/v1/sessions/${body.id}`, { agentId: 'debugger-1', name: 'T2', status: 'archived' });
    expect(put.body).to.deep.include({ name: 'T2', status: 'archived', executionConfig });
    for (const flag of ['True', 'true', '1', 'False']) {
      const query = `agentId=debugger-1&memoryEnabled=${flag}&pageNumber=0&pageSize=20&createdAfter=2020-01-01T00%3A00%3A00.123456%2B00%3A00`;
      const { body: list, headers } = await local.client.get(`/v1/sessions?${query}`);
      expect(
        list.map(({ id }: Json) => id),
        flag,
      ).to.deep.equal(['session-1', body.id]);
      expect(headers.get('x-ignored-filters'), 'which the vendor takes without honouring it').to.equal('memoryEnabled');
    }
    expect((await local.client.delete(`/v1/sessions/${body.id}`)).status).to.equal(200);
  });

  it('run the agent of a session with each message of a user', async () => {
    const attachments = [{ url: 'https://example.com/a.png', name: 'a.png', type: 'image', mimeType: 'image/png' }];
    const tools = [{ id: 'search-1', parameters: [{ name: 'num_results', value: 2 }] }];
    const said = await local.client.post('/v1/sessions/session-1/messages', { role: 'user', content: '', attachments, tools });
    expect(said.status).to.equal(201);
    expect(said.body).to.deep.include({ sessionId: 'session-1', role: 'user', content: '', sequence: 1, reaction: null, attachments });
    const done = await local.client.until(`/sdk/agents/${said.body.requestId}/result`, ({ completed }) => completed);
    expect(done).to.include({ status: 'SUCCESS', sessionId: 'session-1', requestId: said.body.requestId });
    expect(done.data.session_id).to.equal('session-1');
    const { id } = said.body;
    const refused = await local.client.post(`/v1/sessions/session-1/messages/${id}/reaction`, { reaction: 'LIKE' });
    expect([refused.status, refused.body.message]).to.deep.equal([400, 'Only assistant messages can be liked/disliked']);
    const answered = await post('/v1/sessions/session-1/messages', { role: 'assistant', content: 'x', requestId: 'e-1' });
    expect((await post(`/v1/sessions/session-1/messages/${answered.id}/reaction`, { reaction: 'LIKE' })).reaction).to.equal('LIKE');
    expect((await get(`/v1/sessions/session-1/messages/${id}`)).id).to.equal(id);
    expect((await local.client.delete(`/v1/sessions/session-1/messages/${id}`)).status).to.equal(200);
    expect((await local.client.get(`/v1/sessions/session-1/messages/${id}`)).status).to.equal(404);
    expect((await get('/v1/sessions/session-1/messages')).map(({ role }: Json) => role)).to.deep.equal(['assistant', 'assistant']);
  });

  it('keep triggers, and refuse what these do not have', async () => {
    const body = {
      ...{ name: 'Daily', input: 'Sum up', assetType: 'agent', triggerType: 'time', enabled: true, notifications: false },
      ...{
        assetId: 'debugger-1',
        retryCount: 1,
        description: 'd',
        configuration: { type: 'daily', time: '09:00', timezone: 'Europe/London' },
      },
    };
    const { status, body: trigger } = await local.client.post('/v1/triggers', body);
    expect(status).to.equal(201);
    expect(trigger).to.deep.include({ ...body, lastRunAt: null, failureCount: 0, enqueued: false, type: 'daily' });
    expect((await get('/v1/triggers?agentId=debugger-1')).map(({ id }: Json) => id)).to.deep.equal(['trigger-1', trigger.id]);
    const off = await local.client.put(`/v1/triggers/${trigger.id}`, { ...body, id: trigger.id, enabled: false });
    expect([off.status, off.body.enabled, off.body.nextRunAt]).to.deep.equal([200, false, null]);
    const refused = await local.client.post('/v1/triggers', { ...body, connection_id: 'x' });
    expect([refused.status, refused.body.message]).to.deep.equal([400, ['property connection_id should not exist']]);
  });

  it('keep API keys, which are listed by a GET with a body', async () => {
    const body = {
      ...{
        name: 'key',
        budget: 10,
        expiresAt: '2099-01-01T00:00:00.123456Z',
        globalLimits: { tpm: 0, tpd: 0, rpm: 5, rpd: 50, tokenType: null },
      },
      assetsLimits: [{ tpm: 1, tpd: 2, rpm: 3, rpd: 4, tokenType: 'output', assetId: 'llm-1' }],
    };
    const made = await local.client.post('/sdk/api-keys', body);
    expect(made.status).to.equal(201);
    expect(made.body).to.deep.include({ ...body, isAdmin: false });
    expect(made.body.accessKey).to.not.contain('*');
    const headers = { 'x-api-key': local.platform.apiKey, 'content-type': 'application/json' };
    const listed = (await sendRaw('GET', `${local.platform.url}/sdk/api-keys`, headers, '{}')).json() as Json[];
    const masked = `${made.body.accessKey.slice(0, 4)}****${made.body.accessKey.slice(-4)}`;
    expect(listed.map(({ name, accessKey }) => [name, accessKey]).slice(1)).to.deep.equal([['key', masked]]);
    expect((await local.client.post('/sdk/api-keys', body)).status).to.equal(422);
    const changed = { ...body, id: made.body.id, budget: 11 };
    expect((await local.client.put(`/sdk/api-keys/${made.body.id}`, changed)).body).to.include({ budget: 11, accessKey: masked });
    const usage = await get(`/sdk/api-keys/${made.body.id}/usage-limits`);
    const counts = { requestCount: 0, tokenCount: 0 };
    expect(usage).to.deep.equal([
      { ...counts, requestCountLimit: 50, tokenCountLimit: 0, assetId: null },
      { ...counts, requestCountLimit: 4, tokenCountLimit: 2, assetId: 'llm-1' },
    ]);
    expect(await get('/sdk/api-keys/usage-limits'))
      .to.be.an('array')
      .with.length(1);
    for (const wrong of [{ budget: -1 }, { globalLimits: { rpm: -1 } }]) {
      expect((await local.client.post('/sdk/api-keys', { name: 'wrong', ...wrong })).status).to.equal(400);
    }
    expect((await local.client.delete(`/sdk/api-keys/${made.body.id}`)).status).to.equal(200);
  });

  it('keep skills with their files, and take issues', async () => {
    const body = { id: null, name: 'Pdf', description: 'Reads', path: null, tags: ['pdf'], privacy: 'Private', whitelist: [] };
    const skill = await local.client.post('/sdk/skill', { ...body, team: null, user: null, status: null, assetType: null, fileType: null });
    expect(skill.status).to.equal(201);
    expect(skill.body).to.include({ name: 'Pdf', status: 'onboarded' });
    const headers = { authorization: `token ${local.platform.apiKey}`, 'content-type': 'application/x-www-form-urlencoded' };
    const form = 'contentType=text%2Fcsv&originalName=SKILL.md&tags=a%2Cb&license=MIT';
    const presigned = (await sendRaw('POST', `${local.platform.url}/sdk/file/upload-url`, headers, form)).json() as Json;
    const put = await sendRaw('PUT', presigned.uploadUrl, { 'content-type': 'text/csv' }, '# Read');
    expect(put.status).to.equal(200);
    const path = `/sdk/skill/${skill.body.id}`;
    const folder = await local.client.post(`${path}/folder`, { name: 'scripts', description: '', parentId: null });
    expect([folder.status, typeof folder.body.id]).to.deep.equal([201, 'string']);
    const file = { name: 'SKILL.md', url: presigned.downloadUrl, description: '', parentId: null };
    expect((await local.client.post(`${path}/file`, file)).status).to.equal(201);
    const zip = await sendRaw('GET', `${local.platform.url}${path}/download`, { 'x-api-key': local.platform.apiKey });
    expect(zip.body.subarray(0, 2).toString()).to.equal('PK');
    expect((await local.client.put(path, { ...skill.body, description: 'Reads files' })).body.description).to.equal('Reads files');
    expect((await local.client.delete(path)).status).to.equal(200);
    const issue = await local.client.post('/v1/issue', { description: 'It hangs', severity: 'SEV3', sdk_version: '0.2.47' });
    expect([issue.status, typeof issue.body.issue_id]).to.deep.equal([202, 'string']);
  });
});
