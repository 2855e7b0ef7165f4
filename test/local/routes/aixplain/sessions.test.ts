import { expect } from 'chai';
import { type Json, usePlatform } from '../../support/platform.js';

describe("Sessions of aiXplain's wire on the local platform", () => {
  const local = usePlatform();
  const post = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;
  const get = async (path: string): Promise<Json> => (await local.client.get(path)).body;
  const result = (requestId: string): Promise<Json> => local.client.until(`/sdk/agents/${requestId}/result`, ({ completed }) => completed);

  async function session(about: object = {}): Promise<{ agent: Json; path: string; id: string }> {
    const agent = await post('/v2/agents', { name: 'Desk' });
    const { id } = await post('/v1/sessions', { agentId: agent.id, name: 'Ticket 7', ...about });
    return { agent, id, path: `/v1/sessions/${id}` };
  }

  it('start a run with what a user says, and get its answer', async () => {
    const { agent, id, path } = await session({ executionConfig: { executionParams: { maxTokens: 100 } } });
    local.platform.block(agent.id, ({ inputs }) => `${inputs.query as string}, after ${(inputs.history as unknown[]).length}`);
    const said = await local.client.post(`${path}/messages`, { role: 'user', content: 'hi' });
    expect(said.status).to.equal(201);
    expect(said.body).to.include({
      sessionId: id,
      userId: local.platform.userId,
      agentId: agent.id,
      role: 'user',
      content: 'hi',
      sequence: 1,
    });
    expect(said.body).to.include({ reaction: null, attachments: null });
    const done = await result(said.body.requestId);
    expect(done).to.include({ status: 'SUCCESS', sessionId: id });
    expect(done.data).to.include({ input: 'hi', output: 'hi, after 0', session_id: id });
    const again = await post(`${path}/messages`, { role: 'user', content: 'and' });
    expect((await result(again.requestId)).data.output).to.equal('and, after 2');
    const messages = await get(`${path}/messages`);
    expect(messages.map(({ role, content, sequence }: Json) => [role, content, sequence])).to.deep.equal([
      ['user', 'hi', 1],
      ['assistant', 'hi, after 0', 2],
      ['user', 'and', 3],
      ['assistant', 'and, after 2', 4],
    ]);
    expect(messages[1].requestId).to.equal(said.body.requestId);
    expect(await get(path)).to.include({ messageCount: 4, lastMessagePreview: 'and, after 2', runStatus: 'completed', name: 'Ticket 7' });
    expect((await get(path)).lastMessageAt).to.equal(messages[3].createdAt);
    expect(await get(`/v1/sessions?agentId=${agent.id}`)).to.have.length(1);
  });

  it('keep messages that start nothing', async () => {
    const { path } = await session();
    const attachments = [{ url: 'https://example.com/a.png', name: 'a.png', type: 'image', mimeType: 'image/png' }];
    const own = await post(`${path}/messages`, { role: 'user', content: '', requestId: 'e-2', attachments });
    expect(own).to.deep.include({ requestId: 'e-2', attachments, content: '' });
    expect((await post(`${path}/messages`, { role: 'assistant', content: 'x' })).requestId).to.equal(null);
    expect(await get(path)).to.include({ runStatus: 'idle', messageCount: 2 });
    for (const body of [{ role: 'system', content: 'x' }, { role: 'user' }, { content: 'x' }]) {
      expect((await local.client.post(`${path}/messages`, body)).status, JSON.stringify(body)).to.equal(400);
    }
  });

  it('give and delete single messages, and take reactions to answers', async () => {
    const { path } = await session();
    const asked = await post(`${path}/messages`, { role: 'user', content: 'hi' });
    await result(asked.requestId);
    const answer = (await get(`${path}/messages`))[1];
    expect(await get(`${path}/messages/${asked.id}`)).to.deep.include({ id: asked.id, content: 'hi' });
    const refused = await local.client.post(`${path}/messages/${asked.id}/reaction`, { reaction: 'LIKE' });
    expect([refused.status, refused.body.message]).to.deep.equal([400, 'Only assistant messages can be liked/disliked']);
    for (const reaction of ['LIKE', 'DISLIKE', null]) {
      expect((await post(`${path}/messages/${answer.id}/reaction`, { reaction })).reaction).to.equal(reaction);
    }
    expect((await local.client.post(`${path}/messages/${answer.id}/reaction`, { reaction: 'LOVE' })).status).to.equal(400);
    expect((await local.client.delete(`${path}/messages/${answer.id}`)).status).to.equal(200);
    const gone = await local.client.get(`${path}/messages/${answer.id}`);
    expect([gone.status, gone.body.statusCode]).to.deep.equal([404, 404]);
    expect(await get(path)).to.include({ messageCount: 1, lastMessagePreview: 'hi' });
    const other = await post('/v1/sessions', { name: 'other' });
    expect((await local.client.get(`/v1/sessions/${other.id}/messages/${asked.id}`)).status).to.equal(404);
    await local.client.delete(path);
    expect((await local.client.get(`${path}/messages`)).status).to.equal(404);
  });

  it('say why there is no answer', async () => {
    const { agent, path } = await session();
    local.platform.block(agent.id, () => {
      throw new Error('asleep');
    });
    const asked = await post(`${path}/messages`, { role: 'user', content: 'hi' });
    expect(await result(asked.requestId)).to.include({ status: 'FAILED', errorMessage: 'asleep' });
    expect((await get(`${path}/messages`))[1].content).to.equal('The run failed: asleep');
    const nobody = await post('/v1/sessions', { agentId: 'nobody' });
    const lost = await post(`/v1/sessions/${nobody.id}/messages`, { role: 'user', content: 'hi' });
    expect((await result(lost.requestId)).errorMessage).to.contain('Agent not found');
    const none = await post('/v1/sessions', {});
    expect((await local.client.post(`/v1/sessions/${none.id}/messages`, { role: 'user', content: 'hi' })).body.details[0].field).to.equal(
      'agentId',
    );
  });

  it('know their agent by its path too', async () => {
    const agent = await post('/v2/agents', { name: 'Desk', path: 'own/desk' });
    local.platform.block(agent.id, () => 'found');
    const { id } = await post('/v1/sessions', { agentId: 'own/desk' });
    const { requestId } = await post(`/v1/sessions/${id}/messages`, { role: 'user', content: 'hi' });
    expect((await result(requestId)).data.output).to.equal('found');
  });

  it('are named in runs of agents without having their messages', async () => {
    const { agent, id, path } = await session();
    const started = await local.client.post(`/v2/agents/${agent.id}/run`, { query: 'hi' }, { headers: { 'x-session-id': id } });
    expect((await result(started.body.requestId)).sessionId).to.equal(id);
    expect(await get(`${path}/messages`)).to.deep.equal([]);
  });
});

