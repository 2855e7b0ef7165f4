import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { installPackage, runFile } from '../support/consumer.js';
import { pdf } from '../support/pdf.js';

describe('the local platform of the packed package', function () {
  this.timeout(120_000);
  let project: string;
  before(async () => {
    project = await installPackage();
  });
  after(() => rm(project, { recursive: true, force: true }));

  it('runs blocks in its child processes, and reads PDF files there', async () => {
    await writeFile(join(project, 'report.pdf'), pdf('Hello world'));
    await writeFile(
      join(project, 'runs.mjs'),
      `import { LocalPlatform } from 'remote-record/local';
       import { Moderately } from 'remote-record/moderately';
       const platform = await LocalPlatform.start({ port: false });
       const mai = new Moderately({ apiKey: platform.apiKey, teamId: platform.teamId, baseUrl: platform.url, fetch: platform.fetch });
       const file = await mai.File.upload('report.pdf');
       const pipeline = await new mai.Pipeline({ name: 'Child' }).save();
       const outputs = [];
       for (const blocks of [
         [['constant', { config_value: [{ a: 1 }, { a: 2 }] }], ['transform', { operations: [{ type: 'filter', expression: 'a > 1' }] }]],
         [['file', { file_id: file.id }], ['pdf_reader', {}]],
       ]) {
         const all = [...blocks, ['output', { name: 'out' }]].map(([type, config]) => ({ id: type, type, config }));
         const connections = all.slice(1).map(({ id }, index) =>
           ({ source_block_id: all[index].id, source_port: 'data', target_block_id: id, target_port: 'data' }));
         const configuration = { id: 'c', name: 'c', blocks: Object.fromEntries(all.map((block) => [block.id, block])), connections };
         const version = await pipeline.createConfigurationVersion(configuration, { status: 'draft' });
         const execution = await version.execute({});
         await execution.wait();
         outputs.push(await execution.output());
       }
       console.log(JSON.stringify(outputs));
       await mai.close();
       await platform.close();`,
    );
    expect(JSON.parse(await runFile(project, 'runs.mjs'))).to.deep.equal([{ out: [{ a: 2 }] }, { out: 'Hello world' }]);
  });

  // Finding and linking files takes most of the time of a start (bench/platform-start.mjs), and their number is the same each time.
  it('loads at most seven files of its own until its first response', async () => {
    await writeFile(
      join(project, 'loads.mjs'),
      `import { register } from 'node:module';
       import { MessageChannel } from 'node:worker_threads';
       const seen = [];
       const { port1, port2 } = new MessageChannel();
       port1.on('message', (url) => seen.push(url));
       register('data:text/javascript,' + encodeURIComponent('let port; export const initialize = (p) => { port = p; }; export const load = (url, context, next) => { port.postMessage(url); return next(url, context); };'), { data: port2, transferList: [port2] });
       const { LocalPlatform } = await import('remote-record/local');
       const platform = await LocalPlatform.start({ port: false });
       await platform.fetch(platform.url + '/pipelines', { headers: { authorization: 'Bearer ' + platform.apiKey } });
       await new Promise((resolve) => setTimeout(resolve, 50));
       console.log(JSON.stringify(seen));
       port1.close();
       await platform.close();`,
    );
    const seen = JSON.parse(await runFile(project, 'loads.mjs')) as string[];
    const own = seen.filter((url) => url.includes('/dist/local/'));
    expect(own).to.have.length.within(3, 7);
    expect(own.filter((url) => /\/(engine|child|process|runs|aixplain)\.js$/.test(url))).to.deep.equal([]);
  });
});
