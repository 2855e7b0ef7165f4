/**
 * A model of aiXplain whose text is shown while it is written.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/37-aixplain-stream.js
 */
import { Aixplain } from 'remote-record/aixplain';
import { LocalPlatform } from 'remote-record/local';

const chat = { id: 'acme/chat/acme', name: 'Chat', function: { id: 'text-generation' }, supportsStreaming: true };
const platform = await LocalPlatform.start({ seed: { assets: { 'v2/models': [chat] } } });
platform.block('acme/chat/acme', async function* ({ inputs }) {
  yield `About ${inputs.text}: `;
  yield* ['it falls ', 'from clouds ', 'and collects ', 'in rivers.'];
});

// With an account: new Aixplain({ apiKey }), or TEAM_API_KEY in the environment.
const aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute` });
try {
  const llm = await aix.LLM.get('acme/chat/acme');
  for await (const { data } of llm.stream({ text: 'rain' })) process.stdout.write(data);
  console.log();

  llm.on('chunk', ({ chunk, index }) => console.log(`chunk ${index}: ${chunk.data}`));
  const text = await llm.stream({ text: 'snow' }).text();
  console.log(`${text.length} characters`);

  for await (const { data } of llm.stream({ text: 'hail' })) {
    console.log(`enough after "${data}"`);
    break;
  }
} finally {
  await aix.close();
  await platform.close();
}