describe("Triggers of aiXplain's wire on the local platform", () => {
  const local = usePlatform();

  it('are what their clients send, and nothing else', async () => {
    const trigger = {
      name: 'Daily',
      input: 'Sum up',
      assetId: 'a-1',
      triggerType: 'time',
      configuration: { type: 'daily', time: '09:00' },
    };
    const { status, body } = await local.client.post('/v1/triggers', trigger);
    expect(status).to.equal(201);
    expect(body).to.deep.include({ ...trigger, type: 'daily', enabled: true, notifications: false, assetType: 'agent' });
    expect(body).to.include({ lastRunAt: null, failureCount: 0, enqueued: false });
    expect(body.nextRunAt).to.match(/T09:00:00\.000Z$/);
    const off = (await local.client.put(`/v1/triggers/${body.id}`, { ...trigger, id: body.id, enabled: false })).body;
    expect(off).to.include({ id: body.id, enabled: false });
    const weekly = { ...trigger, configuration: { type: 'weekly', daysOfWeek: ['MON'] } };
    expect((await local.client.put(`/v1/triggers/${body.id}`, weekly)).body.type).to.equal('weekly');
    for (const send of [
      () => local.client.post('/v1/triggers', { ...trigger, color: 'red', nextRunAt: 'x' }),
      () => local.client.put(`/v1/triggers/${body.id}`, { ...trigger, color: 'red', nextRunAt: 'x' }),
    ]) {
      const refused = await send();
      expect([refused.status, refused.body]).to.deep.equal([
        400,
        { statusCode: 400, message: ['property color should not exist', 'property nextRunAt should not exist'], error: 'Bad Request' },
      ]);
    }
  });

  it('need something that starts them', async () => {
    for (const [body, field] of [
      [{ triggerType: 'time' }, 'configuration'],
      [{ triggerType: 'external' }, 'triggerId'],
      [{ triggerType: 'moon' }, 'triggerType'],
    ] as const) {
      const { status, body: refused } = await local.client.post('/v1/triggers', { name: 'x', ...body });
      expect([status, refused.details?.[0].field]).to.deep.equal([400, field]);
      const { id } = (await local.client.post('/v1/triggers', { name: 'plain' })).body;
      expect((await local.client.put(`/v1/triggers/${id}`, body)).status).to.equal(400);
    }
  });
});
