/**
 * A team: created, renamed, and who is in it.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/20-moderately-team.js
 */
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const team = await mai.Team.create({ name: 'Hut 8' });
  await team.save({ name: 'Hut Eight' });
  for await (const user of team.users()) console.log(`${user.displayName} is in ${team.name}`);
  for await (const member of team.members()) console.log(`as ${member.role}`);

  console.log(
    `in its own team a connection sees ${(await mai.Team.search()).total} team, without a filter ${(await mai.Team.search({ teamIds: null })).total}`,
  );
  await team.delete().catch((error: unknown) => console.log((error as Error).message));
} finally {
  await mai.close();
  await platform.close();
}
