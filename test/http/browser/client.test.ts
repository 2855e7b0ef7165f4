import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Fetch } from '../../../src/http/adapters/fetch.js';
import { BrowserClient } from '../../../src/http/browser/client.js';
import type { UploadInput } from '../../../src/http/files/content.js';
import type { TransferProgress } from '../../../src/http/files/transfer.js';
import type { ClientOptions } from '../../../src/http/options.js';
import {
  AbortedError,
  APIError,
  ConfigurationError,
  ConnectionError,
  FileUploadError,
  ResourceError,
  ValidationError,
} from '../../../src/model/errors/index.js';
import { failure } from '../../support/failure.js';

const base = 'https://h.test';

interface Sent {
  url: string;
  init: RequestInit;
  body: Blob | undefined;
}

/** A client over a fetch that responds as a browser's does. */
function connect(respond: (sent: Sent, count: number) => Response | Promise<Response>, options: Partial<ClientOptions> = {}) {
  const sent: Sent[] = [];
  const fetch: Fetch = async (url, init) => {
    const one = { url, init, body: init.body instanceof Blob ? init.body : undefined };
    sent.push(one);
    return respond(one, sent.length);
  };
  return { sent, client: new BrowserClient({ baseUrl: base, apiKey: 'secret', fetch, retry: { baseDelay: 0.001 }, ...options }) };
}

/** A response whose URL and type a browser would set. */
function response(body: BodyInit | null, init: ResponseInit, facts: object): Response {
  return Object.defineProperties(
    new Response(body, init),
    Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, { value }])),
  );
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const content = new Uint8Array(3_000_000).map((_, index) => (index * 7 + (index >> 6)) % 251);

