/**
 * An execution: followed poll by poll, cancelled, resumed from a token, and what its failure says.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/16-moderately-pipeline-execution.js
 */
import { OperationFailedError } from 'remote-record';
import { LocalPlatform } from 'remote-record/local';
import { ConfigurationBuilder, Moderately } from 'remote-record/moderately';

const echo = new ConfigurationBuilder('echo')
  .block('text', 'input', { json_schema: { type: 'string' } })
  .block('shout', 'string_template', { template: '{{text}}!' })
  .block('result', 'output', { name: 'said' })
  .connect('text', 'shout.text')
  .connect('shout', 'result')
  .build();

const platform = await LocalPlatform.start();
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const pipeline = await mai.Pipeline.create({ name: 'Slow echo' });
  await pipeline.createConfigurationVersion(echo, { status: 'current' });

  const execution = await pipeline.execute({ text: 'hello' }, { summary: 'A greeting' });
  execution.on('poll', ({ attempt }) => console.log(`poll ${attempt}: ${execution.status}, ${execution.progressMessage || 'not begun'}`));
  for await (const { progress } of execution.polls({ waitTime: 0.1 })) if (progress?.fraction === 1) console.log('all steps done');
  console.log(await execution.output());

  const other = await pipeline.execute({ text: 'for another process' });
  const token = other.token();
  const resumed = mai.PipelineExecution.resume(token);
  await resumed.wait({ waitTime: 0.1 });
  console.log(`resumed from ${token.length} characters, it is ${resumed.status}`);

  platform.block(
    'string_template',
    ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  const stuck = await pipeline.execute({ text: 'never' });
  await stuck.wait({ timeout: 0.2, waitTime: 0.1 }).catch((error: unknown) => console.log((error as Error).name));
  await stuck.cancel('it takes too long');
  await stuck.wait().catch((error: unknown) => console.log((error as Error).message));

  platform.block('string_template', () => {
    throw new Error('the template is on holiday');
  });
  await pipeline.execute({ text: 'x' }, { wait: true, waitTime: 0.1 }).catch((error: unknown) => {
    if (error instanceof OperationFailedError) console.log(`failed: ${error.reason}`);
  });
  console.log(`failed or cancelled: ${(await pipeline.executions({ statuses: ['failed', 'cancelled'] })).total}`);
} finally {
  await mai.close();
  await platform.close();
}
