/**
 * An API token: its secret is shown once, to the record that made it.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/23-moderately-api-token.js
 */
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const token = await mai.ApiToken.create({ name: 'nightly', role: 'member', expiresAt: new Date('2100-01-01') });
  const program = new Moderately({ baseUrl: platform.url, apiKey: token.token!, teamId: platform.teamId });
  console.log(await program.whoami());
  await program.close();
  console.log('printed, the record keeps its secret:', token);

  await token.refresh();
  console.log(`starts with ${token.tokenPrefix?.length} characters one may show, used ${(await token.usage()).totalRequests} time(s)`);
  await token.save({ isActive: false });
  console.log((await mai.ApiToken.search()).results.map(({ name, isActive }) => `${name}: ${isActive}`));
  await token.delete();
} finally {
  await mai.close();
  await platform.close();
}
