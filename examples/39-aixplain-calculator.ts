/**
 * An agent of aiXplain that calculates: its language model is a function, its tool the calculator that every local platform has.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/39-aixplain-calculator.js
 */
import { Aixplain, describeStep } from 'remote-record/aixplain';
import { LocalPlatform } from 'remote-record/local';

const chat = { id: 'chat', name: 'Chat', function: { id: 'text-generation' } };
const platform = await LocalPlatform.start({ seed: { assets: { 'v2/models': [chat] } } });
platform.block('chat', ({ inputs }) => {
  const last = (inputs.messages as { role: string; content: unknown }[]).at(-1);
  if (last?.role === 'tool') return `The answer is ${last.content}.`;
  return { tool_calls: [{ id: '1', function: { name: 'Calculator', arguments: { expression: '6 * (3 + 4)' } } }] };
});

const aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute` });
try {
  const calculator = await aix.Tool.get('calculator');
  console.log((await calculator.run({ action: 'calculate', data: { expression: '2 + 3' } })).data);
  const agent = await aix.Agent.create({ name: 'Desk', llm: 'chat', tools: [calculator] });
  const result = await agent.run({ query: 'How much is six times seven?' });
  for (const step of result.data.steps) console.log(`step: ${describeStep(step)}`);
  console.log(result.data.output);
} finally {
  await aix.close();
  await platform.close();
}
