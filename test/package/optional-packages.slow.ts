import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const src = new URL('../../src/', import.meta.url).href;

/** Packages that users install for what needs them (package.json), and that are not the local platform's, which names its own. */
const optional = [
  'class-validator',
  'cli-progress',
  'undici',
  '@aws-sdk/client-s3',
  '@aws-sdk/s3-request-presigner',
  'prom-client',
  'pino',
];

/** Hides the packages from a process, with the error of jest. */
const hide = `
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    export async function resolve(name, context, next) {
      if (${JSON.stringify(optional).replaceAll('"', "'")}.includes(name)) {
        throw Object.assign(new Error("Cannot find module '" + name + "' from 'x.js'"), { code: 'MODULE_NOT_FOUND' });
      }
      return next(name, context);
    }\`));
`;

const script = `
  import { Connection, Entity, BaseResource, RunnableResourceMixin, WaitableResourceMixin } from '${src}index.js';
  import { LocalPlatform } from '${src}local/index.js';
  import { Moderately } from '${src}moderately/index.js';
  import { undiciTransport } from '${src}undici.js';
  process.stderr.isTTY = true;
  const requests = [];
  const fetch = async (url, { method }) => {
    requests.push(method);
    return Response.json({ id: '1', status: 'SUCCESS', completed: true });
  };
  const bind = (Class) => new Connection({ baseUrl: 'https://h.test', fetch }).bind(Entity({ path: 'w' })(Class));
  const Work = bind(class Work extends WaitableResourceMixin(RunnableResourceMixin(BaseResource)) {});
  const mai = new Moderately({ apiKey: 'k', teamId: 't', baseUrl: 'https://h.test', fetch });
  const told = async (work) => {
    requests.length = 0;
    const said = await work().then(() => 'fine', (error) => error.name + ': ' + error.message);
    console.log(said, JSON.stringify(requests));
  };
  const record = Work.fromDict({ id: '1', status: 'running' });
  const showProgress = true;
  await told(() => new Work({}).save());
  await told(() => record.run());
  await told(() => record.run({}, { showProgress }));
  await told(() => record.runAsync({}, { showProgress }));
  await told(() => record.wait({ showProgress }));
  await told(async () => {
    for await (const { reason } of Work.runMany([{}], { showProgress })) if (reason) throw reason;
  });
  await told(() => mai.PipelineConfigurationVersion.fromDict({ pipelineConfigurationVersionId: 'v' }).execute({}, { wait: true, showProgress }));
  await told(() => mai.Dataset.fromDict({ datasetId: 'd' }).process({ showProgress }));
  await told(() => new Connection({ baseUrl: 'https://h.test', transport: undiciTransport() }).get('x'));
  await told(() => LocalPlatform.start({ port: false, s3: { bucket: 'files' } }));
`;

describe('without the optional packages', () => {
  it('everything works that does not need them, and what does says so before the work is started', async () => {
    const env = { ...process.env, NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(hide)}` };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
    const missing = 'ConfigurationError: A progress bar needs the package cli-progress. Install it: npm install cli-progress []';
    const noUndici =
      'ConfigurationError: The transport of remote-record/undici needs the package undici. Install it: npm install undici []';
    expect(stdout.trim().split('\n')).to.deep.equal([
      'fine ["POST"]',
      'fine ["POST"]',
      ...Array.from({ length: 6 }, () => missing),
      noUndici,
      'ConfigurationError: Files in S3 need the packages @aws-sdk/client-s3 and @aws-sdk/s3-request-presigner. Install it: npm install @aws-sdk/client-s3 []',
    ]);
  });

  it('bundlers find no import of them', async () => {
    const found: string[] = [];
    const root = new URL('../../../dist/', import.meta.url).pathname;
    for (const file of await readdir(root, { recursive: true })) {
      if (!file.endsWith('.js')) continue;
      const text = await readFile(join(root, file), 'utf8');
      for (const name of optional)
        if (new RegExp(`(?:from|import\\(?|require\\()\\s*['"]${name}['"]`).test(text)) found.push(`${file}: ${name}`);
      // An import of an expression needs the words that keep bundlers quiet.
      for (const [call] of text.matchAll(/\bimport\((?!\s*['"])[^)]*\)/g))
        if (!/webpackIgnore: true.*@vite-ignore/.test(call)) found.push(`${file}: ${call}`);
    }
    expect(found).to.deep.equal([]);
  });
});
