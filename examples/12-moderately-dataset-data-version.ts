/**
 * Versions of a dataset's data: drafts, the current one, and what became of the others.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/12-moderately-dataset-data-version.js
 */
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const dataset = await mai.Dataset.create({ name: 'Readings' });
  for (const rows of ['1\n2\n', '1\n2\n3\n']) {
    const version = await dataset.uploadData({ data: `reading\n${rows}`, name: 'readings.csv' });
    console.log(`version ${version.versionNo} is ${version.status}`);
  }
  const draft = await new mai.DatasetDataVersion({
    datasetId: dataset.id!,
    content: Buffer.from('reading\n9\n'),
    fileName: 'draft.csv',
  }).save();
  console.log(`version ${draft.versionNo} is a ${draft.status}; the current one is still ${dataset.currentDataVersionId !== draft.id}`);

  for await (const version of dataset.dataVersions({ orderBy: 'versionNo' })) {
    console.log(`version ${version.versionNo}: ${version.status}, ${Buffer.from(await version.download()).toString().length} bytes`);
  }
  console.log(Buffer.from(await dataset.downloadData({ versionId: draft.id! })).toString());
} finally {
  await mai.close();
  await platform.close();
}
