/**
 * Runs a pipeline of aiXplain with a text, with values by label and with a file, follows each run poll by poll, and changes, deploys,
 * finds and deletes it.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/30-aixplain-pipeline.js
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { OperationFailedError } from 'remote-record';
import { Aixplain, FileResource, type Pipeline, PipelineGraph, type PipelineResponse } from 'remote-record/aixplain';
import { LocalPlatform } from 'remote-record/local';

/** A text and a word to look for go into a model, and a count comes out. */
const graph = new PipelineGraph();
const text = graph.input('Text');
const word = graph.input('Word');
const counter = graph.asset('word-counter', {
  label: 'Counter',
  function: 'text-analysis',
  inputs: { text: { dataType: 'text', isRequired: true }, word: { dataType: 'text', isRequired: true } },
  outputs: { data: 'number' },
});
const total = graph.output('Count', 'number');
graph.link(text, 'input', counter, 'text').link(word, 'input', counter, 'word').link(counter, 'data', total, 'output');

const platform = await LocalPlatform.start();
platform.block('word-counter', async ({ inputs }) => {
  await pause(500);
  const { text, word } = inputs as { text: string; word: string };
  if (word === '') throw new Error('there is no word to look for');
  return text.split(/\W+/).filter((found) => found === word).length;
});

/** Prints each poll of a pipeline's runs. */
function follow(pipeline: Pipeline): void {
  pipeline.on('poll', ({ attempt, result, elapsedMs }) =>
    console.log(`  poll ${attempt} after ${(elapsedMs / 1000).toFixed(1)} s: ${(result as PipelineResponse).status}`),
  );
}

function count({ data }: PipelineResponse): unknown {
  return (data as { segments: { response: unknown }[] }[])[0]?.segments[0]?.response;
}

const folder = await mkdtemp(join(tmpdir(), 'pipeline-'));
// With an account: new Aixplain({ apiKey }), or TEAM_API_KEY in the environment.
const aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url });
try {
  const pipeline = await aix.Pipeline.create({ name: 'Count words', architecture: graph.toArchitecture() });
  console.log(`${pipeline}, ${pipeline.status}`);
  follow(pipeline);

  console.log('\none text for all inputs:');
  console.log(`  count: ${count(await pipeline.run('again', { waitTime: 0.2 }))}`);

  console.log('\nvalues by the labels of the inputs:');
  const sentence = { Text: 'the cat and the hat', Word: 'the' };
  console.log(`  count: ${count(await pipeline.run(sentence, { waitTime: 0.2 }))}`);

  console.log('\na file for one of them:');
  const filePath = join(folder, 'long.txt');
  await writeFile(filePath, 'to be or not to be '.repeat(1000));
  const response = await pipeline.run({ Text: new FileResource({ filePath }), Word: 'be' }, { waitTime: 0.2 });
  console.log(`  count: ${count(response)}, in ${response.elapsedTime.toFixed(1)} s`);

  console.log('\na run that fails:');
  await pipeline.run({ ...sentence, Word: '' }, { waitTime: 0.2 }).catch((error: unknown) => {
    if (!(error instanceof OperationFailedError)) throw error;
    console.log(`  ${error.message}`);
  });

  console.log('\na run that is begun here and waited for elsewhere:');
  const token = (await pipeline.runAsync(sentence)).token();
  console.log(`  count: ${count((await aix.Pipeline.resume(token).wait({ waitTime: 0.2 })) as PipelineResponse)}`);

  const [found] = (await aix.Pipeline.search({ query: 'count' })).results;
  if (!found?.id) throw new Error('The pipeline was not found.');
  const loaded = await aix.Pipeline.get(found.id);
  for (const node of loaded.architecture?.nodes ?? []) if (node.label === 'Text') node.label = 'Sentence';
  console.log(`\nchanged: ${loaded.changedFields}`);
  await loaded.deploy();
  console.log(`${loaded}, ${loaded.status}`);
  await loaded.delete();
  console.log(`left: ${(await aix.Pipeline.search()).total}`);
} finally {
  await aix.close();
  await platform.close();
  await rm(folder, { recursive: true });
}
