/**
 * A session with an agent of aiXplain: two turns, the messages, a reaction.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/34-aixplain-session.js
 */
import { Aixplain } from 'remote-record/aixplain';
import { LocalPlatform } from 'remote-record/local';

const platform = await LocalPlatform.start();
platform.block('agents', ({ inputs }) => {
  const history = (inputs.history ?? []) as { content: string }[];
  return history.length === 0 ? `You said: ${inputs.query}` : `First you said: ${history[0]?.content}`;
});

// With an account: new Aixplain({ apiKey }), or TEAM_API_KEY in the environment.
const aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute` });
try {
  const agent = await aix.Agent.create({ name: 'Desk', instructions: 'Remember.' });
  const session = await aix.Session.create({ agent, name: 'Ticket 7' });

  console.log((await session.send('my name is Ada')).data.output);
  console.log((await agent.run({ query: 'what did I say?', session })).data.output);

  const messages = await session.messages();
  for (const { role, content } of messages) console.log(`${role}: ${content}`);
  const answer = messages.findLast(({ role }) => role === 'assistant');
  console.log(`liked: ${(await answer?.react('LIKE'))?.reaction}`);

  for await (const { name, messageCount } of aix.Session.search({ agent })) console.log(`${name} has ${messageCount} messages`);
  await session.save({ status: 'archived' });
  for (const record of [session, agent]) await record.delete();
} finally {
  await aix.close();
  await platform.close();
}
