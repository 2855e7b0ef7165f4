/**
 * A team of agents of aiXplain: saved with its parts, watched by an inspector, duplicated, started at times.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/35-aixplain-team.js
 */
import { Aixplain } from 'remote-record/aixplain';
import { LocalPlatform } from 'remote-record/local';

const judge = { id: 'judge', name: 'Judge', function: { id: 'guardrails' }, path: 'acme/judge/acme' };
const platform = await LocalPlatform.start({ seed: { assets: { 'v2/models': [judge] } } });
platform.block('agents', ({ config, inputs }) => `${config.name}: ${(inputs.query as { input: string }).input}`);

// With an account: new Aixplain({ apiKey }), or TEAM_API_KEY in the environment.
const aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute` });
try {
  const guard = await aix.Inspector.get('acme/judge/acme');
  const team = new aix.Agent({
    name: 'Desk',
    instructions: 'Five bullet points.',
    agents: [new aix.Agent({ name: 'Finder', instructions: 'Find facts.' }), new aix.Agent({ name: 'Writer' })],
    inspectors: [guard],
  });
  await team.save().catch((error: unknown) => console.log((error as Error).message));
  await team.save({}, { saveSubcomponents: true });
  const result = await team.run({ query: 'compare A and B' });
  console.log(result.summary());

  const twin = await team.duplicate({ name: 'Desk, the second' });
  console.log(`${twin} is a ${twin.status}`);
  const trigger = await aix.Trigger.create({ name: 'Daily', agent: team, input: 'Sum up', every: 'day', at: '09:00' });
  await trigger.save({ enabled: false });
  for await (const { name, configuration } of aix.Trigger.search({ agent: team })) console.log(`${name}: ${configuration?.time}`);
  for (const record of [trigger, twin, team]) await record.delete();
} finally {
  await aix.close();
  await platform.close();
}
