/**
 * Waiting for much at once: many executions, the first of several, inputs without end, and something that is no record at all.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/03-waiting.js
 */
import { waitAll, waitAny } from 'remote-record';
import { LocalPlatform } from 'remote-record/local';
import { ConfigurationBuilder, Moderately } from 'remote-record/moderately';

const configuration = new ConfigurationBuilder('double')
  .block('number', 'input', { json_schema: {} })
  .block('double', 'double', {})
  .block('result', 'output', { name: 'doubled' })
  .connect('number', 'double')
  .connect('double', 'result')
  .build();

const platform = await LocalPlatform.start();
platform.block('double', ({ inputs }) => {
  const number = Object.values(inputs)[0];
  if (typeof number !== 'number') throw new Error(`${JSON.stringify(number)} is no number`);
  return number * 2;
});
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
let requests = 0;
mai.on('request', () => requests++);
try {
  const pipeline = await mai.Pipeline.create({ name: 'Double' });
  const version = await pipeline.createConfigurationVersion(configuration, { status: 'current' });

  const started = await Promise.all([1, 2, 'three', 4].map((number) => version.execute({ number })));
  const outcomes = await waitAll(started, { waitTime: 0.1, onEach: ({ run }) => console.log(`${run.pipelineInputSummary} ${run.status}`) });
  for (const { run, ...outcome } of outcomes) {
    console.log(run.pipelineInput.number, outcome.status === 'fulfilled' ? await run.output() : (outcome.reason as Error).message);
  }

  requests = 0;
  const hundred = await Promise.all(Array.from({ length: 100 }, (_, number) => version.execute({ number })));
  const begun = requests;
  await waitAll(hundred, { waitTime: 0.1 });
  console.log(`100 executions took ${begun} requests to start, and ${requests - begun} to wait for`);

  const { run } = await waitAny(await Promise.all([10, 20].map((number) => version.execute({ number }))), { waitTime: 0.1 });
  console.log(`one of two is ${run.status}`);

  function* numbers(): Generator<{ pipelineConfigurationVersionId: string; pipelineInput: { number: number } }> {
    for (let number = 1; ; number++) yield { pipelineConfigurationVersionId: version.id!, pipelineInput: { number } };
  }
  let sum = 0;
  for await (const outcome of mai.PipelineExecution.runMany(numbers(), { concurrency: 5, order: 'input', waitTime: 0.1 })) {
    if (outcome.status === 'fulfilled') sum += (await outcome.value.output<{ doubled: number }>()).doubled;
    if (sum > 50) break; // ends the waits; what has begun goes on at the platform
  }
  console.log(`the doubles add up to ${sum}`);

  let polls = 0;
  const door = { subject: 'the door', poll: async () => ({ state: polls < 2 ? 'shut' : 'open', final: ++polls > 2 }) };
  console.log(`the door is ${await mai.wait(door, { waitTime: 0.1 })} after ${polls} polls`);
} finally {
  await mai.close();
  await platform.close();
}
