import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

interface Manifest {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

/** The packed package in an empty project, with what it depends on, as an installation would leave it. */
async function install(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'consumer-'));
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], { cwd: root });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const target = join(project, 'node_modules', 'remote-record');
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', join(project, filename), '--strip-components=1', '-C', target]);
  const { dependencies, peerDependencies } = JSON.parse(await readFile(join(target, 'package.json'), 'utf8')) as Manifest;
  for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), '@types/node', 'undici-types']) {
    const link = join(project, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', name), link);
  }
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'consumer', type: 'module', private: true }));
  return project;
}

describe('the packed package', function () {
  this.timeout(60_000);
  let project: string;
  before(async () => {
    project = await install();
    await cp(join(root, 'test', 'consumer', 'entity.ts'), join(project, 'entity.ts'));
  });
  after(() => rm(project, { recursive: true, force: true }));

  const node = async (file: string): Promise<string> => (await run(process.execPath, [file], { cwd: project })).stdout;

  it('can be imported from plain JavaScript by all its entry points', async () => {
    await writeFile(
      join(project, 'plain.mjs'),
      `import { BaseResource, Entity, Connection } from 'remote-record';
       import { Moderately, Dataset } from 'remote-record/moderately';
       import { Aixplain, AixplainResource } from 'remote-record/aixplain';
       import { LocalPlatform } from 'remote-record/local';
       const platform = await LocalPlatform.start({ port: false });
       const mai = new Moderately({ apiKey: platform.apiKey, teamId: platform.teamId, baseUrl: platform.url, fetch: platform.fetch });
       const dataset = await new mai.Dataset({ name: 'Airports' }).save();
       console.log(JSON.stringify([dataset instanceof Dataset, typeof dataset.id, typeof Aixplain, typeof AixplainResource, typeof BaseResource, typeof Entity, typeof Connection]));
       await mai.close();
       await platform.close();`,
    );
    expect(JSON.parse(await node('plain.mjs'))).to.deep.equal([true, 'string', 'function', 'function', 'function', 'function', 'function']);
  });

  it('loads neither the other vendor nor the local platform with one vendor', async () => {
    await writeFile(
      join(project, 'loads.mjs'),
      `import { register } from 'node:module';
       import { MessageChannel } from 'node:worker_threads';
       const { port1, port2 } = new MessageChannel();
       const seen = [];
       port1.on('message', (url) => seen.push(url));
       register('data:text/javascript,' + encodeURIComponent('let port; export const initialize = (p) => { port = p; }; export const load = (url, context, next) => { port.postMessage(url); return next(url, context); };'), { data: port2, transferList: [port2] });
       await import('remote-record/moderately');
       await new Promise((resolve) => setTimeout(resolve, 50));
       port1.close();
       console.log(JSON.stringify(seen));`,
    );
    const seen = JSON.parse(await node('loads.mjs')) as string[];
    expect(seen.some((url) => url.includes('/dist/moderately/'))).to.equal(true);
    expect(seen.filter((url) => /\/dist\/(aixplain|local|cli)\/|node_modules\/(hono|kysely|libsql)\//.test(url))).to.deep.equal([]);
  });

  describe('behaves the same', () => {
    const results = new Map<string, unknown>();
    const tsc = async (name: string, useDefineForClassFields: boolean, emitDecoratorMetadata: boolean): Promise<void> => {
      const options = {
        target: 'ES2022',
        module: 'NodeNext',
        lib: ['ES2023', 'DOM'],
        types: ['node'],
        strict: true,
        skipLibCheck: false,
        experimentalDecorators: true,
      };
      await writeFile(
        join(project, `${name}.json`),
        JSON.stringify({
          compilerOptions: { ...options, outDir: name, useDefineForClassFields, emitDecoratorMetadata },
          files: ['entity.ts'],
        }),
      );
      await run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', `${name}.json`], { cwd: project }).catch(
        (error: { stdout: string }) => {
          throw new Error(error.stdout);
        },
      );
      results.set(name, JSON.parse(await node(join(name, 'entity.js'))));
    };

    it('compiled by tsc with class fields defined and metadata', () => tsc('define', true, true));
    it('compiled by tsc with class fields assigned and metadata', () => tsc('assign', false, true));
    it('compiled by tsc with class fields defined and no metadata', () => tsc('define-bare', true, false));
    it('compiled by tsc with class fields assigned and no metadata', () => tsc('assign-bare', false, false));
    it('compiled by swc', async () => {
      const { transformFile } = await import('@swc/core');
      const { code } = await transformFile(join(project, 'entity.ts'), {
        swcrc: false,
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      });
      await writeFile(join(project, 'swc.mjs'), code);
      results.set('swc', JSON.parse(await node('swc.mjs')));
    });

    after(() => {
      const first = results.get('define');
      for (const [name, result] of results) expect(result, name).to.deep.equal(first);
      expect(first).to.deep.include({
        clean: false,
        port: 'port p',
        asset: [true, 't'],
        plain: 'plain',
        isWidget: true,
        name: 'Widget',
        changed: ['config', 'createdAt'],
      });
    });
  });
});
