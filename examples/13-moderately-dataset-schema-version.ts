/**
 * Versions of a dataset's schema: described step by step, changed column by column, made current.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/13-moderately-dataset-schema-version.js
 */
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const dataset = await mai.Dataset.create({ name: 'Messages' });
  const schema = await dataset
    .schemaBuilder()
    .addColumn('id', 'int')
    .addColumn('text', 'str', { required: false, operations: [{ type: 'strip_whitespace', parameters: { sides: 'both' } }] })
    .withParsing({ delimiter: ';', headerRow: 1 })
    .create();
  const show = (): void =>
    console.log(`version ${schema.versionNo}, ${schema.status}: ${schema.columns.map(({ pos, name }) => `${pos} ${name}`)}`);
  show();

  await schema.addColumn('sentAt', 'datetime', { position: 2, description: 'When it was intercepted' });
  await schema.removeColumn('text');
  show();

  schema.column('id')!.description = 'Counted per day';
  console.log(`edited deep inside: ${schema.changedFields}`);
  await schema.save();

  await schema.activate();
  await schema.addColumn('id', 'int').catch((error: unknown) => console.log((error as Error).message));
  const next = await (await schema.clone()).save();
  console.log(`a clone is version ${next.versionNo}, a ${next.status}; current is ${(await dataset.currentSchema())?.versionNo}`);
} finally {
  await mai.close();
  await platform.close();
}
