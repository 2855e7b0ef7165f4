import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { deadPort } from '../support/server.js';
import { commandLine } from './support/command-line.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

function start(...args: string[]): { child: ChildProcess; line: Promise<string>; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  let first: (line: string) => void = () => undefined;
  const line = new Promise<string>((resolve) => {
    first = resolve;
  });
  child.stdout?.on('data', (chunk) => {
    out += String(chunk);
    if (out.includes('\n')) first(out.slice(0, out.indexOf('\n')));
  });
  child.stderr?.on('data', (chunk) => {
    err += String(chunk);
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  return { child, line, ended };
}

describe('remote-record', () => {
  it('explains itself', async () => {
    expect(await start().ended)
      .to.include({ code: 0, err: '' })
      .with.property('out')
      .that.contains('Commands:');
    expect((await commandLine(['local', '--help'])).out).to.contain('--data-dir');
    expect((await start('--version').ended).out).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  for (const [args, problem] of [
    [['nonsense'], 'Unknown command "nonsense"'],
    [['local', '--prot', '1'], '--prot'],
    [['local', '--port', 'x'], '--port must be a whole number'],
    [['local', '--port', '70000'], '--port must be a whole number'],
    [['local', '--block-seconds', 'x'], '--block-seconds must be a number above 0'],
    [['local', '--block-memory', '0'], '--block-memory must be a number above 0'],
    [['local', '--port', '0x50'], '--port must be a whole number'],
    [['local', '--port', ''], '--port must be a whole number'],
    [['local', '--data-dir', ''], '--data-dir must be the path of a folder'],
    [['local', '--database-url', 'postgres://x'], '--database-url must be the URL of a PostgreSQL database'],
    [['local', '--worker'], '--worker needs --database-url'],
    [['local', '--no-worker'], '--no-worker needs --database-url'],
    [['local', '--worker', '--database-url', 'postgres://x/y', '--port', 'x'], '--port must be a whole number'],
    [['local', '--concurrency', 'x'], '--concurrency must be a whole number from 1 to 1000'],
    [['local', '--s3-bucket', 'a/b'], '--s3-bucket needs the name of a bucket'],
    [['local', '--s3-bucket', 'files', '--s3-endpoint', 'nowhere'], '--s3-bucket needs an http or https URL as its endpoint'],
    [['local', '--s3-endpoint', 'https://s3.example.test'], '--s3-endpoint needs --s3-bucket'],
    [['local', '--public-url', 'platform.example'], '--public-url must be an http or https URL'],
    [['local', '--cors', 'https://a.example/path'], '--cors takes origins'],
  ] as const) {
    it(`refuses "${args.join(' ')}" and says what would do`, async () => {
      const { code, out, err } = await commandLine(args);
      expect(code).to.equal(2);
      expect(out).to.equal('');
      expect(err).to.contain(problem).and.to.contain('Usage:');
      expect(err).not.to.contain('    at ');
    });
  }

  it('serves the local platform, says where in one line of JSON, and stops when told to', async () => {
    const { child, line, ended } = start('local', '--json');
    const told = JSON.parse(await line) as { url: string; apiKey: string; teamId: string; userId: string; pid: number };
    expect(told).to.have.all.keys('url', 'apiKey', 'teamId', 'userId', 'pid');
    expect(told.pid).to.equal(child.pid);
    expect((await fetch(`${told.url}/health`)).status).to.equal(200);
    child.kill('SIGTERM');
    expect(await ended).to.include({ code: 0, err: '' });
  });

  it('offers in its help what works, and nothing else', async () => {
    const { out } = await commandLine(['local', '--help']);
    const offered = [...out.matchAll(/^ {2}(--[a-z\d-]+)/gm)].map(([, name]) => name);
    expect(offered).to.deep.equal([
      '--host',
      '--port',
      '--data-dir',
      '--s3-bucket',
      '--s3-endpoint',
      '--public-url',
      '--cors',
      '--blocks',
      '--block-seconds',
      '--block-memory',
      '--database-url',
      '--worker',
      '--no-worker',
      '--concurrency',
      '--metrics',
      '--log',
      '--drain',
      '--json',
    ]);
  });

  it('says at SIGTERM that it ends, serves on, and ends at the next signal', async () => {
    const { child, line, ended } = start('local', '--json', '--log', 'json', '--drain', '600');
    const { url, apiKey } = JSON.parse(await line) as { url: string; apiKey: string };
    const status = async (path: string): Promise<number> =>
      (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${apiKey}` } })).status;
    expect(await status('/ready')).to.equal(200);
    child.kill('SIGTERM');
    while ((await status('/ready')) !== 503);
    expect(await status('/teams')).to.equal(200);
    child.kill('SIGTERM');
    const { code, err } = await ended;
    expect(code).to.equal(0);
    const lines = err
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each) as { route: string; status: number });
    expect(lines.map(({ route, status: code }) => `${route} ${code}`)).to.deep.equal(['/ready 503', '/teams 200']);
  });

  it('serves under a public URL, for the pages of the given origins', async () => {
    const { child, line, ended } = start(
      'local',
      '--public-url',
      'https://p.example/',
      '--cors',
      'https://a.example',
      '--cors',
      'https://b.example',
      '--json',
    );
    const { url, apiKey } = JSON.parse(await line) as { url: string; apiKey: string };
    const headers = { authorization: `Bearer ${apiKey}`, origin: 'https://b.example', 'content-type': 'application/json' };
    const body = JSON.stringify({ contentType: 'a/b', originalName: 'x' });
    const response = await fetch(`${url}/sdk/file/upload-url`, { method: 'POST', headers, body });
    expect(response.headers.get('access-control-allow-origin')).to.equal('https://b.example');
    expect(((await response.json()) as { uploadUrl: string }).uploadUrl).to.match(/^https:\/\/p\.example\/_storage\//);
    child.kill('SIGTERM');
    expect(await ended).to.include({ code: 0, err: '' });
  });

  it('says in one sentence which bucket cannot be used, and why', async () => {
    const { code, out, err } = await start('local', '--s3-bucket', 'files', '--s3-endpoint', `http://127.0.0.1:${await deadPort()}`).ended;
    expect({ code, out }).to.deep.equal({ code: 1, out: '' });
    expect(err)
      .to.match(/s3: .*'files'/)
      .and.not.contain('    at ');
  });

  it('says in one sentence which folder cannot be used, and why', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'remote-record-cli-')), 'afile');
    writeFileSync(file, '');
    const { code, out, err } = await start('local', '--data-dir', join(file, 'data')).ended;
    rmSync(dirname(file), { recursive: true });
    expect({ code, out }).to.deep.equal({ code: 1, out: '' });
    expect(err.trim().split('\n')).to.have.length(1);
    expect(err).to.contain('--data-dir').and.contain(`${file} is a file, not a folder`).and.contain('Give another folder');
    expect(err).to.not.match(/ENOTDIR|mkdir/);
  });

  it('says so when the port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const { code, err } = await start('local', '--port', String(port)).ended;
    taken.close();
    expect(code).to.equal(1);
    expect(err.trim().split('\n')).to.have.length(1);
    expect(err).to.contain(`${port} is in use`);
  });
});
