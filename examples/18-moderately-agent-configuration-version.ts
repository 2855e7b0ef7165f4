/**
 * Versions of how an agent works: numbered by the client, at most one of them current.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/18-moderately-agent-configuration-version.js
 */
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
platform.block('agent', ({ inputs }) => ({ words: String((inputs.data as { text: string }).text).split(' ').length }));
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const agent = await mai.Agent.create({ name: 'Counter' });
  const first = await agent.createConfigurationVersion({ instructions: 'Count the words.', isCurrent: true });
  const second = await agent.createConfigurationVersion({
    instructions: 'Count the words twice.',
    llmConfig: { thought_llm: { provider: 'openai', model_tier: 'small' } },
    toolConfig: [{ type: 'GetDateTool' }],
    executionConfig: { ...first.executionConfig, max_actions: 3 },
  });
  await second.activate();
  await first.refresh();
  console.log(`version ${first.versionNumber} is current: ${first.isCurrent}, version ${second.versionNumber}: ${second.isCurrent}`);

  second.executionConfig.max_actions = 5;
  console.log(second.changes.executionConfig);
  await second.save();

  const execution = await second.execute({ text: 'one two' }, { wait: true, waitTime: 0.1 });
  console.log(execution.agentOutput, `at most ${execution.maxActions} actions`);
  await agent
    .createConfigurationVersion({ instructions: 'x', versionNumber: 1 })
    .catch((error: unknown) => console.log((error as Error).message));
} finally {
  await mai.close();
  await platform.close();
}
