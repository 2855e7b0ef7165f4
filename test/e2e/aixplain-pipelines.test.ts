import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { Aixplain, AixplainResource, type Architecture, FileResource, type PipelineResponse } from '../../src/aixplain/index.js';
import { Entity, Field, OperationFailedError } from '../../src/index.js';
import { LocalPlatform } from '../../src/local/index.js';
import { graph } from '../aixplain/support/pipelines.js';
import { failure } from '../support/failure.js';
import { withFolder } from '../support/folder.js';

@Entity({ path: 'sdk/corpora' })
class Corpus extends AixplainResource {
  @Field() data!: { id: string }[];
}

/** Two inputs that go straight to two outputs. */
const twoWays: Architecture = {
  nodes: [
    { number: 0, type: 'INPUT', label: 'Left', dataType: ['text'] },
    { number: 1, type: 'INPUT', label: 'Right', dataType: ['text'] },
    { number: 2, type: 'OUTPUT', label: 'L', dataType: ['text'] },
    { number: 3, type: 'OUTPUT', label: 'R', dataType: ['text'] },
  ],
  links: [
    { from: 0, to: 2, paramMapping: [{ from: 'input', to: 'output' }] },
    { from: 1, to: 3, paramMapping: [{ from: 'input', to: 'output' }] },
  ],
};

/** The values of a response's outputs by their labels. */
function outputs({ data }: PipelineResponse): Record<string, unknown> {
  const labelled = data as { label: string; segments: { response: unknown }[] }[];
  return Object.fromEntries(labelled.map(({ label, segments }) => [label, segments[0]?.response]));
}

