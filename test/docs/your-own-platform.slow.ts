import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { compile, installPackage, runFile } from '../support/consumer.js';
import { filesIn } from './support/blocks.js';

/** The platform that the page describes. It answers what it is asked in this order and nothing else. */
class Scribe {
  readonly log: string[] = [];
  url = '';
  readonly #recording = { id: 'r 1', title: '', size: 0, created_at: '2024-05-01T00:00:00Z' };
  readonly #transcript = { id: 't1', recording_id: 'r 1', language: 'en', text: null as string | null, created_at: '2024-05-01T00:00:00Z' };
  #polls = 0;
  #sha256 = '';
  readonly #server: Server = createServer((request, response) => {
    this.#answer(request).then(
      ([status, body]) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      (error: Error) => response.writeHead(500).end(JSON.stringify({ fault: { kind: 'test', reason: error.message } })),
    );
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<[number, object]> {
    const text = Buffer.concat(await request.toArray()).toString();
    const operation = `${request.method} ${request.url?.split('?signature')[0]}`;
    const key = request.headers['x-scribe-key'] ?? 'no key';
    this.log.push(`${operation} ${key}${text === '' ? '' : ` ${text}`}`);
    switch (operation) {
      case 'POST /v1/recordings': {
        const { title, size, sha256 } = JSON.parse(text) as { title: string; size: number; sha256: string };
        Object.assign(this.#recording, { title, size });
        this.#sha256 = sha256;
        return [201, { data: { id: this.#recording.id, upload_url: `${this.url}/storage?signature=secret` } }];
      }
      case 'PUT /storage':
        if (createHash('sha256').update(text).digest('hex') !== this.#sha256) throw new Error('the content is not what was announced');
        return [200, {}];
      case 'POST /v1/recordings/r%201/complete':
        return [200, { data: this.#recording }];
      case 'POST /v1/transcripts':
        return [201, { data: { ...this.#transcript, status: 'QUEUED', minutes: { done: 0, all: 2 } } }];
      case 'GET /v1/transcripts/t1': {
        const done = ++this.#polls;
        const ended = done === 2 ? { status: 'READY', text: 'Good morning.' } : { status: 'WORKING' };
        return [200, { data: { ...this.#transcript, ...ended, minutes: { done, all: 2 } } }];
      }
      case 'PATCH /v1/recordings/r%201':
        return [200, { data: Object.assign(this.#recording, JSON.parse(text)) }];
      case 'GET /v1/recordings?page=1&limit=20&title=poet':
        return [200, { items: [this.#recording], count: 1 }];
      case 'DELETE /v1/recordings/r%201':
        return [200, { data: this.#recording }];
      case 'GET /v1/recordings/no-such-id':
        return [404, { fault: { kind: 'no-recording', reason: 'there is no such recording', temporary: false } }];
      default:
        throw new Error(`${operation} is not an operation of Scribe`);
    }
  }
}

describe('docs/your-own-platform.md', function () {
  this.timeout(60_000);
  const scribe = new Scribe();
  let project: string;
  let names: string[];

  before(async () => {
    await scribe.start();
    project = await installPackage();
    const files = await filesIn('your-own-platform.md');
    names = [...files.keys()];
    for (const [name, code] of files) {
      await mkdir(dirname(join(project, name)), { recursive: true });
      await writeFile(join(project, name), code);
    }
  });
  after(async () => {
    await scribe.stop();
    await rm(project, { recursive: true, force: true });
  });

  it('builds a platform on the front door and the vendor module, and compiles in strict mode', async () => {
    expect(names).to.deep.equal(['scribe/record.ts', 'scribe/transcript.ts', 'scribe/recording.ts', 'scribe/index.ts', 'main.ts']);
    await compile(project, 'out', names, { noUncheckedIndexedAccess: true, noImplicitOverride: true, rootDir: '.' });
  });

  it('does what it says', async () => {
    const printed = await runFile(project, join('out', 'main.js'), { SCRIBE_KEY: 'k-1', SCRIBE_URL: `${scribe.url}/v1` });
    expect(printed.trim().split('\n')).to.deep.equal([
      'Interview: 25 bytes, modified: false',
      '1 of 2 minutes',
      '2 of 2 minutes',
      'Good morning.',
      'found: Interview with a poet',
      'get of Recording "no-such-id" failed: HTTP 404 no-recording, there is no such recording',
    ]);
    const sha256 = createHash('sha256').update('the sound of an interview').digest('hex');
    expect(scribe.log).to.deep.equal([
      `POST /v1/recordings k-1 {"workspace":"press","title":"Interview","size":25,"sha256":"${sha256}"}`,
      'PUT /storage no key the sound of an interview',
      'POST /v1/recordings/r%201/complete k-1 {}',
      'POST /v1/transcripts k-1 {"workspace":"press","recording_id":"r 1","language":"en"}',
      'GET /v1/transcripts/t1 k-1',
      'GET /v1/transcripts/t1 k-1',
      'PATCH /v1/recordings/r%201 k-1 {"title":"Interview with a poet"}',
      'GET /v1/recordings?page=1&limit=20&title=poet k-1',
      'DELETE /v1/recordings/r%201 k-1',
      'GET /v1/recordings/no-such-id k-1',
    ]);
  });
});
