/**
 * Joins 5,366 flight routes to 3,376 airports with a pipeline, and shows what records can do on the way.
 *
 *   npm run quickstart              no account, no network: it runs against the local platform
 *   npm run quickstart -- --json    one JSON object instead of the story
 *
 *   --airports FILE  --routes FILE  other tables
 *   --pipeline FILE                 another configuration; {{airports}} and {{routes}} become the datasets' ids
 *   --port N                        the local platform's port
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BeforeSave, ValidationError } from 'remote-record';
import { LocalPlatform } from 'remote-record/local';
import { Dataset, Moderately, type Pipeline, type PipelineExecution } from 'remote-record/moderately';
import { joinRoutesToAirports } from './support/routes-pipeline.js';
import { Terminal } from './support/terminal.js';

interface Route {
  origin: string;
  originCity: string;
  destination: string;
  destinationCity: string;
  count: number;
}

/** A dataset of ours, with a rule of ours. */
class NamedDataset extends Dataset {
  @BeforeSave() refuseShouting(): void {
    if (this.name === this.name.toUpperCase()) {
      throw new ValidationError(`"${this.name}" is shouting: give the dataset a name with small letters.`, {
        details: [{ field: 'name', message: 'is all capitals' }],
      });
    }
  }
}

/** A table of the package vega-datasets. */
const sample = (file: string): string => fileURLToPath(new URL(`../../node_modules/vega-datasets/data/${file}`, import.meta.url));

const options = readOptions();

const terminal = new Terminal(options.json ? process.stderr : process.stdout);
const tell = options.json ? { step: () => undefined, say: () => undefined } : terminal;

function readOptions() {
  try {
    return parseArgs({
      options: {
        airports: { type: 'string', default: sample('airports.csv') },
        routes: { type: 'string', default: sample('flights-airport.csv') },
        pipeline: { type: 'string' },
        port: { type: 'string', default: '0' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

/** Uploads a table and makes a dataset of it, with the types its columns seem to have. */
async function makeDataset(mai: Moderately, name: string, path: string): Promise<Dataset> {
  const bar = options.json ? undefined : terminal.bar(`upload ${basename(path)}`);
  const file = await mai.File.upload(path, { onProgress: ({ loaded, total }) => bar?.show(total ? loaded / total : 1) });
  bar?.done(`${file.fileSize} bytes, SHA-256 ${file.fileHash.slice(0, 8)}…`);

  const dataset = new (mai.bind(NamedDataset))({ name });
  await dataset.save();
  const schema = await dataset.createSchemaFromSample(path, { status: 'current' });
  await dataset.uploadData(path);
  await dataset.process();
  tell.say(`${dataset.name}: ${schema.columns.map((column) => `${column.name} ${column.type}`).join(', ')}`);
  return dataset;
}

/** Runs the current version of a pipeline and follows it poll by poll. */
async function follow(pipeline: Pipeline): Promise<{ execution: PipelineExecution; polls: number }> {
  let polls = 0;
  const bar = options.json ? undefined : terminal.bar('run');
  const execution = await pipeline.execute({}, { summary: 'Join routes to airports' });
  execution.on('poll', () => polls++);
  execution.on('progress', ({ fraction, message }) => bar?.show(fraction ?? 0, message));
  await execution.wait({ timeout: 60, waitTime: 0.05 });
  bar?.done(`${execution.status} after ${polls} polls, ${execution.currentStep} of ${execution.totalSteps} steps`);
  return { execution, polls };
}

async function story(platform: LocalPlatform, mai: Moderately): Promise<object> {
  tell.step('1. Two tables become datasets');
  const airports = await makeDataset(mai, 'Airports', options.airports);
  const routes = await makeDataset(mai, 'Routes', options.routes);

  tell.step('2. A pipeline joins them');
  const pipeline = await mai.Pipeline.create({ name: 'Busiest routes' });
  const configuration = options.pipeline
    ? JSON.parse(
        (await readFile(options.pipeline, 'utf8')).replaceAll('{{airports}}', airports.id ?? '').replaceAll('{{routes}}', routes.id ?? ''),
      )
    : joinRoutesToAirports({ routes: routes.id ?? '', airports: airports.id ?? '' });
  const version = await pipeline.createConfigurationVersion(configuration, { status: 'current' });
  const { execution, polls } = await follow(pipeline);
  const output = (await execution.output()) as { busiest: Route[]; total: { rowsJoined: number }[] };
  const rowsJoined = output.total[0]?.rowsJoined ?? 0;
  if (options.json) return { rowsJoined, routes: output.busiest, requests: platform.requests.length, polls };

  tell.say(`${rowsJoined} routes were joined to their airports at both ends. The busiest:`);
  terminal.table(
    ['from', 'to', 'flights'],
    output.busiest.map((route) => [
      `${route.originCity} (${route.origin})`,
      `${route.destinationCity} (${route.destination})`,
      String(route.count),
    ]),
  );

  tell.step('3. A changed field, and the PATCH that carried only that field');
  routes.description = 'Flights between airports of the United States';
  tell.say(`changed: ${routes.changedFields.join(', ')}`);
  await routes.save();
  const { method, path, body } = platform.requests.at(-1) ?? {};
  tell.say(`${method} ${path} ${JSON.stringify(body)}`);

  tell.step('4. An edit deep inside a configuration is noticed, and undone');
  Object.assign(version.configuration.blocks.busiest?.config ?? {}, { operations: [{ type: 'limit', count: 20 }] });
  tell.say(`modified: ${version.isModified} (${version.changedFields.join(', ')})`);
  version.revert();
  tell.say(`after revert(): modified ${version.isModified}`);

  tell.step('5. A hook refuses a bad name');
  await routes.save({ name: 'ROUTES!' }).catch((error: unknown) => terminal.error(String(error)));
  tell.say(`nothing was sent; the name is still to be saved: ${JSON.stringify(routes.changes.name)}`);
  routes.revert();

  tell.step('6. Clones, and a search across several pages');
  for (let number = 1; number <= 5; number++) {
    const copy = await routes.clone({ name: `Routes, copy ${number}` });
    await copy.save();
  }
  const search = mai.Dataset.search({ nameLike: 'routes', pageSize: 2, orderBy: 'name' });
  const page = await search;
  tell.say(`${page.total} datasets on ${page.pageTotal} pages of ${page.pageSize}`);
  const found: Dataset[] = [];
  for await (const dataset of search) found.push(dataset);
  tell.say(found.map(({ name }) => name).join(' · '));

  tell.step('7. Delete, and what a deleted record says');
  for (const dataset of found) if (dataset.name.includes('copy')) await dataset.delete();
  tell.say(`${await mai.Dataset.search({ nameLike: 'copy' }).then(({ total }) => total)} copies are left`);
  await found
    .find((dataset) => dataset.isDeleted)
    ?.save()
    .catch((error: unknown) => terminal.error(String(error)));
  return {};
}

async function main(): Promise<void> {
  const platform = await LocalPlatform.start({ port: Number(options.port) });
  const mai = new Moderately({ apiKey: platform.apiKey, teamId: platform.teamId, baseUrl: platform.url });
  try {
    const facts = await story(platform, mai);
    if (options.json) process.stdout.write(`${JSON.stringify(facts)}\n`);
  } finally {
    await mai.close();
    await platform.close();
  }
}

main().catch((error: unknown) => {
  terminal.error(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  process.exitCode = 1;
});
