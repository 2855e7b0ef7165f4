/**
 * A tool from code, its actions, and an API key with limits at aiXplain.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/36-aixplain-tool-and-key.js
 */
import { Aixplain } from 'remote-record/aixplain';
import { LocalPlatform } from 'remote-record/local';

const code = 'def bmi(weight: float, height: float):\n    return weight / height ** 2\n';
const sandbox = {
  id: 'sandbox',
  name: 'Sandbox',
  path: 'aixplain/python-sandbox/aixplain',
  function: { id: 'connector' },
  actions: [
    {
      name: 'bmi',
      inputs: [
        { name: 'weight', datatype: 'number', required: true },
        { name: 'height', datatype: 'number', required: true, defaultValue: [1.8] },
      ],
    },
  ],
};
const platform = await LocalPlatform.start({ seed: { assets: { 'v2/integrations': [sandbox] } } });
platform.block('sandbox', ({ inputs }) => {
  const { weight, height } = inputs.data as { weight: number; height: number };
  return Math.round(weight / height ** 2);
});

// With an account: new Aixplain({ apiKey }), or TEAM_API_KEY in the environment.
const aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute` });
try {
  const tool = await aix.Tool.create({ name: 'BMI', integration: 'aixplain/python-sandbox/aixplain', code });
  for (const { name } of await tool.actions.list()) console.log(`${tool} can ${name}`);
  const inputs = await tool.actions.get('bmi').inputs();
  console.log(`it needs ${inputs.required}; height is ${inputs.height} unless said otherwise`);
  console.log((await tool.run({ action: 'bmi', data: { weight: 72 } })).data);
  await tool.run({ data: { weight: 'heavy', height: 2 } }).catch((error: unknown) => console.log((error as Error).message));
  await tool.save({ description: 'The body mass index' });

  const key = await aix.APIKey.create({ name: 'ci', budget: 5, globalLimits: { requestPerDay: 100 } });
  console.log(`the key is told once: ${key.key !== null}; later ${(await aix.APIKey.get(String(key.id))).key?.includes('*')}`);
  key.setLimit('requestPerDay', 50);
  await key.save();
  console.log(`${(await key.usage())[0]?.dailyRequestLimit} requests a day`);
  for (const record of [key, tool]) await record.delete();
} finally {
  await aix.close();
  await platform.close();
}
