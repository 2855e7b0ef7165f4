import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalPlatform } from '../../../src/local/index.js';
import { compile, installPackage, root } from '../../support/consumer.js';
import { apis } from '../apis/index.js';
import { type Block, folderOf, isScript } from './blocks.js';

/** How a block ended. */
export interface Outcome {
  code: number;
  out: string;
  err: string;
  /** What `console.log` printed, with the line of the page. */
  printed: [line: number, text: string][];
  /** The requests to `https://….example.test`, as `GET /posts/7`, with the body where there is one. */
  requests: string[];
}

const preload = fileURLToPath(new URL('./preload.js', import.meta.url));

/** What blocks may import besides the package and its optional packages. */
const more = ['mocha', '@types/mocha', 'chai', '@types/chai', '@types/deep-eql', 'assertion-error'];

/**
 * A project with the packed package and all blocks, compiled in one go. The lines of its files are those of the pages, so that errors
 * name the page's lines.
 */
export async function projectOf(blocks: readonly Block[]): Promise<string> {
  const project = await installPackage({ linked: more });
  await mkdir(join(project, 'node_modules', '.bin'));
  const bin = join(project, 'node_modules', '.bin', 'remote-record');
  await symlink(join(project, 'node_modules', 'remote-record', 'dist', 'cli', 'main.js'), bin);
  await chmod(bin, 0o755);
  const scripts = blocks.filter((block) => isScript(block) && block.notCompiled === undefined);
  for (const block of scripts) {
    const file = join(project, 'pages', folderOf(block.page), block.file);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, '\n'.repeat(block.line - 1) + block.code);
    if (block.language === 'js') await cp(file, fileOf(project, block), { recursive: true });
  }
  const files = scripts.filter(({ language }) => language === 'ts').map((block) => join('pages', folderOf(block.page), block.file));
  await compile(project, 'out', files, { rootDir: 'pages', sourceMap: true, moduleDetection: 'force', noImplicitOverride: true });
  return project;
}

/** The compiled file of a block. */
const fileOf = (project: string, { page, file }: Block): string => join(project, 'out', folderOf(page), file.replace(/ts$/, 'js'));

/** Runs a block as its reader does, in a process and a folder of its own, with a new local platform and a new example API. */
export async function runBlock(project: string, block: Block): Promise<Outcome> {
  const folder = join(project, 'work', `${folderOf(block.page)}-${block.line}`);
  await mkdir(folder, { recursive: true });
  await cp(join(root, 'test', 'docs', 'files'), folder, { recursive: true });
  const platform = await LocalPlatform.start();
  const requests: string[] = [];
  const server = serveApis(requests);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const report = join(folder, '.printed.json');
  const { PATH, HOME, TMPDIR } = process.env;
  const env = {
    PATH: `${join(project, 'node_modules', '.bin')}:${PATH}`,
    HOME,
    TMPDIR,
    MODERATELY_API_KEY: platform.apiKey,
    MODERATELY_TEAM_ID: platform.teamId,
    MODERATELY_BASE_URL: platform.url,
    TEAM_API_KEY: platform.apiKey,
    BACKEND_URL: platform.url,
    MODELS_RUN_URL: `${platform.url}/api/v2/execute`,
    API_KEY: 'example-key',
    SCRIBE_KEY: 'scribe-key',
    DOCS_API_PORT: String((server.address() as AddressInfo).port),
    DOCS_PRINTED: report,
    DOCS_FILE: join(project, 'pages', folderOf(block.page), block.file),
  };
  const mocha = /from 'mocha'/.test(block.code) ? [join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'), '--no-config'] : [];
  const command: [string, string[]] = isScript(block)
    ? [process.execPath, ['--enable-source-maps', '--import', preload, ...mocha, fileOf(project, block)]]
    : ['bash', ['--norc', '-euo', 'pipefail', '-c', `npx() { "$@"; }\n${block.code}`]];
  try {
    const outcome = await run(...command, { cwd: folder, env });
    const printed = JSON.parse(await readFile(report, 'utf8').catch(() => '[]')) as [number, string][];
    return { ...outcome, printed, requests };
  } finally {
    server.closeAllConnections();
    await Promise.all([platform.close(), new Promise((resolve) => server.close(resolve))]);
  }
}

function run(command: string, args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(command, args, { ...options, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
    });
  });
}

/** A server for all hosts of `apis`. What it cannot answer is a 500 that says why. */
function serveApis(requests: string[]): http.Server {
  const handlers = new Map(Object.entries(apis).map(([host, make]) => [host, make()]));
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const body = Buffer.concat(await request.toArray());
    const { host = '' } = request.headers;
    const handle = handlers.get(host);
    if (!handle) throw new Error(`No API of the tests is called ${host}.`);
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const isEmpty = request.method === 'GET' || request.method === 'HEAD';
    requests.push(`${request.method} ${request.url}${body.length > 0 ? ` ${body}` : ''}`);
    const result = await handle(
      new Request(`https://${host}${request.url}`, { method: request.method ?? 'GET', headers, body: isEmpty ? null : body }),
    );
    response.writeHead(result.status, Object.fromEntries(result.headers));
    for await (const chunk of result.body ?? []) response.write(chunk);
    response.end();
  };
  return http.createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
}
