/**
 * A pipeline: executed in its current version, looked back on, cloned with its versions.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/14-moderately-pipeline.js
 */
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
  const pipeline = await mai.Pipeline.create({ name: 'Echo' });
  await pipeline.execute({ text: 'hello' }).catch((error: unknown) => console.log((error as Error).message));
  await pipeline.createConfigurationVersion(echo, { status: 'current' });

  const execution = await pipeline.execute({ text: 'hello' }, { wait: true, waitTime: 0.1 });
  console.log(await execution.output());
  console.log(`the latest is that one: ${(await pipeline.latestExecution())?.id === execution.id}`);

  await pipeline.refresh();
  console.log(`${pipeline.totalRuns} run, ${pipeline.successRate} % of them well`);

  const copy = await (await pipeline.clone({ name: 'Echo, again' })).save();
  for await (const version of copy.configurationVersions()) console.log(`${copy} has version ${version.version}, a ${version.status}`);
  await copy.delete();

  await mai.Pipeline.create({ name: 'Echo' }).catch((error: unknown) => console.log((error as Error).message));
} finally {
  await mai.close();
  await platform.close();
}
