import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { LocalPlatform } from '../../src/local/index.js';
import { ConfigurationError } from '../../src/model/errors/index.js';
import { failure } from '../support/failure.js';
import { useFolder, useTemporaryFiles } from '../support/folder.js';
import { itOnSqlite } from '../support/services/only.js';
import { Client, usePlatform } from './support/platform.js';

describe('Starting and stopping the local platform', () => {
  const folder = useFolder();
  const temporary = useTemporaryFiles();

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
    expect(await failure(fetch(`${platform.url}/health`))).to.be.instanceOf(TypeError);
  });

  it('keeps everything in its folder over a restart, keys included', async () => {
    const options = { port: false, dataDir: join(folder.path, 'data') } as const;
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
        dataDir: folder.path,
        seed: {
          files: [
            { fileName: 'first.txt', content: 'a' },
            { fileName, content: 'b' },
          ],
        },
      });
    expect((await failure(start(''))).message).to.contain('The seed has a file');
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
    expect(await total()).to.equal(0);
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
    expect(await failure(total()))
      .to.be.instanceOf(TypeError)
      .and.have.nested.property('cause.code', 'ECONNREFUSED');
    expect(await failure(platform.reset()))
      .to.be.instanceOf(ConfigurationError)
      .and.have.property('message')
      .that.contains('is closed');
  });

  itOnSqlite('takes a folder for itself while it runs', async () => {
    const first = await LocalPlatform.start({ port: false, dataDir: folder.path });
    const error = await failure(LocalPlatform.start({ port: false, dataDir: folder.path }));
    await first.close();
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.contain(folder.path).and.contain('in use by another local platform');
    await (await LocalPlatform.start({ port: false, dataDir: folder.path })).close();
  });

  itOnSqlite('says so when the database in the folder is none of its own', async () => {
    writeFileSync(
      join(folder.path, 'platform.db'),
      'this is not a database, and it is long enough to be read as the header of one, which it is not. '.repeat(20),
    );
    const error = await failure(LocalPlatform.start({ port: false, dataDir: folder.path }));
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.contain('cannot be opened');
  });

  itOnSqlite('leaves nothing behind without a folder', async () => {
    const platform = await LocalPlatform.start({ port: false });
    await new Client(platform).uploadFile('a.txt', 'hello');
    expect(readdirSync(temporary.path).filter((name) => name.startsWith('remote-record-'))).to.not.be.empty;
    await platform.close();
    expect(readdirSync(temporary.path)).to.be.empty;
  });

  it('leaves nothing behind either when the process ends without closing it', async () => {
    const entry = new URL('../../src/local/index.js', import.meta.url);
    const script = `import { LocalPlatform } from '${entry}';
      import { readdirSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      for (let count = 0; count < 12; count++) await LocalPlatform.start({ port: false });
      console.log(readdirSync(tmpdir()).length);
      process.exit();`;
    const environment = { ...process.env, TMPDIR: folder.path };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env: environment });
    expect({ stdout, stderr }).to.deep.equal({ stdout: '12\n', stderr: '' });
    expect(readdirSync(folder.path)).to.deep.equal([]);
  });
});

for (const port of [0, false] as const) {
  describe(`A reset of the local platform, ${port === false ? 'in-process' : 'over HTTP'}`, () => {
    const local = usePlatform({ port });

    it('restores the initial state with the same keys', async () => {
      await local.client.uploadFile('a.txt', 'hello');
      const { apiKey, teamId, userId, url } = local.platform;
      local.platform.faults({ status: 500 });
      local.platform.clock.advance(3600);
      await local.platform.reset();
      expect(local.platform).to.include({ apiKey, teamId, userId, url });
      expect(local.platform.requests).to.deep.equal([]);
      expect(Math.abs(local.platform.clock.now() - Date.now())).to.be.below(60_000);
      const { body, status } = await local.client.get('/files');
      expect([status, body.items]).to.deep.equal([200, []]);
    });
  });
}
