/**
 * A file: uploaded from a path or from memory, found again by its content, downloaded, cloned, deleted.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/10-moderately-file.js
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const folder = await mkdtemp(join(tmpdir(), 'example-'));
  const path = join(folder, 'cities.csv');
  await writeFile(path, 'city,country\nBletchley,GB\n');

  const file = await mai.File.upload(path, {
    metadata: { source: 'an example' },
    onProgress: ({ loaded, total }) => console.log(`${loaded} of ${total} bytes`),
  });
  console.log(`${file} is ready: ${file.isReady}, a table: ${file.isCsv}, its suffix: ${file.extension}`);

  const again = await mai.File.upload(path, { dedupe: true });
  console.log(`the same content is the same file: ${again.id === file.id}`);

  console.log(Buffer.from(await file.download()).toString());
  await file.download(join(folder, 'a', 'copy.csv'));
  console.log(await readFile(join(folder, 'a', 'copy.csv'), 'utf8'));

  const copy = await file.clone({ fileName: 'places.csv' });
  await copy.save();
  const found = await mai.File.search({ nameLike: 'places', mimeTypes: ['text/csv'] });
  console.log(`found ${found.results.map(({ fileName }) => fileName)}`);

  await copy.delete();
  await copy.download().catch((error: unknown) => console.log((error as Error).message));
  await file.save({ fileName: 'renamed.csv' }).catch((error: unknown) => console.log((error as Error).message));
  await rm(folder, { recursive: true });
} finally {
  await mai.close();
  await platform.close();
}
