/**
 * An agent: executed in its current version. Here a function does its work; elsewhere a language model.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/17-moderately-agent.js
 */
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
platform.block('agent', ({ inputs }) => ({ words: String((inputs.data as { text: string }).text).split(' ').length }));
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const agent = await mai.Agent.create({ name: 'Counter', description: 'Counts words' });
  await agent.createConfigurationVersion({ instructions: 'Count the words.', isCurrent: true });

  const execution = await agent.execute({ text: 'four words are here' }, { wait: true, waitTime: 0.1 });
  console.log(execution.agentOutput);

  await agent.save({ description: 'Counts words, and nothing else' });
  await agent.refresh();
  console.log(`${agent.name}: ${agent.totalRuns} run, ${agent.successRate} % of them well`);
  console.log((await mai.Agent.search({ nameLike: 'count' })).results.map(String));
  await agent.delete();
} finally {
  await mai.close();
  await platform.close();
}
