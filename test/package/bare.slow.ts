import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, installPackage, root } from '../support/consumer.js';

describe('the declarations without the optional packages and without the types of Node', function () {
  this.timeout(60_000);
  let project: string;
  before(async () => {
    project = await installPackage({ bare: true });
  });
  after(() => rm(project, { recursive: true, force: true }));

  const entryPoints = ['', '/vendor', '/moderately', '/aixplain'];
  const bundler = { module: 'ESNext', moduleResolution: 'bundler', types: [], lib: ['ES2023', 'DOM', 'DOM.Iterable'] };

  it('compile in strict mode, in Node’s words and in those of browsers', async () => {
    const imports = entryPoints.map((name, index) => `import * as entry${index} from 'remote-record${name}';`);
    await writeFile(
      join(project, 'entries.ts'),
      `${imports.join('\n')}
       export const uses = async (connection: entry0.Connection, stream: WritableStream<Uint8Array>, file: File) => {
         await using again = connection;
         await again.client.download('https://h.test/x', { target: stream });
         const blob: Blob = await new entry2.File({ content: file }).downloadBlob();
         return blob;
       };
       export default [${entryPoints.map((_name, index) => `entry${index}`).join(', ')}];`,
    );
    await compile(project, 'bare', ['entries.ts'], bundler);
    await compile(project, 'browser', ['entries.ts'], { ...bundler, customConditions: ['browser'] });
  });

  it('of the local platform compile with the types of Node', async () => {
    await symlink(join(root, 'node_modules', '@types'), join(project, 'node_modules', '@types'));
    await symlink(join(root, 'node_modules', 'undici-types'), join(project, 'node_modules', 'undici-types'));
    await writeFile(
      join(project, 'local.ts'),
      `import { LocalPlatform } from 'remote-record/local';
      export const main = async () => { await using platform = await LocalPlatform.start(); return platform.url; };`,
    );
    await compile(project, 'local', ['local.ts'], { types: ['node'] });
  });

  it('have the same names in browsers', async () => {
    await writeFile(
      join(project, 'names.ts'),
      `import type * as node from './node_modules/remote-record/dist/index.js';
       import type * as browser from './node_modules/remote-record/dist/index.browser.js';
       type Missing = Exclude<keyof typeof node, keyof typeof browser> | Exclude<keyof typeof browser, keyof typeof node>;
       export const missing: [Missing] extends [never] ? true : Missing = true;
       export const connection = (options: node.ConnectionOptions): InstanceType<typeof browser.Connection> => new (null as unknown as typeof node.Connection)(options);`,
    );
    await compile(project, 'names', ['names.ts'], bundler);
  });
});
