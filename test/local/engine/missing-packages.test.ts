import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

const engine = new URL('../../../src/local/engine/index.js', import.meta.url).href;

/** Hides packages from a process, as if they were not installed. */
const hide = `
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    export async function resolve(name, context, next) {
      if (['ajv', 'unpdf', 'yauzl'].includes(name)) throw new Error('Cannot find package');
      return next(name, context);
    }\`));
`;

const script = `
  import { Readable } from 'node:stream';
  import { parseTable, runGraph } from '${engine}';
  const pipeline = (first, ...others) => {
    const ids = ['first', ...others.map((_, index) => 'b' + index), 'out'];
    const blocks = [first, ...others, ['output', {}]].map(([type, config], index) => [ids[index], { id: ids[index], type, config }]);
    const connections = ids.slice(1).map((id, index) => ({ source_block_id: ids[index], source_port: 'data', target_block_id: id, target_port: 'data' }));
    return { id: 'p', name: 'p', blocks: Object.fromEntries(blocks), connections };
  };
  const openFile = async () => ({ name: 'a.pdf', mimeType: 'application/pdf', size: 1, stream: Readable.from([Buffer.from('x')]) });
  const services = { handlers: new Map(), openFile };
  const told = async (work) => console.log(await work().then(() => 'fine', (error) => error.message));
  await told(() => runGraph(pipeline(['constant', { config_value: 1 }]), {}, { services }));
  await told(() => runGraph(pipeline(['input', { json_schema: {} }]), { first: 1 }, { services }));
  await told(() => runGraph(pipeline(['file', { file_id: 'f' }], ['pdf_reader', {}]), {}, { services }));
  await told(() => parseTable(Readable.from(['x']), { fileType: 'xlsx' }).next());
`;

describe('the engine without its optional packages', () => {
  it('works until one is needed, then says how to install it', async () => {
    // In the environment, where worker threads find it too.
    const env = { ...process.env, NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(hide)}` };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
    expect(stdout.trim().split('\n')).to.deep.equal([
      'fine',
      "Block 'first' (input): Validating against a json_schema needs the package ajv. Install it: npm install ajv",
      "Block 'b0' (pdf_reader): Reading PDF needs the package unpdf. Install it: npm install unpdf@1.7 (Cannot find package)",
      'Reading XLSX needs the packages yauzl and saxes. Install them: npm install yauzl saxes',
    ]);
  });
});
