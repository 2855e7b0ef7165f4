import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { Moderately } from '../../../src/moderately/index.js';
import { xlsxFile } from '../engine/support/xlsx-file.js';

describe('A table as it is found', () => {
  let platform: LocalPlatform;
  let mai: Moderately;

  before(async () => {
    platform = await LocalPlatform.start();
    mai = new Moderately({ apiKey: platform.apiKey, teamId: platform.teamId, baseUrl: platform.url });
  });

  after(() => platform.close());

  /** The rows of a table that is uploaded, given the schema of its own sample, processed and read by a pipeline. */
  async function processed(name: string, data: Buffer, options = {}): Promise<unknown> {
    const dataset = await mai.Dataset.create({ name });
    await dataset.uploadData({ data, name });
    await dataset.createSchemaFromSample({ data, name }, { status: 'current', ...options });
    await dataset.process({ waitTime: 0.02 });
    const pipeline = await mai.Pipeline.create({ name });
    const configuration = {
      id: 'p',
      name: 'p',
      blocks: {
        rows: { id: 'rows', type: 'dataset', config: { dataset_id: dataset.id } },
        out: { id: 'out', type: 'output', config: {} },
      },
      connections: [{ source_block_id: 'rows', source_port: 'data', target_block_id: 'out', target_port: 'data' }],
    };
    await pipeline.createConfigurationVersion(configuration, { status: 'current' });
    const execution = await pipeline.execute({}, { wait: true, waitTime: 0.02 });
    return ((await execution.output()) as { output: unknown }).output;
  }

  it('is processed by the schema of its own sample: CSV with odd quotes, line ends and dates', async () => {
    const text = 'sep=;\r\n;title;at\n1;Care and Repair";"31/12/2014 9:05 PM"\r\n007;x;05/04/2012\n   \n';
    expect(await processed('odd.csv', Buffer.from(text))).to.deep.equal([
      { column_1: '1', title: 'Care and Repair"', at: '2014-12-31T21:05:00.000Z' },
      { column_1: '007', title: 'x', at: '2012-04-05T00:00:00.000Z' },
    ]);
  });

  it('is read by the options of its sample', async () => {
    const text = Buffer.from('\ufeffErsteller: Müller, A.\n1,5;-\n2;ß\n', 'utf16le');
    const options = { skipRows: 1, hasHeader: false, nullValues: ['-'], decimalSeparator: ',', delimiter: ';' };
    expect(await processed('german.csv', text, options)).to.deep.equal([
      { column_1: 1.5, column_2: null },
      { column_1: 2, column_2: 'ß' },
    ]);
  });

  it('is processed by the schema of its own sample: XLSX', async () => {
    const file = xlsxFile([
      ['n', 'at', 'code'],
      [1, new Date('2024-02-29T00:00:00Z'), '1E5'],
      [2.5, null, '  pad '],
    ]);
    expect(await processed('sheet.xlsx', file)).to.deep.equal([
      { n: 1, at: '2024-02-29T00:00:00.000Z', code: '1E5' },
      { n: 2.5, at: null, code: '  pad ' },
    ]);
  });
});
