import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start({ port: false });
const mai = new Moderately({ apiKey: platform.apiKey, teamId: platform.teamId, baseUrl: platform.url, fetch: platform.fetch });
const dataset = await new mai.Dataset({ name: 'Airports' }).save();
const found = await mai.Dataset.get(dataset.id);
const { results } = await mai.Dataset.search({ nameLike: 'Air' });
console.log(JSON.stringify([found.name, results.length]));
await mai.close();
await platform.close();
