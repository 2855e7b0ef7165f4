import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Aixplain, type Message, type Tool } from '../../src/aixplain/index.js';
import { LocalPlatform } from '../../src/local/index.js';

const assets = {
  'v2/models': [
    {
      id: 'chat',
      name: 'Chat',
      path: 'acme/chat/acme',
      function: { id: 'text-generation' },
      connectionType: ['synchronous'],
      params: [
        { name: 'text', required: true, dataType: 'text' },
        { name: 'temperature', dataType: 'number' },
      ],
    },
  ],
  'v2/integrations': [
    {
      id: 'finder',
      name: 'Finder',
      path: 'acme/finder/acme',
      function: { id: 'connector' },
      actions: [
        {
          name: 'search',
          inputs: [
            { name: 'query', required: true },
            { name: 'num_results', datatype: 'integer', defaultValue: [5] },
          ],
        },
        { name: 'fetch', inputs: [{ name: 'url', required: true }] },
      ],
      triggers: [{ slug: 'NEW', name: 'New' }],
    },
  ],
};

const quick = { waitTime: 0 };

describe('aiXplain’s second generation over real HTTP', () => {
  let platform: LocalPlatform;
  let aix: Aixplain;

  before(async () => {
    platform = await LocalPlatform.start({ seed: { assets } });
    aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute` });
    platform.block('chat', ({ inputs }) => `${inputs.text ?? inputs.data} at ${inputs.temperature ?? 'no'} degrees`);
    platform.block('finder', ({ inputs }) => inputs);
    platform.block('agents', ({ config, inputs }) => {
      const tools = (config.tools ?? []) as { name?: string }[];
      const query = typeof inputs.query === 'string' ? inputs.query : (inputs.query as { input?: string } | undefined)?.input;
      return `${config.name} with ${tools.map(({ name }) => name).join()}: ${query}; ${JSON.stringify(inputs.tools ?? [])}`;
    });
  });

  after(async () => {
    await aix.close();
    await platform.close();
  });

  async function connected(name: string): Promise<Tool> {
    return aix.Tool.create({ name, integration: 'acme/finder/acme', config: { token: 't' }, allowedActions: ['search'] });
  }

  it('finds, checks and runs a model, also in the background', async () => {
    expect((await aix.LLM.search({ query: 'chat' })).total).to.equal(1);
    const llm = await aix.LLM.get('acme/chat/acme');
    llm.inputs.temperature = 20;
    const { data, usage, message } = await llm.run({ text: 'hot' });
    expect([data, usage?.totalTokens !== null, message?.role]).to.deep.equal(['hot at 20 degrees', true, 'assistant']);
    const run = await llm.runAsync({ text: 'cold', temperature: 0 });
    expect((await run.wait(quick)).data).to.equal('cold at 0 degrees');
  });

  it('connects a tool, describes and runs its actions, renames and deletes it', async () => {
    const tool = await connected('Web');
    expect([tool.integrationId, (await tool.actions.list()).map(({ name }) => name)]).to.deep.equal(['finder', ['search', 'fetch']]);
    expect((await tool.run({ data: { query: 'rain' } })).data).to.deep.include({
      action: 'search',
      data: { query: 'rain', num_results: 5 },
    });
    await tool.save({ description: 'Searches' });
    await tool.save({ config: { token: 'new' } });
    expect((await aix.Tool.get(String(tool.id))).description).to.contain('Searches');
    await tool.delete();
  });

  it('gives an agent its tools, and each run their values', async () => {
    const tool = await connected('Web 2');
    const agent = await aix.Agent.create({ name: 'Reader', instructions: 'Cite {{who}}', llm: 'chat', tools: [tool] });
    const loaded = await aix.Agent.get(String(agent.id));
    expect([loaded.isModified, loaded.instructions, loaded.status]).to.deep.equal([false, 'Cite {who}', 'onboarded']);
    const [record] = loaded.toolRecords();
    expect((record as Tool).allowedActions).to.deep.equal(['search']);
    (await (record as Tool).actions.get('search').inputs()).num_results = 2;
    const { output } = await loaded.run({ query: 'rain?' }, quick);
    expect(output).to.equal(
      `Reader with Web 2: rain?; ${JSON.stringify([{ id: tool.id, parameters: [{ name: 'num_results', value: 2 }] }])}`,
    );
    const copy = await agent.duplicate();
    expect([copy.status, copy.name === agent.name]).to.deep.equal(['draft', false]);
    copy.instructions = 'other';
    await copy.run({ query: 'x' }, quick);
    expect((await aix.Agent.get(String(copy.id))).instructions).to.equal('other');
    for (const each of [copy, agent, tool]) await each.delete();
  });

  it('goes on with the run of an agent from its token', async () => {
    const agent = await aix.Agent.create({ name: 'Long' });
    const token = (await agent.runAsync({ query: 'x' })).token();
    expect((await aix.Agent.resume(token).wait(quick)).output).to.contain('Long with : x');
    await agent.delete();
  });

  it('talks in a session, with the session itself or through its agent', async () => {
    const agent = await aix.Agent.create({ name: 'Desk' });
    const session = await aix.Session.create({ agent, name: 'T' });
    expect((await session.send('one', quick)).sessionId).to.equal(session.id);
    const turn = await agent.run({ query: 'two', session: String(session.id), criteria: 'short' }, quick);
    expect(turn.output).to.contain('two');
    await session.refresh();
    expect([session.messageCount, session.executionConfig?.criteria]).to.deep.equal([4, 'short']);
    const messages = await session.messages();
    expect(messages.map(({ role }) => role)).to.deep.equal(['user', 'assistant', 'user', 'assistant']);
    const liked = await (messages.at(-1) as Message).react('LIKE');
    expect((await session.message(String(liked.id))).reaction).to.equal('LIKE');
    await liked.delete();
    expect((await session.messages()).length).to.equal(3);
    expect((await aix.Session.search({ agent })).total).to.equal(1);
    for (const each of [session, agent]) await each.delete();
  });

  it('triggers an agent at times and at events', async () => {
    const agent = await aix.Agent.create({ name: 'Watch' });
    const tool = await connected('Mail');
    const [event] = await tool.eventOptions();
    const daily = await aix.Trigger.create({ name: 'Daily', agent, input: 'go', every: 'day', at: '09:00' });
    const mail = await new aix.Trigger({ name: 'Mail', agent, input: 'answer', event, connectedTool: tool }).save();
    await daily.save({ enabled: false });
    expect((await aix.Trigger.search({ agent })).results.map(({ name, triggerType }) => [name, triggerType])).to.have.deep.members([
      ['Daily', 'time'],
      ['Mail', 'external'],
    ]);
    for (const each of [daily, mail, tool, agent]) await each.delete();
  });

  it('makes keys with limits, and takes one over when told to', async () => {
    const key = await aix.APIKey.create({ name: 'ci', budget: 5, assetLimits: [{ model: 'acme/chat/acme', requestPerMinute: 60 }] });
    expect([key.key?.includes('*'), key.assetLimits?.[0]?.model]).to.deep.equal([false, 'acme/chat/acme']);
    await key.save({ budget: 6 });
    expect((await aix.APIKey.getByAccessKey(String(key.key))).budget).to.equal(6);
    const same = new aix.APIKey({ name: 'ci', budget: 1 });
    await same.save().then(
      () => expect.fail('not refused'),
      (error: { status: number }) => expect(error.status).to.equal(422),
    );
    await same.save({}, { takeOver: true });
    expect([same.id, (await aix.APIKey.get(String(key.id))).budget, Array.isArray(await key.usage())]).to.deep.equal([key.id, 1, true]);
    await same.delete();
  });

  it('saves a skill with its files and downloads it, and runs a utility', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'skill-'));
    try {
      await mkdir(join(folder, 'scripts'));
      await writeFile(join(folder, 'SKILL.md'), '---\nname: pdf\n---\nRead.');
      await writeFile(join(folder, 'scripts', 'run.py'), 'pass');
      const skill = await (await aix.Skill.fromPath(folder)).save();
      const zip = await skill.download();
      expect(new TextDecoder('latin1').decode(zip)).to.match(/^PK/).and.contain('SKILL.md').and.contain('run.py');
      await skill.delete();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    platform.block('utilities', ({ inputs }) => Number(inputs.data) + 1);
    const utility = await aix.Utility.create({ name: 'Add', description: 'Adds one to a number', code: 'def main(a: int): return a + 1' });
    expect([(await utility.run({ data: 1 }, quick)).data, (await aix.Utility.get(String(utility.id))).name]).to.deep.equal([2, 'Add']);
    await utility.delete();
    expect(await aix.reportIssue('nothing works')).to.be.a('string');
  });
});
