import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { LocalPlatform } from '../../src/local/index.js';
import { closeServers, serve } from '../support/server.js';
import type { Platform, work } from './support/page.js';

type Work = typeof work;

/** Where Chromium is: `CHROMIUM`, else where Debian has it. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** The page's code, bundled as an application would, with decorators as TypeScript compiles them. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../../test/browser/support/page.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

describe('a page in Chromium', function () {
  this.timeout(120_000);
  let local: LocalPlatform;
  let platform: Platform;
  let browser: Browser;
  let page: Page;
  let origin: string;
  const complaints: string[] = [];

  before(async () => {
    accessSync(executablePath, constants.X_OK);
    local = await LocalPlatform.start();
    platform = { url: local.url, apiKey: local.apiKey, teamId: local.teamId };
    const code = await bundled();
    const server = await serve((request, response) => {
      const isScript = request.url === '/page.js';
      response.writeHead(request.url === '/' || isScript ? 200 : 404, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
      response.end(isScript ? code : '<!doctype html><script type="module" src="/page.js"></script>');
    });
    origin = server.url;
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(origin);
    await page.waitForFunction('"work" in globalThis');
  });

  after(async () => {
    await browser?.close();
    await closeServers();
    await local?.close();
  });

  /** Runs a part of the page's work in the page. */
  function run<K extends keyof Work>(name: K, ...args: Parameters<Work[K]>): Promise<Awaited<ReturnType<Work[K]>>> {
    return page.evaluate(
      ({ name, args }) => (globalThis as unknown as { work: Record<string, (...args: unknown[]) => unknown> }).work[name]?.(...args),
      {
        name,
        args,
      } as { name: string; args: unknown[] },
    ) as Promise<Awaited<ReturnType<Work[K]>>>;
  }

  it('lists, edits, saves and deletes records of a platform at another origin', async () => {
    expect(await run('records', platform)).to.deep.equal({
      changes: ['name'],
      events: ['save', 'save'],
      names: ['Aerodromes'],
      isDataset: true,
      again: 'Aerodromes',
      isDeleted: true,
      date: true,
    });
  });

  it('has entities of its own, with decorators', async () => {
    expect(await run('ownEntity', platform)).to.deep.equal({ name: 'Own', isDate: true, isOwn: true });
  });

  it('has metadata, for decorators that compilers write', async () => {
    const known = await page.evaluate(
      "(() => { class Base {} class Own extends Base {} Reflect.metadata('design:type', Date)(Base.prototype, 'at'); return Reflect.getMetadata('design:type', Own.prototype, 'at').name; })()",
    );
    expect(known).to.equal('Date');
  });

  it('uploads Files and streams with progress, and downloads them to memory, a Blob and a stream', async () => {
    const { size, sizes, type, sameHash, progress, refused } = await run('files', platform, 8_000_000);
    expect(sizes).to.deep.equal([size, size, size, size, size]);
    expect({ type, sameHash }).to.deep.equal({ type: 'text/csv', sameHash: true });
    expect(progress).to.include({ first: 0, last: size, rises: true });
    expect(refused).to.have.length(2);
    for (const message of refused) expect(message).to.contain('a browser has no paths');
  });

  it('infers a schema, processes data, runs a pipeline and follows its polls', async () => {
    expect(await run('run', platform)).to.deep.equal({
      columns: ['iata: string', 'city: string'],
      polled: true,
      final: true,
      output: { said: 'hello!' },
    });
  });

  it('uploads to aiXplain, and reads graphs from Files', async () => {
    const { script, graph, refused } = await run('aixplain', platform);
    expect(script).to.deep.equal(['clean.py', 8]);
    expect(graph).to.deep.equal({ nodes: [], links: [] });
    expect(refused).to.contain('a browser has no paths');
  });

  it('waits for what it polls itself', async () => {
    expect(await run('waits', platform)).to.equal(3);
  });

  it('is told what may be wrong when there is no response', async () => {
    const forbidding = await serve((_, response) => response.end('{}'));
    const messages = await run('failures', forbidding.url);
    expect(messages).to.have.length(2);
    for (const message of messages) expect(message).to.contain('CORS');
  });

  it('throws no error that nobody handles', () => {
    expect(complaints).to.deep.equal([]);
  });
});