describe('a client in a browser', () => {
  it('says what a simulated page lacks, and where that is set', () => {
    const missing = ['ReadableStream', 'fetch'];
    const found = missing.map((name) => Object.getOwnPropertyDescriptor(globalThis, name)!);
    for (const name of missing) Reflect.deleteProperty(globalThis, name);
    try {
      const make = (options: Partial<ClientOptions>) => () => new BrowserClient({ baseUrl: base, apiKey: 'secret', ...options });
      expect(make({})).to.throw(ConfigurationError, /^The page has no fetch, ReadableStream\. In jest's jsdom, set testEnvironment/);
      expect(make({ fetch: async () => new Response() })).to.throw(ConfigurationError, /^The page has no ReadableStream\./);
    } finally {
      for (const [at, name] of missing.entries()) Object.defineProperty(globalThis, name, found[at]!);
    }
  });
});

describe('a client in a browser: a call', () => {
  it('streams the body of a response, which is cancelled when it is left', async () => {
    let cancelled = false;
    const pieces = ['one', 'two', 'three'];
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => controller.enqueue(new TextEncoder().encode(pieces.shift())),
        cancel: () => {
          cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    const { client, sent } = connect(() => new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    const response = await client.stream({ method: 'POST', path: 'run', body: {} });
    const texts: string[] = [];
    for await (const chunk of response.body) if (texts.push(new TextDecoder().decode(chunk)) === 2) break;
    expect(texts).to.deep.equal(['one', 'two']);
    expect(cancelled).to.equal(true);
    const headers = new Headers(sent[0]?.init.headers);
    expect([headers.get('accept'), headers.get('accept-encoding'), headers.get('authorization')]).to.deep.equal([
      'text/event-stream',
      null,
      'Bearer secret',
    ]);
  });

  it('leaves out the headers that browsers set, is not cached, and sends cookies to its own origin only', async () => {
    const { sent, client } = connect(() => Response.json({ id: '1' }));
    const { body } = await client.request({ method: 'POST', path: 'w', body: { a: 'ü' }, headers: { 'x-own': 'x', connection: 'close' } });
    expect(body).to.deep.equal({ id: '1' });
    await client.request({ method: 'GET', path: 'https://other.test/polls/1' });
    expect(sent.map(({ init }) => init.headers)).to.deep.equal([
      { accept: 'application/json', 'content-type': 'application/json', authorization: 'Bearer secret', 'x-own': 'x' },
      { accept: 'application/json' },
    ]);
    expect(sent.map(({ init: { credentials, cache } }) => [credentials, cache])).to.deep.equal([
      ['same-origin', 'no-store'],
      ['omit', 'no-store'],
    ]);
  });

  it('follows no redirect of a request with credentials, and says so once', async () => {
    const { sent, client } = connect(() => response(null, { status: 200 }, { status: 0, type: 'opaqueredirect' }));
    const error = await failure(client.request({ method: 'GET', path: 'w' }), ConnectionError);
    expect(error.message).to.contain('redirect');
    expect(sent.map(({ init }) => init.redirect)).to.deep.equal(['manual']);
  });

  it('lets the browser follow redirects of what carries nothing secret, but not to http', async () => {
    const { sent, client } = connect(({ url }) =>
      response('{}', { status: 200 }, { url: url.endsWith('bad') ? 'http://other.test/x' : 'https://third.test/x', redirected: true }),
    );
    await client.request({ method: 'GET', path: 'https://other.test/polls/1' });
    expect(sent[0]?.init.redirect).to.equal('follow');
    const error = await failure(client.request({ method: 'GET', path: 'https://other.test/bad' }), ConnectionError);
    expect(error.message).to.contain('from https to http');
    expect(sent).to.have.length(2);
  });

  it('does not take the length before decoding for that of the body, nor decodes twice', async () => {
    const headers = { 'content-length': '11', 'content-encoding': 'gzip' };
    const { client } = connect(
      (_, count) => new Response('{"a":"aaaaaaaaaaaaaaaa"}', { headers: count === 1 ? headers : { 'content-length': '11' } }),
    );
    for (const _ of [1, 2]) expect((await client.request({ method: 'GET', path: 'w' })).body).to.deep.equal({ a: 'a'.repeat(16) });
  });

  it('explains a failed fetch, and repeats it', async () => {
    const { sent, client } = connect(() => {
      throw new TypeError('Failed to fetch');
    });
    const error = await failure(client.request({ method: 'GET', path: 'w' }), ConnectionError);
    expect(error.message).to.contain('Failed to fetch').and.to.contain('CORS');
    expect(sent).to.have.length(4);
    await failure(client.request({ method: 'POST', path: 'w', once: true }), ConnectionError);
    expect(sent).to.have.length(5);
  });

  it('is bounded by the limits of what a response may hold, and keeps the status of an error', async () => {
    const { client } = connect(() => new Response('x'.repeat(2000)), { limits: { jsonBytes: 1000 } });
    expect((await failure(client.request({ method: 'GET', path: 'w' }), APIError)).message).to.contain('limits.jsonBytes');
    const gone = connect(() => Response.json({ message: 'gone' }, { status: 410 }));
    expect(await failure(gone.client.request({ method: 'GET', path: 'w' }), APIError)).to.include({ status: 410 });
  });

  it('ends when it is aborted while the body is read', async () => {
    const controller = new AbortController();
    const { client } = connect(
      () => new Response(new ReadableStream({ pull: () => controller.abort(), type: 'bytes' } as UnderlyingByteSource)),
    );
    await failure(client.request({ method: 'GET', path: 'w', signal: controller.signal }), AbortedError);
  });
});

describe('a client in a browser: an upload', () => {
  const inputs: Readonly<Record<string, () => UploadInput>> = {
    'a File': () => new File([content], 'a.csv', { type: 'text/csv' }),
    'a Blob': () => ({ data: content, name: 'a.csv' }),
    bytes: () => ({ data: content.buffer, name: 'a.csv' }),
    'a web stream': () => ({ stream: new Blob([content]).stream(), name: 'a.csv' }),
    'an async iterable': () => ({ stream: Readable.from([content]), name: 'a.csv' }),
  };
  for (const [what, input] of Object.entries(inputs)) {
    it(`of ${what} sends one Blob with the type of the content, hashed and counted`, async () => {
      const { sent, client } = connect(() => new Response(null, { status: 200 }));
      const opened = await client.openContent(input());
      expect(opened).to.include({ name: 'a.csv', mimeType: 'text/csv', size: content.length, sha256: sha256(content) });
      const progress: TransferProgress[] = [];
      await client.put('https://store.test/x?sig=1', opened, { onProgress: (step) => progress.push(step) });
      expect(sent[0]?.init).to.deep.include({
        method: 'PUT',
        headers: { 'content-type': 'text/csv' },
        credentials: 'omit',
        redirect: 'manual',
      });
      expect(new Uint8Array((await sent[0]?.body?.arrayBuffer()) ?? new ArrayBuffer())).to.deep.equal(content);
      expect(progress).to.deep.equal([0, content.length].map((loaded) => ({ loaded, total: content.length })));
      await opened.dispose();
    });
  }

  it('reads a Blob slice by slice', async () => {
    const blob = new Blob([content]);
    const slices: number[] = [];
    const slice = blob.slice.bind(blob);
    blob.slice = (start = 0, end = blob.size) => {
      slices.push(end - start);
      return slice(start, end);
    };
    blob.arrayBuffer = () => Promise.reject(new Error('read as a whole'));
    await connect(() => new Response()).client.openContent(blob);
    expect(Math.max(...slices)).to.equal(1024 * 1024);
    expect(slices).to.have.length(3);
  });

  it('of a Blob that cannot be read names the step', async () => {
    const blob = new Blob([content]);
    blob.slice = () => ({ arrayBuffer: () => Promise.reject(new Error('The file was changed')) }) as unknown as Blob;
    expect(await failure(connect(() => new Response()).client.openContent(blob), FileUploadError)).to.include({ step: 'read' });
  });

  for (const path of ['a.csv', new URL('file:///a.csv'), { path: 'a.csv' }]) {
    it(`refuses the path ${JSON.stringify(path)}, and says what can be given`, async () => {
      const error = await failure(connect(() => new Response()).client.openContent(path), ValidationError);
      expect(error.message).to.contain('a.csv').and.to.contain('a browser has no paths').and.to.contain('File or Blob');
    });
  }
});

describe('a client in a browser: a download', () => {
  const facts = { size: content.length, sha256: sha256(content) };
  const url = 'https://store.test/x?sig=1';

  it('gives the bytes, a Blob, or writes to a stream, each checked', async () => {
    const { client } = connect(() => new Response(content, { headers: { 'content-length': '7' } }));
    expect(await client.download(url, facts)).to.deep.equal(content);
    const blob = await client.downloadBlob(url, { ...facts, type: 'text/csv' });
    expect(blob.type).to.equal('text/csv');
    expect(new Uint8Array(await blob.arrayBuffer())).to.deep.equal(content);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const [bytes] = await Promise.all([new Response(readable).arrayBuffer(), client.download(url, { ...facts, target: writable })]);
    expect(new Uint8Array(bytes)).to.deep.equal(content);
    for (const wrong of [{ size: 3 }, { size: content.length + 1 }, { sha256: 'f'.repeat(64) }])
      for (const download of [client.download(url, wrong), client.downloadBlob(url, wrong)]) await failure(download, ResourceError);
  });

  it('aborts the stream when the content is not the expected one', async () => {
    const aborted: unknown[] = [];
    const target = new WritableStream<Uint8Array>({ abort: (reason) => void aborted.push(reason) });
    await failure(connect(() => new Response(content)).client.download(url, { sha256: 'f'.repeat(64), target }), ResourceError);
    expect(aborted).to.have.length(1);
  });

  it('begins again when it is interrupted', async () => {
    const { sent, client } = connect((_, count) => {
      const broken = new ReadableStream({
        start: (controller) => controller.enqueue(content.subarray(0, 1000)),
        pull: (controller) => controller.error(new TypeError('network error')),
      });
      return new Response(count === 1 ? broken : content, { headers: { etag: '"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' } });
    });
    expect(await client.download(url, facts)).to.deep.equal(content);
    expect(sent.map(({ init }) => Object.keys(init.headers as object))).to.deep.equal([['accept'], ['accept']]);
  });

  it('undoes a compression, unless the browser has done so out of sight', async () => {
    for (const stored of [new Uint8Array(gzipSync(content)), content]) {
      const { client } = connect(() => new Response(stored));
      expect(await client.download(url, { decompress: 'gzip' })).to.deep.equal(content);
    }
    const { client } = connect(() => new Response(new Uint8Array(gzipSync(content)).subarray(0, -100)));
    await failure(client.download(url, { decompress: 'gzip' }), ResourceError);
  });

  it('refuses paths and locked streams', async () => {
    const { client } = connect(() => new Response(content));
    expect((await failure(client.download(url, { target: 'x.csv' }), ValidationError)).message).to.contain('a browser has no paths');
    const target = new WritableStream<Uint8Array>();
    target.getWriter();
    await failure(client.download(url, { target }), ValidationError);
  });
});
