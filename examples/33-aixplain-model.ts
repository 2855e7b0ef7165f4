/**
 * A model of aiXplain: found, its inputs set and checked, run and waited for.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/33-aixplain-model.js
 */
import { ValidationError } from 'remote-record';
import { Aixplain } from 'remote-record/aixplain';
import { LocalPlatform } from 'remote-record/local';

const chat = {
  id: 'acme/chat/acme',
  name: 'Chat',
  function: { id: 'text-generation' },
  connectionType: ['synchronous'],
  params: [
    { name: 'text', required: true, dataType: 'text' },
    { name: 'temperature', dataType: 'number', defaultValues: [{ value: 1 }] },
  ],
};
const platform = await LocalPlatform.start({ seed: { assets: { 'v2/models': [chat] } } });
platform.block('acme/chat/acme', ({ inputs }) => `${String(inputs.text).toUpperCase()} at ${inputs.temperature}`);

// With an account: new Aixplain({ apiKey }), or TEAM_API_KEY in the environment.
const aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute` });
try {
  for await (const model of aix.LLM.search({ query: 'chat' })) console.log(`found ${model}`);
  const llm = await aix.LLM.get('acme/chat/acme');
  console.log(`it takes ${llm.inputs.names} and needs ${llm.inputs.required}`);

  llm.inputs.temperature = 0.2;
  const { data, usage } = await llm.run({ text: 'explain rain' });
  console.log(`${data} (${usage?.totalTokens} tokens)`);
  await llm.run({ temperature: 'hot' }).catch((error: unknown) => {
    for (const { field, message } of (error as ValidationError).details) console.log(`refused: ${field} ${message}`);
  });

  for await (const outcome of llm.runMany([{ text: 'one' }, { text: 'two' }], { order: 'input' }))
    console.log(outcome.status === 'fulfilled' ? outcome.value.data : outcome.reason);
} finally {
  await aix.close();
  await platform.close();
}
