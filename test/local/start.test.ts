import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { LocalPlatform, type LocalPlatformOptions } from '../../src/local/index.js';
import { ConfigurationError } from '../../src/model/errors/index.js';
import { Client } from './support/platform.js';

async function failure(options: LocalPlatformOptions): Promise<Error> {
  try {
    const platform = await LocalPlatform.start(options);
    await platform.close();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It started.');
}

describe('Starting and stopping the local platform', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'local-platform-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('answers over HTTP on a port of its own, without a key for its health', async () => {
    const platform = await LocalPlatform.start();
    try {
      expect(platform.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect((await fetch(`${platform.url}/health`, { method: 'HEAD' })).status).to.equal(200);
      const response = await fetch(`${platform.url}/health`);
      expect(await response.json()).to.deep.include({ status: 'ok' });
      const { userId } = (await new Client(platform).get('/authentication/whoami')).body;
      expect(userId).to.equal(platform.userId);
    } finally {
      await platform.close();
    }
    await fetch(`${platform.url}/health`).then(
      () => expect.fail('it still answers'),
      (error: Error) => expect(error).to.be.instanceOf(TypeError),
    );
  });

  it('answers in-process too, where nothing listens', async () => {
    const platform = await LocalPlatform.start({ port: false });
    try {
      const client = new Client(platform);
      const file = await client.uploadFile('a.txt', 'hello');
      const { downloadUrl } = (await client.get(`/files/${file.fileId}/download`)).body;
      expect(new URL(downloadUrl).origin).to.equal(platform.url);
      expect(await (await platform.fetch(downloadUrl)).text()).to.equal('hello');
    } finally {
      await platform.close();
    }
  });

  it('keeps its fetch to itself', async () => {
    const platform = await LocalPlatform.start({ port: false });
    try {
      await platform.fetch('https://example.test/');
      expect.fail('it reached another host');
    } catch (error) {
      expect((error as Error).message).to.contain('only reaches the local platform');
    } finally {
      await platform.close();
    }
  });

  it('says which port is in use and what to do', async () => {
    const first = await LocalPlatform.start();
    try {
      const port = Number(new URL(first.url).port);
      const error = await failure({ port });
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.message).to.contain(`Port ${port} is in use`).and.contain('another port');
    } finally {
      await first.close();
    }
  });

  it('refuses what it cannot do, before it starts anything', async () => {
    expect((await failure({ databaseUrl: 'postgres://localhost/x' })).message).to.contain('databaseUrl');
    expect((await failure({ s3: {} })).message).to.contain('s3');
    expect((await failure({ port: 70_000 })).message).to.contain('70000');
    for (const options of [{ databaseUrl: 'x' }, { s3: {} }, { port: -1 }])
      expect(await failure(options)).to.be.instanceOf(ConfigurationError);
  });

  it('keeps everything in its folder over a restart, keys included', async () => {
    const options = { port: false, dataDir: join(folder, 'data') } as const;
    const first = await LocalPlatform.start(options);
    const file = await new Client(first).uploadFile('a.txt', 'hello');
    await first.close();

    const second = await LocalPlatform.start({ ...options, seed: { datasets: [{ name: 'Only for new folders' }] } });
    try {
      const client = new Client(second);
      expect([second.apiKey, second.teamId, second.userId]).to.deep.equal([first.apiKey, first.teamId, first.userId]);
      const { downloadUrl } = (await client.get(`/files/${file.fileId}/download`)).body;
      expect(await (await second.fetch(downloadUrl)).text()).to.equal('hello');
      expect((await client.get('/datasets')).body.pagination.totalItems).to.equal(0);
    } finally {
      await second.close();
    }
  });

  it('begins again in a folder where it could not begin', async () => {
    const start = (fileName: string): Promise<LocalPlatform> =>
      LocalPlatform.start({
        port: false,
        dataDir: folder,
        seed: {
          files: [
            { fileName: 'first.txt', content: 'a' },
            { fileName, content: 'b' },
          ],
        },
      });
    await start('').then(
      () => expect.fail('it was taken'),
      (error: Error) => expect(error.message).to.contain('The seed has a file'),
    );
    const platform = await start('second.txt');
    try {
      const { items } = (await new Client(platform).get('/files')).body;
      expect(items.map((file: { fileName: string }) => file.fileName)).to.have.members(['first.txt', 'second.txt']);
    } finally {
      await platform.close();
    }
  });

  it('finishes what is being answered before it is reset or closed, and keeps what comes later apart', async () => {
    const platform = await LocalPlatform.start({ port: false });
    const client = new Client(platform);
    const posts = (word: string) =>
      Promise.all(Array.from({ length: 10 }, (_, at) => client.post('/pipelines', { teamId: platform.teamId, name: `${word} ${at}` })));
    const total = async () => (await client.get('/pipelines')).body.pagination.totalItems;
    await total();
    const before = posts('Before');
    await delay(0);
    const resets = Promise.all([platform.reset(), platform.reset()]);
    const after = posts('After');
    expect([...(await before), ...(await after)].map(({ status }) => status)).to.deep.equal(Array.from({ length: 20 }, () => 201));
    await resets;
    expect(await total()).to.equal(10);

    const last = posts('Last');
    await delay(0);
    await Promise.all([platform.close(), platform.close()]);
    expect((await last).map(({ status }) => status)).to.deep.equal(Array.from({ length: 10 }, () => 201));
    const refused = await total().catch((error: Error) => error);
    expect(refused).to.be.instanceOf(TypeError).and.have.nested.property('cause.code', 'ECONNREFUSED');
    const late = await platform.reset().catch((error: Error) => error);
    expect(late).to.be.instanceOf(ConfigurationError).and.have.property('message').that.contains('is closed');
  });

  it('takes a folder for itself while it runs', async () => {
    const first = await LocalPlatform.start({ port: false, dataDir: folder });
    const error = await failure({ port: false, dataDir: folder });
    await first.close();
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.contain(folder).and.contain('in use by another local platform');
    await (await LocalPlatform.start({ port: false, dataDir: folder })).close();
  });

  it('says so when the database in the folder is none of its own', async () => {
    writeFileSync(
      join(folder, 'platform.db'),
      'this is not a database, and it is long enough to be read as the header of one, which it is not. '.repeat(20),
    );
    const error = await failure({ port: false, dataDir: folder });
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.contain('cannot be opened');
  });

  it('leaves nothing behind without a folder', async () => {
    // A folder for temporary files of its own: other tests make and remove theirs at the same time.
    const { TMPDIR } = process.env;
    process.env.TMPDIR = folder;
    try {
      const platform = await LocalPlatform.start({ port: false });
      await new Client(platform).uploadFile('a.txt', 'hello');
      expect(readdirSync(folder).filter((name) => name.startsWith('remote-record-'))).to.not.be.empty;
      await platform.close();
      expect(readdirSync(folder)).to.be.empty;
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
  });

  it('leaves nothing behind either when the process ends without closing it', async () => {
    const entry = new URL('../../src/local/index.js', import.meta.url);
    const script = `import { LocalPlatform } from '${entry}';
      for (let count = 0; count < 12; count++) await LocalPlatform.start({ port: false });
      process.exit();`;
    const environment = { ...process.env, TMPDIR: folder };
    const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env: environment });
    expect(stderr).to.equal('');
    expect(readdirSync(folder)).to.deep.equal([]);
  });

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
