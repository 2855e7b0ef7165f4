/**
 * A user: the one the key belongs to, their name and their teams.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/22-moderately-user.js
 */
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const { userId } = await mai.whoami();
  const user = await mai.User.get(userId);
  console.log(`${user.displayName}, since ${user.formattedCreatedAt}, new: ${user.isRecent(30)}`);

  await user.updateProfile({ fullName: 'Joan Clarke' });
  await mai.Team.create({ name: 'Hut 8' });
  for await (const team of user.teams()) console.log(`${user.fullName} is in ${team.name}`);
  console.log((await mai.User.search({ fullNameLike: 'joan', orderBy: 'fullName' })).results.map(String));
  await user.save({ fullName: '' }).catch((error: unknown) => console.log((error as Error).message));
} finally {
  await mai.close();
  await platform.close();
}
