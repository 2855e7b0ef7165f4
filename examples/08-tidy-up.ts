/**
 * A script of twenty lines: deletes what an import has left behind, and says what it did.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/08-tidy-up.js
 */
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const names = ['Rivers', 'tmp-1', 'Lakes', 'tmp-2', 'tmp-3'];
const platform = await LocalPlatform.start({ seed: { datasets: names.map((name) => ({ name })) } });
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });

let deleted = 0;
for await (const dataset of mai.Dataset.search({ nameLike: 'tmp-', pageSize: 2 })) {
  await dataset.delete();
  deleted++;
}
console.log(`${deleted} deleted, left: ${(await mai.Dataset.search().order('name').pluck('name')).join(', ')}`);
await mai.close();
await platform.close();
