/**
 * An agent of aiXplain with a tool: created, run step by step, asked for JSON.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/32-aixplain-agent.js
 */
import { Aixplain, describeStep } from 'remote-record/aixplain';
import { LocalPlatform } from 'remote-record/local';
import { z } from 'zod';

const finder = {
  id: 'finder',
  name: 'Finder',
  function: { id: 'connector' },
  actions: [{ name: 'search', inputs: [{ name: 'query', required: true }] }],
};
const platform = await LocalPlatform.start({ seed: { assets: { 'v2/integrations': [finder] } } });
platform.block('agents', ({ config, inputs }) => {
  const { input } = inputs.query as { input: string };
  return config.outputFormat === 'json' ? JSON.stringify({ city: 'Rome', question: input }) : `${config.instructions} ${input}`;
});

// With an account: new Aixplain({ apiKey }), or TEAM_API_KEY in the environment.
const aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute` });
try {
  const search = await aix.Tool.create({ name: 'Search', integration: 'finder', config: { token: 't' }, allowedActions: ['search'] });
  const agent = await aix.Agent.create({ name: 'Reader', instructions: 'Cite sources:', tools: [search], budget: { maxCost: 0.5 } });
  console.log(`${agent} is ${agent.status} and uses ${search}`);

  for await (const step of agent.runSteps({ query: 'what changed today?' })) console.log(`step: ${describeStep(step)}`);
  const { data, usedCredits } = await agent.run({ query: 'and yesterday?' });
  console.log(`${data.output} (${usedCredits} credits)`);

  agent.instructions = 'Be brief:';
  await agent.run({ query: 'x' }).catch((error: unknown) => console.log((error as Error).message));
  const schema = z.object({ city: z.string(), question: z.string() });
  await agent.save({ outputFormat: 'json', expectedOutput: schema });
  const { city, question } = await (await agent.run({ query: 'which city?' })).parsed(schema);
  console.log(`${question} ${city}`);
  for (const record of [agent, search]) await record.delete();
} finally {
  await aix.close();
  await platform.close();
}
