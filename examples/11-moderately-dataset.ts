/**
 * A dataset: data and a schema inferred from it, processing with an event per poll, changes that go out alone.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/11-moderately-dataset.js
 */
import { OperationFailedError } from 'remote-record';
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const dataset = await mai.Dataset.create({ name: 'Codebreakers', description: 'Who worked where' });
  const table = Buffer.from('id;name;since;codename\n1;Joan Clarke;1940-06-17;007\n2;Alan Turing;1939-09-04;042\n');
  await dataset.uploadData(table, { name: 'codebreakers.csv' });
  const schema = await dataset.createSchemaFromSample(table, { status: 'current' });
  console.log(schema.columns.map(({ name, type }) => `${name}: ${type}`).join(', '));

  dataset.on('poll', ({ attempt }) => console.log(`poll ${attempt}: ${dataset.processingStatus}`));
  await dataset.process({ timeout: 60, waitTime: 0.1 });
  console.log(Buffer.from(await dataset.downloadData()).toString());

  dataset.description = 'Who worked in which hut';
  console.log(dataset.changes);
  dataset.on('save', ({ changes }) => console.log(`sent ${Object.keys(changes)}`));
  await dataset.save();

  // Items of lists lack some fields, and know it.
  for await (const item of mai.Dataset.search({ nameLike: 'code' })) {
    if (item.isPartial) await item.refresh();
    console.log(`${item.name} is ${item.processingStatus}`);
  }

  // Bad data is told in the words of the platform.
  await dataset.uploadData(Buffer.from('id;name;since;codename\none;Joan;1940-06-17;007\n'), { name: 'broken.csv' });
  await dataset.process({ waitTime: 0.1 }).catch((error: unknown) => {
    if (error instanceof OperationFailedError) console.log(error.message);
  });
  await dataset.delete();
} finally {
  await mai.close();
  await platform.close();
}
