// Runs in the browser: what a page does with records, files and runs of the local platform. It is bundled by page.browser.ts.
import {
  BaseResource,
  Connection,
  ConnectionError,
  DeleteResourceMixin,
  Entity,
  Field,
  GetResourceMixin,
  SearchResourceMixin,
  ValidationError,
} from 'remote-record';
import { Pipeline as AixPipeline, Aixplain, FileResource, readArchitecture, uploadScript } from 'remote-record/aixplain';
import { ConfigurationBuilder, Dataset, Moderately } from 'remote-record/moderately';

export interface Platform {
  url: string;
  apiKey: string;
  teamId: string;
}

@Entity({ path: 'datasets', id: 'datasetId' })
class Table extends DeleteResourceMixin(SearchResourceMixin(GetResourceMixin(BaseResource))) {
  @Field() name!: string;
  @Field({ type: Date }) createdAt!: Date;
}

const connect = ({ url, apiKey, teamId }: Platform) => new Moderately({ baseUrl: url, apiKey, teamId });

/** Lists, edits, saves and deletes. */
async function records(platform: Platform) {
  await using mai = connect(platform);
  const events: string[] = [];
  mai.on('save', () => events.push('save'));
  const dataset = await new mai.Dataset({ name: 'Airports' }).save();
  dataset.name = 'Aerodromes';
  const changes = Object.keys(dataset.changes);
  await dataset.save();
  const found = await mai.Dataset.search({ nameLike: 'Aerodromes' });
  const again = await mai.Dataset.get(dataset.datasetId);
  const names = found.results.map(({ name }) => name);
  const isDataset = found.results[0] instanceof Dataset;
  await dataset.delete();
  return { changes, events, names, isDataset, again: again.name, isDeleted: dataset.isDeleted, date: again.createdAt instanceof Date };
}

/** The same with an entity of the page's own. */
async function ownEntity({ url, apiKey, teamId }: Platform) {
  const connection = new Connection({ baseUrl: url, apiKey });
  const Tables = connection.bind(Table);
  const created = await connection.send({ method: 'POST', path: 'datasets', body: { name: 'Own', teamId } });
  const id = (created.body as { datasetId?: string; dataset?: { datasetId: string } }).datasetId;
  const table = await Tables.get(String(id));
  const name = table.name;
  await table.delete();
  return { name, isDate: table.createdAt instanceof Date, isOwn: table instanceof Table };
}

/** Uploads a File and a stream, and downloads them in each way. */
async function files(platform: Platform, size: number) {
  const mai = connect(platform);
  const line = 'iata,city\nBER,Berlin\n';
  const bytes = new TextEncoder().encode(line.repeat(Math.ceil(size / line.length)));
  const input = new File([bytes], 'airports.csv', { type: 'text/csv' });
  const progress: number[] = [];
  const file = await new mai.File({ content: input } as object).save({}, { onProgress: ({ loaded }) => progress.push(loaded) });
  const memory = await file.download();
  const blob = await file.downloadBlob();
  let streamed = 0;
  const target = new WritableStream<Uint8Array>({
    write: ({ length }) => {
      streamed += length;
    },
  });
  await file.download(target);
  const stream = await new mai.File({ content: { stream: input.stream(), name: 'stream.csv' } } as object).save();
  const refused: string[] = [];
  for (const attempt of [() => new mai.File({ content: '/etc/passwd' } as object).save(), () => file.download('/tmp/x')])
    await attempt().catch((error: unknown) =>
      refused.push(error instanceof ValidationError ? error.message : `not refused: ${String(error)}`),
    );
  return {
    size: bytes.length,
    sizes: [file.fileSize, memory.length, blob.size, streamed, stream.fileSize],
    type: blob.type,
    sameHash: file.fileHash === stream.fileHash,
    progress: {
      steps: progress.length,
      first: progress[0],
      last: progress.at(-1),
      rises: progress.every((loaded, at) => loaded >= (progress[at - 1] ?? 0)),
    },
    refused,
  };
}

/** Runs a pipeline on an uploaded dataset, and follows its polls. */
async function run(platform: Platform) {
  const mai = connect(platform);
  const dataset = await new mai.Dataset({ name: 'Cities' }).save();
  const csv = new File(['iata,city\nBER,Berlin\nFRA,Frankfurt\n'], 'cities.csv', { type: 'text/csv' });
  await dataset.uploadData(csv, { status: 'current' });
  const schema = await dataset.createSchemaFromSample(csv, { status: 'current' });
  const polls: string[] = [];
  dataset.on('poll', () => polls.push('poll'));
  await dataset.process();
  const shout = new ConfigurationBuilder('shout')
    .block('text', 'input', { json_schema: { type: 'string' } })
    .block('shout', 'string_template', { template: '{{text}}!' })
    .block('result', 'output', { name: 'said' })
    .connect('text', 'shout.text')
    .connect('shout', 'result')
    .build();
  const pipeline = await new mai.Pipeline({ name: 'Shout' }).save();
  const version = await pipeline.createConfigurationVersion(shout, { status: 'current' });
  const execution = await version.execute({ text: 'hello' }, { wait: false });
  const statuses: unknown[] = [];
  for await (const { nextDelayMs } of execution.polls({ waitTime: 0.2 })) statuses.push(nextDelayMs === null);
  return {
    columns: schema.columns.map(({ name, type }) => `${name}: ${type}`),
    polled: polls.length > 0,
    final: statuses.at(-1),
    output: await execution.output(),
  };
}

/** The other vendor. */
async function aixplain({ url, apiKey }: Platform) {
  const aix = new Aixplain({ backendUrl: url, modelUrl: `${url}/api/v2/execute`, apiKey });
  const script = await uploadScript(aix, new File(['print(1)'], 'clean.py'));
  const graph = await readArchitecture(new File(['{"nodes":[],"links":[]}'], 'graph.json'));
  const refused = await readArchitecture('graph.json').catch((error: Error) => error.message);
  return { script: [script.name, script.size], graph, refused, classes: [typeof FileResource, typeof AixPipeline] };
}

/** A platform that does not allow the page, and one that is not there. */
async function failures(origin: string) {
  const messages: string[] = [];
  for (const baseUrl of [origin, 'http://127.0.0.1:1']) {
    const connection = new Connection({ baseUrl, maxRetries: 0 });
    await connection
      .send({ method: 'GET', path: 'x' })
      .catch((error: unknown) => messages.push(error instanceof ConnectionError ? error.message : `another error: ${String(error)}`));
  }
  return messages;
}

/** A wait of the page's own, followed to its end, and one that ends with its block. */
async function waits(platform: Platform) {
  const mai = connect(platform);
  let polls = 0;
  return mai.wait({
    subject: 'a countdown',
    poll: async () => ({ state: ++polls, final: polls === 3 }),
    backOff: { initial: 0.01, min: 0.01, max: 0.01, factor: 1 },
  });
}

export const work = { records, ownEntity, files, run, aixplain, failures, waits };

Object.assign(globalThis, { work });
