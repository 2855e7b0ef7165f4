/**
 * Agents of aiXplain that are asked the same questions, and whose answers are judged.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/38-aixplain-evaluation.js
 */
import { Aixplain, evaluate, type Judge } from 'remote-record/aixplain';
import { LocalPlatform } from 'remote-record/local';

const judge = { id: 'judge', name: 'Judge', path: 'aixplain/custom-llm-prompt/aixplain', actions: [{ name: 'run' }] };
const platform = await LocalPlatform.start({ seed: { assets: { 'v2/integrations': [judge] } } });
platform.block('judge', ({ inputs }) => {
  const { length } = (inputs.data as { data: string }).data.split('Output: ').at(-1) as string;
  return JSON.stringify({ score: length < 20 ? 9 : 4, reasoning: `${length} characters` });
});
platform.block('agents', ({ config, inputs }) => {
  const { input } = inputs.query as { input: string };
  return config.instructions === 'Be brief.' ? input.toUpperCase() : `Since you ask about ${input}, let me begin with Adam.`;
});

// With an account: new Aixplain({ apiKey }), or TEAM_API_KEY in the environment.
const aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute` });
try {
  const brief = await aix.Agent.create({ name: 'Brief', instructions: 'Be brief.' });
  const chatty = await aix.Agent.create({ name: 'Chatty', instructions: 'Explain.' });
  const short = await aix.Metric.define({ name: 'Short', llm: 'acme/chat/acme', prompt: 'Is the answer short? From 0 to 10.' }).save();

  const cases = [
    { query: 'rain', expected: 'RAIN' },
    { query: 'snow', expected: 'SNOW' },
  ];
  const exact: Judge = ({ result, case: { expected } }) => ({ score: result.output === expected, reasoning: null });
  const metrics = { short: { metric: short, threshold: 6 }, exact };
  for await (const { agent, case: about, scores } of evaluate([brief, chatty], cases, { metrics }))
    console.log(`${agent.name}, ${about.query}: short ${scores.short?.passed}, exact ${scores.exact?.score}`);
} finally {
  await aix.close();
  await platform.close();
}
