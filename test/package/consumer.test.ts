import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { compile, installPackage, runFile } from '../support/consumer.js';

/** Code in which `loaded()` gives the URLs of the modules that have been loaded since it was called last. */
function watching(code: string): string {
  return `import { register } from 'node:module';
    import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
    const { port1, port2 } = new MessageChannel();
    // Each is told before it is loaded, and so before an import of it ends.
    const loaded = () => {
      const urls = [];
      for (let told = receiveMessageOnPort(port1); told; told = receiveMessageOnPort(port1)) urls.push(told.message);
      return urls;
    };
    register('data:text/javascript,' + encodeURIComponent('let port; export const initialize = (p) => { port = p; }; export const load = (url, context, next) => { port.postMessage(url); return next(url, context); };'), { data: port2, transferList: [port2] });
    ${code}
    port1.close();`;
}

describe('the packed package', function () {
  this.timeout(60_000);
  let project: string;
  before(async () => {
    project = await installPackage();
  });
  after(() => rm(project, { recursive: true, force: true }));

  const node = (file: string): Promise<string> => runFile(project, file);

  it('can be imported from plain JavaScript by all its entry points', async () => {
    await writeFile(
      join(project, 'plain.mjs'),
      `import { BaseResource, Entity, Connection } from 'remote-record';
       import { Moderately, Dataset } from 'remote-record/moderately';
       import { loadRecord } from 'remote-record/vendor';
       import { Aixplain, AixplainResource } from 'remote-record/aixplain';
       import { LocalPlatform } from 'remote-record/local';
       import { undiciTransport } from 'remote-record/undici';
       import { Durable } from 'remote-record/durable';
       const loaded = loadRecord(Dataset, { datasetId: 'd1', name: 'Airports' });
       const platform = await LocalPlatform.start({ port: false });
       const mai = new Moderately({ apiKey: platform.apiKey, teamId: platform.teamId, baseUrl: platform.url, fetch: platform.fetch });
       const dataset = await new mai.Dataset({ name: 'Airports' }).save();
       console.log(JSON.stringify([loaded instanceof BaseResource, loaded.id, dataset instanceof Dataset, typeof dataset.id, typeof Aixplain, typeof AixplainResource, typeof BaseResource, typeof Entity, typeof Connection, typeof undiciTransport().createAdapter, typeof Durable.open]));
       await mai.close();
       await platform.close();`,
    );
    expect(JSON.parse(await node('plain.mjs'))).to.deep.equal([
      true,
      'd1',
      true,
      'string',
      'function',
      'function',
      'function',
      'function',
      'function',
      'function',
      'function',
    ]);
  });

  it('loads neither the other vendor nor the local platform with one vendor', async () => {
    await writeFile(
      join(project, 'loads.mjs'),
      watching(`await import('remote-record/moderately'); console.log(JSON.stringify(loaded()));`),
    );
    const seen = JSON.parse(await node('loads.mjs')) as string[];
    expect(seen.some((url) => url.includes('/dist/moderately/'))).to.equal(true);
    expect(seen.filter((url) => /\/dist\/(aixplain|local|cli)\/|node_modules\/(hono|kysely|libsql)\//.test(url))).to.deep.equal([]);
  });

  it('loads types of files, tables, node-fetch and what sends requests only when they are needed', async () => {
    const code = `await import('remote-record'); await import('remote-record/moderately'); await import('remote-record/aixplain');
       const before = loaded();
       const { Connection } = await import('remote-record');
       await new Connection({ baseUrl: 'http://127.0.0.1:1', maxRetries: 0 }).send({ method: 'GET', path: 'x' }).catch(() => {});
       console.log(JSON.stringify({ before, after: loaded() }));`;
    await writeFile(join(project, 'lazy.mjs'), watching(code));
    const { before, after } = JSON.parse(await node('lazy.mjs')) as { before: string[]; after: string[] };
    const rare =
      /node_modules\/(mime|yauzl|saxes|node-fetch|lossless-json|cli-progress|@noble|http-link-header|rfc6902|eventsource-parser)\//;
    expect(before.some((url) => url.includes('/dist/aixplain/'))).to.equal(true);
    expect(before.filter((url) => rare.test(url) || /\/dist\/parts\/(?!(base|core|platform|moderately)\.js)/.test(url))).to.deep.equal([]);
    expect(after.some((url) => url.includes('node_modules/node-fetch/'))).to.equal(true);
    expect(after.some((url) => url.includes('/dist/parts/engine.js'))).to.equal(true);
  });

  // Finding and linking files takes most of the time of an import (bench/import.mjs), and their number is the same each time.
  for (const [entry, limit] of Object.entries({ 'remote-record': 3, 'remote-record/moderately': 8, 'remote-record/aixplain': 7 })) {
    it(`loads at most ${limit} files of its own with ${entry}, and three packages`, async () => {
      await writeFile(join(project, 'files.mjs'), watching(`await import('${entry}'); console.log(JSON.stringify(loaded()));`));
      const seen = JSON.parse(await node('files.mjs')) as string[];
      expect(seen.filter((url) => url.includes('/dist/parts/'))).not.to.deep.equal([]);
      expect(seen.filter((url) => /\/dist\/.*\.js$/.test(url) && !url.includes('node_modules/class-transformer'))).to.have.length.at.most(
        limit,
      );
      const packages = seen.flatMap((url) => /.*node_modules\/([^/]+)\//.exec(url)?.[1] ?? []).filter((name) => name !== 'remote-record');
      if (!entry.endsWith('moderately')) expect(seen.filter((url) => url.includes('/parts/moderately.js'))).to.deep.equal([]);
      expect([...new Set(packages)].sort()).to.deep.equal(['class-transformer', 'eventemitter3', 'reflect-metadata']);
    });
  }

  it('loads neither records nor vendors with the platform', async () => {
    await writeFile(join(project, 'platform.mjs'), watching(`await import('remote-record/local'); console.log(JSON.stringify(loaded()));`));
    const seen = JSON.parse(await node('platform.mjs')) as string[];
    expect(seen.filter((url) => /\/dist\/parts\/(?!base\.js)/.test(url))).to.deep.equal([]);
  });

  describe('compiles in strict mode, its declarations included', () => {
    const entryPoints = ['', '/vendor', '/moderately', '/aixplain', '/local', '/undici', '/durable'];
    before(() =>
      writeFile(
        join(project, 'entries.ts'),
        `${entryPoints.map((name, index) => `import * as entry${index} from 'remote-record${name}';`).join('\n')}
         import { Dataset } from 'remote-record/moderately';
         import { FileResource } from 'remote-record/aixplain';
         import { BaseResource, Connection, ValidationError } from 'remote-record';
         import { idKeyOf, type TransportRequest } from 'remote-record/vendor';
         // What the vendors export is made of the classes of the front door.
         export const records: BaseResource[] = [new Dataset(), new FileResource()];
         export const connection: Connection = new entry2.Moderately();
         export const error: ValidationError = new entry3.AlreadyDeployedError('');
         export const key: string = idKeyOf(Dataset);
         export const request: TransportRequest = { method: 'GET', path: key };
         export default [${entryPoints.map((_name, index) => `entry${index}`).join(', ')}];`,
      ),
    );

    it('with the module resolution node16', () => compile(project, 'node16', ['entries.ts'], { module: 'Node16' }));
    it('with the module resolution nodenext', () => compile(project, 'nodenext', ['entries.ts'], { module: 'NodeNext' }));
    it('with the module resolution bundler', () =>
      compile(project, 'bundler', ['entries.ts'], { module: 'ESNext', moduleResolution: 'bundler' }));
  });
});
