/**
 * Versions of a pipeline's configuration: validated, edited, cloned by the platform, made current.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/15-moderately-pipeline-configuration-version.js
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
  const version = await pipeline.createConfigurationVersion(echo, { status: 'current' });

  const report = await version.validate();
  console.log(`valid: ${report.valid}; it takes ${Object.keys(report.inputSchema?.properties ?? {})}`);
  const broken = { ...echo, connections: [{ ...echo.connections![0]!, target_block_id: 'nowhere' }] };
  for (const { message } of (await mai.PipelineConfigurationVersion.validate(broken)).errors) console.log(`invalid: ${message}`);

  version.configuration.blocks.shout!.config.template = '{{text}}?';
  console.log(`edited: ${version.changedFields}`);
  await version.save().catch((error: unknown) => console.log((error as Error).message));
  version.revert();

  const draft = await version.clone();
  draft.configuration.blocks.shout!.config.template = '{{text}}?';
  await draft.save();
  console.log(`version ${draft.version} is a ${draft.status}`);

  await draft.activate().catch((error: unknown) => console.log((error as Error).message));
  draft.revert();
  await version.archive();
  await draft.activate();
  const execution = await draft.execute({ text: 'really' }, { timeout: 30, waitTime: 0.1 });
  console.log(await execution.output());
  await version.delete();
} finally {
  await mai.close();
  await platform.close();
}
