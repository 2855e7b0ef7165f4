/**
 * A membership: what someone is in a team. The last admin stays.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/21-moderately-team-user.js
 */
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const team = await mai.Team.create({ name: 'Hut 6' });
  const [member] = (await mai.TeamUser.search({ teamIds: team.id!, roles: 'admin' })).results;
  console.log(`${(await member!.user()).fullName} is ${member!.role} of ${(await member!.team()).name}`);
  await member!.save({ isDefault: true });
  await member!.delete().catch((error: unknown) => console.log((error as Error).message));
} finally {
  await mai.close();
  await platform.close();
}