describe('aiXplain’s pipelines over real HTTP', () => {
  let platform: LocalPlatform;
  let aix: Aixplain;
  const inFolder = withFolder();

  before(async () => {
    platform = await LocalPlatform.start();
    platform.block('shout', async ({ inputs }) => {
      if (inputs.text === 'boom') throw new Error('the voice broke');
      return String(inputs.text).toUpperCase();
    });
    aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute` });
  });

  after(async () => {
    await aix.close();
    await platform.close();
  });

  it('are created, loaded, changed, deployed, found and deleted', async () => {
    const pipeline = await aix.Pipeline.create({ name: 'Life of a pipeline', description: 'd', architecture: graph() });
    const loaded = await aix.Pipeline.get(pipeline.id as string);
    expect(loaded.architecture).to.deep.equal(graph());
    expect([loaded.status, loaded.description, loaded.isModified]).to.deep.equal(['draft', 'd', false]);
    loaded.architecture!.nodes[0]!.label = 'Words';
    await loaded.save();
    expect(loaded.id).to.equal(pipeline.id);
    await pipeline.refresh();
    expect(pipeline.architecture).to.deep.equal(graph('Words'));
    await pipeline.deploy();
    const [found] = (await aix.Pipeline.search({ query: 'life of' })).results;
    expect([found?.id, found?.status]).to.deep.equal([pipeline.id, 'onboarded']);
    await pipeline.delete();
    expect((await failure(aix.Pipeline.get(found?.id as string))).status).to.equal(404);
  });

  it('run with a text, polled until the end', async () => {
    const pipeline = await aix.Pipeline.create({ name: 'Text', architecture: graph() });
    const seen: string[] = [];
    pipeline.on('poll', ({ result }) => seen.push((result as PipelineResponse).status));
    const response = await pipeline.run('hello', { waitTime: 0 });
    expect(outputs(response)).to.deep.equal({ Result: 'HELLO' });
    expect([response.completed, seen.at(-1), seen.length > 0]).to.deep.equal([true, 'SUCCESS', true]);
    expect(response.elapsedTime).to.be.greaterThan(0);
  });

  it('run with values by label, and with a file', async () => {
    const pipeline = await aix.Pipeline.create({ name: 'Two ways', architecture: twoWays });
    const path = inFolder('words.txt');
    await writeFile(path, 'from a file');
    const input = { Right: '1.10', Left: new FileResource({ filePath: path }) };
    const response = await pipeline.run(input, { waitTime: 0 });
    expect(outputs(response)).to.deep.equal({ L: 'from a file', R: '1.10' });
    const again = await pipeline.run(input, { waitTime: 0 });
    expect(outputs(again)).to.deep.equal({ L: 'from a file', R: '1.10' });
  });

  it('run on data the platform has', async () => {
    const corpus = await aix.bind(Corpus).create({ name: 'Corpus', data: [{ id: 'd1' }] });
    const pipeline = await aix.Pipeline.create({ name: 'Two ways', architecture: twoWays });
    const id = String(corpus.id);
    const response = await pipeline.run({ Left: 'd1', Right: 'd1' }, { dataAsset: { Left: id, Right: id }, waitTime: 0 });
    expect(outputs(response)).to.deep.equal({ L: { corpus_id: id, data_id: 'd1' }, R: { corpus_id: id, data_id: 'd1' } });
    const error = await failure(pipeline.run({ Left: 'd1', Right: 'd1' }, { dataAsset: { Left: id, Right: 'none' } }));
    expect(error.message).to.contain('Data Asset "none" not found');
  });

  it('fail with the platform’s own words, and say so in the first format', async () => {
    const pipeline = await aix.Pipeline.create({ name: 'Loud', architecture: graph() });
    const error = await failure(pipeline.run('boom', { waitTime: 0 }));
    expect(error).to.be.instanceOf(OperationFailedError);
    expect(error.message).to.contain('the voice broke');
    const told = await pipeline.run('boom', { waitTime: 0, responseVersion: 'v1' });
    expect(told).to.include({ status: 'FAILED', completed: true });
    expect(told.error).to.contain('the voice broke');
  });

  it('are taken up again with a token, by another connection', async () => {
    const pipeline = await aix.Pipeline.create({ name: 'Later', architecture: graph() });
    const token = (await pipeline.runAsync('later')).token();
    const other = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url });
    const response = (await other.Pipeline.resume(token).wait({ waitTime: 0 })) as PipelineResponse;
    expect(outputs(response)).to.deep.equal({ Result: 'LATER' });
    await other.close();
  });

  it('survive a platform that stumbles', async () => {
    const pipeline = await aix.Pipeline.create({ name: 'Stumble', architecture: graph() });
    const stop = platform.faults({ path: /execution\/poll/, status: 503, times: 2 });
    const retries: number[] = [];
    pipeline.on('retry', ({ attempt }) => retries.push(attempt));
    expect(outputs(await pipeline.run('up', { waitTime: 0 }))).to.deep.equal({ Result: 'UP' });
    expect(retries.length).to.be.greaterThan(0);
    stop();
  });

  it('need a key that is right', async () => {
    const stranger = new Aixplain({ apiKey: 'wrong', backendUrl: platform.url });
    const error = await failure(stranger.Pipeline.search().toArray());
    expect([error.status, error.code, error.message.includes('wrong')]).to.deep.equal([401, 'AX-AUTH-1000', false]);
    await stranger.close();
  });
});

describe('models over real HTTP', () => {
  @Entity({ path: 'v2/models' })
  class Model extends AixplainResource {
    override buildRunUrl(): string {
      return `${this.requireConnection('run').modelUrl}/${this.encodedId}`;
    }
  }

  it('are run at the service for models, by ids that are paths', async () => {
    const platform = await LocalPlatform.start();
    platform.block('openai/whisper/groq', async ({ inputs }) => `heard ${inputs.data}`);
    const aix = new Aixplain({ aixplainApiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute/` });
    const model = new (aix.bind(Model))({ id: 'openai/whisper/groq' });
    const result = await model.run({ data: 'a sound' }, { waitTime: 0 });
    expect(result.data).to.equal('heard a sound');
    await aix.close();
    await platform.close();
  });
});
