import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect } from 'chai';

describe('The entry point of the local platform', () => {
  /** What the entry point says when packages are missing, as node reports them. */
  async function withoutPackages(missing: readonly string[]): Promise<string> {
    const entry = new URL('../../src/local/index.js', import.meta.url);
    const hooks = `export async function resolve(specifier, context, next) {
      if (!${JSON.stringify(missing)}.includes(specifier)) return next(specifier, context);
      throw Object.assign(new Error(\`Cannot find package '\${specifier}' imported from x\`), { code: 'ERR_MODULE_NOT_FOUND' });
    }`;
    const script = `import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
      const { LocalPlatform } = await import('${entry}');
      await LocalPlatform.start().catch((error) => console.log(error.name + ': ' + error.message));`;
    return (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])).stdout.trim();
  }

  it('says which package is missing, and how to install what it needs', async function () {
    this.timeout(30_000);
    for (const missing of ['hono', 'kysely']) {
      expect(await withoutPackages([missing]))
        .to.match(/^ConfigurationError: /)
        .and.contain(`npm install --save-dev ${missing}`);
    }
  });

  it('knows every package it cannot be without', async function () {
    this.timeout(30_000);
    const folder = new URL('../../src/local/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
    const used = files.flatMap((name) => {
      const imports = readFileSync(new URL(name, folder), 'utf8').matchAll(
        /^import .*from '([^'.][^']*)'|\(import\.meta\.url\)\('([^']+)'\)/gm,
      );
      return [...imports].map(([, imported, required]) => imported ?? required ?? '').filter((module) => !module.startsWith('node:'));
    });
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    const packages = new Set(used.map((module) => module.split('/', module.startsWith('@') ? 2 : 1).join('/')));
    const needed = [...packages].filter((name) => !(name in dependencies) && !name.startsWith('remote-record'));
    expect(peerDependencies).to.include.keys(needed);
    const [, told = ''] = (await withoutPackages(needed)).split('npm install --save-dev ');
    expect(told.split(' ')).to.have.members(needed);
  });
});
