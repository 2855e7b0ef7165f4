import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

// Over HTTP and the default transport, which is another one than the story's.
const platform = await LocalPlatform.start();
const mai = new Moderately({ apiKey: platform.apiKey, teamId: platform.teamId, baseUrl: platform.url });
const dataset = await new mai.Dataset({ name: 'Airports' }).save();
dataset.description = 'All of them';
await dataset.save();
const found = await mai.Dataset.get(dataset.id);
const { results } = await mai.Dataset.search({ nameLike: 'Air' });
const bytes = new TextEncoder().encode('code,name\n'.repeat(300_000));
const file = await mai.File.upload(bytes, { name: 'airports.csv' });
const received = await file.download();
const isSame = received.length === bytes.length && received.every((byte, at) => byte === bytes[at]);
console.log(JSON.stringify([found.name, found.description, results.length, isSame]));
await mai.close();
await platform.close();
