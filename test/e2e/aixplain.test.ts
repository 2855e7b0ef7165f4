import { expect } from 'chai';
import { Aixplain, AixplainResource } from '../../src/aixplain/index.js';
import { Entity, Field } from '../../src/index.js';
import { LocalPlatform } from '../../src/local/index.js';

@Entity({ path: 'v2/agents' })
class Agent extends AixplainResource {
  @Field() instructions!: string;
}

describe('aiXplain over real HTTP', () => {
  let platform: LocalPlatform;
  let aix: Aixplain;

  before(async () => {
    platform = await LocalPlatform.start();
    aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url });
  });

  after(async () => {
    await aix.close();
    await platform.close();
  });

  it('creates, changes, finds, runs and deletes a resource', async () => {
    platform.block('agents', async ({ inputs }) => `heard: ${JSON.stringify(inputs.query)}`);
    const Agents = aix.bind(Agent);
    const agent = await Agents.create({ name: 'Echo', instructions: 'repeat' });
    expect(agent.id).to.be.a('string');
    await agent.save({ instructions: 'repeat what you hear' });
    const loaded = await Agents.get(agent.id as string);
    expect(loaded.instructions).to.equal('repeat what you hear');
    expect(loaded.isModified).to.equal(false);
    const found = await Agents.search({ query: 'echo' });
    expect(found.results.map(({ id }) => id)).to.deep.equal([agent.id]);
    const polls: string[] = [];
    agent.on('poll', ({ result }) => polls.push((result as { status: string }).status));
    const result = await agent.run({ query: 'hello' }, { waitTime: 0 });
    expect(result.data).to.have.property('output', 'heard: "hello"');
    expect(polls.at(-1)).to.equal('SUCCESS');
    await agent.delete();
    expect((await Agents.search({ query: 'echo' })).total).to.equal(0);
  });

  it('does the same without a network, in one process', async () => {
    const inProcess = await LocalPlatform.start({ port: false });
    inProcess.block('agents', async ({ inputs }) => inputs.query);
    const local = new Aixplain({ apiKey: inProcess.apiKey, backendUrl: inProcess.url, fetch: inProcess.fetch });
    const agent = await local.bind(Agent).create({ name: 'Near', instructions: '' });
    const result = await agent.run({ query: 'you' }, { waitTime: 0 });
    expect(result.data).to.have.property('output', 'you');
    await local.close();
    await inProcess.close();
  });
});
