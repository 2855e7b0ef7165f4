/**
 * An execution of an agent: what it remembers and what it does, while it goes on and afterwards.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/19-moderately-agent-execution.js
 */
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
platform.block('agent', ({ inputs }) => ({ words: String((inputs.data as { text: string }).text).split(' ').length }));
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const agent = await mai.Agent.create({ name: 'Counter' });
  await agent.createConfigurationVersion({ instructions: 'Count the words.', isCurrent: true });
  const execution = await agent.execute({ text: 'four words are here' }, { summary: 'A text of four words', maxActions: 3 });
  execution.on('progress', ({ message }) => console.log(message));
  await execution.wait({ waitTime: 0.1 });
  console.log(execution.agentOutput);

  for await (const { version, state } of execution.memoryStates({ orderBy: 'version' }))
    console.log(`memory ${version}: ${Object.keys(state)}`);
  const first = await execution.memoryState(1);
  console.log(`${first.version} of ${(await execution.liveTail()).totalVersions}`);
  for (const { kind, text } of (await execution.liveTail()).steps) console.log(`${kind}: ${text}`);

  await execution.cancel().catch((error: unknown) => console.log((error as Error).message));
  console.log(`completed: ${(await agent.executions({ statuses: ['completed'], hasAgentOutput: true })).total}`);
} finally {
  await mai.close();
  await platform.close();
}
