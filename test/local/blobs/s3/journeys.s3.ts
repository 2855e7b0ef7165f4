import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { Aixplain, FileResource } from '../../../../src/aixplain/index.js';
import { LocalPlatform } from '../../../../src/local/index.js';
import { Moderately } from '../../../../src/moderately/index.js';
import { graph } from '../../../aixplain/support/pipelines.js';
import { withFolder } from '../../../support/folder.js';
import { bucketAt } from '../../../support/services/s3.js';

const mebibyte = 2 ** 20;

describe('The journeys of both vendors with files in S3', () => {
  const s3 = bucketAt(process.env.S3_ENDPOINT ?? '');
  const inFolder = withFolder();
  let platform: LocalPlatform;
  let mai: Moderately;
  before(async () => {
    platform = await LocalPlatform.start({ s3 });
    mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
  });
  after(async () => {
    await mai.close();
    await platform.close();
  });

  /** The requests for bytes that the platform answered. */
  const transfers = () => platform.requests.filter(({ path }) => path.includes('/_storage/'));

  it('upload and download files of every size, without the platform', async () => {
    for (const size of [0, 1, 17 * mebibyte + 1]) {
      const content = Buffer.alloc(size, 'abcdefg');
      const file = await mai.File.upload(content, { name: `${size}.bin`, mimeType: 'application/x-test' });
      expect(file.isReady).to.equal(true);
      expect(Buffer.from(await file.download()).equals(content)).to.equal(true);
      await file.delete();
    }
    const stream = await mai.File.upload(Readable.from([Buffer.from('a'), Buffer.from('b')]), { name: 'stream.txt' });
    expect(Buffer.from(await stream.download()).toString()).to.equal('ab');
    expect(stream.fileHash).to.contain(createHash('sha256').update('ab').digest('hex'));
    expect(transfers()).to.deep.equal([]);
  });

  it('upload, process and download data, and run pipelines over it, whose long output is an object', async () => {
    const dataset = await mai.Dataset.create({ name: 'Numbers' });
    const rows = Array.from({ length: 100_000 }, (_, index) => `${index},${'x'.repeat(20)}`);
    await dataset.uploadData(Buffer.from(`n,text\n${rows.join('\n')}\n`), { name: 'numbers.csv' });
    await dataset.schemaBuilder().addColumn('n', 'integer').addColumn('text', 'string').asCurrent().create();
    await dataset.process();
    expect(dataset.recordCount).to.equal(rows.length);
    const path = Buffer.from((await dataset.downloadData()) as Uint8Array).toString();
    expect(path.length).to.equal(`n,text\n${rows.join('\n')}\n`.length);

    const pipeline = await mai.Pipeline.create({ name: 'All' });
    const block = (id: string, type: string, config: object) => ({ id, type, config });
    await pipeline.createConfigurationVersion(
      {
        id: 'all',
        name: 'All',
        blocks: { all: block('all', 'dataset', { dataset_id: dataset.id }), out: block('out', 'output', { name: 'all' }) },
        connections: [{ source_block_id: 'all', source_port: 'data', target_block_id: 'out', target_port: 'data' }],
      } as never,
      { status: 'current' },
    );
    const execution = await pipeline.execute({}, { wait: true });
    const output = (await execution.output()) as { all: { n: number }[] };
    expect([output.all.length, output.all.at(-1)?.n]).to.deep.equal([rows.length, rows.length - 1]);
    expect(transfers()).to.deep.equal([]);
  });

  it('upload files of aiXplain, which pipelines take as input', async () => {
    const { url, apiKey } = platform;
    platform.block('shout', ({ inputs }) => String(inputs.text).toUpperCase());
    const aix = new Aixplain({ apiKey, backendUrl: url, modelUrl: `${url}/api/v2/execute` });
    await writeFile(inFolder('a.txt'), 'hello');
    const file = await aix.bind(FileResource).create({ filePath: inFolder('a.txt') });
    expect(file.downloadUrl).to.contain(s3.endpoint);
    expect(await (await fetch(file.downloadUrl as string)).text()).to.equal('hello');
    const pipeline = await aix.Pipeline.create({ name: 'Text', architecture: graph('Words') });
    const { data } = await pipeline.run({ Words: file }, { waitTime: 0 });
    expect(JSON.stringify(data)).to.contain('HELLO');
    expect(transfers()).to.deep.equal([]);
    await aix.close();
  });
});
