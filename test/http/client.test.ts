import { expect } from 'chai';
import nock from 'nock';
import { NodeClient } from '../../src/http/node/client.js';
import type { ClientOptions } from '../../src/http/options.js';
import {
  APIError,
  AuthenticationError,
  ConfigurationError,
  ConnectionError,
  ResourceError,
  ValidationError,
} from '../../src/model/errors/index.js';
import type { RequestInfo, ResponseInfo, RetryInfo, TransportRequest } from '../../src/model/ports/transport.js';
import { version } from '../../src/version.js';
import { VirtualClock } from '../support/clock.js';
import { failure } from '../support/failure.js';
import { closeServers, json, serve } from '../support/server.js';
import { realSockets } from '../support/sockets.js';
import { warningWith } from '../support/warning.js';
import { ScriptedAdapter } from './support/scripted-adapter.js';
import { senders } from './support/senders.js';

for (const [name, sender] of senders) {
  describe(`a call with ${name}`, () => {
    realSockets();
    afterEach(closeServers);

    async function world(options: Partial<ClientOptions> = {}) {
      const server = await serve((_, response) => json(response, 200, { ok: true }));
      return { ...server, client: new NodeClient({ baseUrl: `${server.url}/api/v1/`, apiKey: 'the-api-key', ...sender, ...options }) };
    }

    it('sends what a platform expects of a read, and nothing about a body', async () => {
      const { client, seen } = await world({ query: { teamIds: 't_1', page: 1 } });
      await client.request({ method: 'get', path: '/files', query: { page: 2, ids: ['a', 'b'] } });
      expect(seen[0]).to.include({ method: 'GET', url: '/api/v1/files?teamIds=t_1&page=2&ids=a%2Cb' });
      expect(seen[0]?.headers).to.include({
        authorization: 'Bearer the-api-key',
        accept: 'application/json',
        'user-agent': `remote-record/${version}`,
      });
      expect(seen[0]?.headers).to.not.have.any.keys('content-type', 'content-length', 'transfer-encoding');
    });

    it('sends JSON with its type and length', async () => {
      const { client, seen } = await world();
      await client.request({ method: 'POST', path: 'files', body: { name: 'Grüße', at: new Date(0), gone: undefined } });
      expect(seen[0]?.body.toString()).to.equal('{"name":"Grüße","at":"1970-01-01T00:00:00.000Z"}');
      expect(seen[0]?.headers).to.include({ 'content-type': 'application/json', 'content-length': '50' });
    });

    for (const body of [null, 0, '', false, []]) {
      it(`sends ${JSON.stringify(body)} as a body`, async () => {
        const { client, seen } = await world();
        await client.request({ method: 'PUT', path: 'x', body });
        expect(seen[0]?.body.toString()).to.equal(JSON.stringify(body));
      });
    }

    it('sends a form', async () => {
      const { client, seen } = await world();
      await client.request({ method: 'POST', path: 'x', form: { contentType: 'text/csv', originalName: 'a b&c.csv' } });
      expect(seen[0]?.headers).to.include({ 'content-type': 'application/x-www-form-urlencoded' });
      expect(seen[0]?.body.toString()).to.equal('contentType=text%2Fcsv&originalName=a+b%26c.csv');
    });

    it('takes headers and a query as pairs as well', async () => {
      const { client, seen } = await world({ headers: new Headers({ 'X-A': '1' }) as never });
      await client.request({
        method: 'GET',
        path: 'x',
        headers: new Map([['x-b', '2']]) as never,
        query: new URLSearchParams('q=1') as never,
      });
      expect(seen[0]?.headers).to.include({ 'x-a': '1', 'x-b': '2' });
      expect(seen[0]?.url).to.match(/\?q=1$/);
    });

    it('lets the headers of the connection win over ours, and those of the call over both', async () => {
      const { client, seen } = await world({ headers: { Authorization: 'Custom 1', Accept: 'a/b', 'X-A': '1' }, userAgent: 'mine/1' });
      await client.request({ method: 'GET', path: 'x', headers: { 'x-a': '2', 'X-User-Id': 'u' } });
      expect(seen[0]?.headers).to.include({
        authorization: 'Custom 1',
        accept: 'a/b',
        'x-a': '2',
        'x-user-id': 'u',
        'user-agent': 'mine/1',
      });
    });

    it('uses another base URL without losing its prefix', async () => {
      const { client, seen, url } = await world();
      await client.request({ method: 'POST', path: 'm_1', baseUrl: `${url}/api/v2/execute`, body: {} });
      expect(seen[0]?.url).to.equal('/api/v2/execute/m_1');
    });

    it('gives status, headers in lower case and the parsed body', async () => {
      const server = await serve((_, response) => json(response, 201, [1], { 'X-Total': '5' }));
      const response = await new NodeClient({ baseUrl: server.url, ...sender }).request({ method: 'GET', path: 'x' });
      expect(response).to.deep.include({ status: 201, body: [1] });
      expect(response.headers).to.include({ 'x-total': '5' });
    });

    for (const [what, status, headers, text, expected] of [
      ['an empty body', 200, {}, '', undefined],
      ['blanks', 200, {}, ' \n', undefined],
      ['204', 204, {}, '', undefined],
      ['204 that claims to be packed', 204, { 'content-encoding': 'gzip' }, '', undefined],
      [
        'an empty body of unknown length that claims to be packed',
        200,
        { 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' },
        '',
        undefined,
      ],
      ['JSON that says it is text', 200, { 'content-type': 'text/plain' }, '{"a":1}', { a: 1 }],
      ['JSON that says nothing', 200, {}, '[]', []],
      ['JSON with a byte order mark', 200, {}, '\uFEFF{"a":1}', { a: 1 }],
      ['null', 200, {}, 'null', null],
    ] as const) {
      it(`takes ${what} for success`, async () => {
        const server = await serve((_, response) => response.writeHead(status, headers).end(text));
        const response = await new NodeClient({ baseUrl: server.url, ...sender }).request({ method: 'DELETE', path: 'x' });
        expect(response.body).to.deep.equal(expected);
      });
    }

    it('treats the response to HEAD as success', async () => {
      const server = await serve((_, response) => response.writeHead(200, { 'content-length': 100 }).end());
      const client = new NodeClient({ baseUrl: server.url, ...sender });
      expect(await client.request({ method: 'HEAD', path: 'x' })).to.include({ status: 200, body: undefined });
    });

    it('says how a success begins that is not JSON, and that a creation may have happened', async () => {
      const server = await serve((_, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>Please log in${' '.repeat(9000)}</html>`),
      );
      const client = new NodeClient({ baseUrl: server.url, ...sender });
      const error = await failure(client.request({ method: 'POST', path: 'x', body: {}, once: true, attempt: 'save a Widget' }), APIError);
      expect(error).to.include({ status: 200, outcome: 'unknown' });
      expect(error.message).to.contain('save a Widget').and.contain('not JSON').and.contain('text/html').and.contain('<html>Please log in');
      expect(error.body).to.match(/^<html>/);
      expect(server.seen).to.have.length(1);
      expect((await failure(client.request({ method: 'GET', path: 'x' }), APIError)).outcome).to.equal(undefined);
    });

    it('tells what happens: each request, response and repetition', async () => {
      const server = await serve((_, response, count) =>
        json(response, count === 1 ? 503 : 200, {}, { 'x-request-id': `r${count}`, 'retry-after': '0' }),
      );
      const events: [string, RequestInfo | ResponseInfo | RetryInfo][] = [];
      const note = (event: string) => (info: RequestInfo) => void events.push([event, info]);
      const observer = { request: note('request'), response: note('response'), retry: note('retry') };
      await new NodeClient({ baseUrl: server.url, ...sender }).request({ method: 'GET', path: 'x', query: { a: 1 }, observer });
      expect(events.map(([event]) => event)).to.deep.equal(['request', 'response', 'retry', 'request', 'response']);
      const url = `${server.url}/x?a=1`;
      expect(events[0]?.[1]).to.deep.equal({ method: 'GET', url, attempt: 1 });
      expect(events[1]?.[1]).to.include({ method: 'GET', url, attempt: 1, status: 503, requestId: 'r1' });
      expect(events[1]?.[1]).to.have.property('elapsedMs').that.is.greaterThan(0);
      expect(events[2]?.[1]).to.include({ method: 'GET', url, attempt: 1, delayMs: 0 });
      expect(events[2]?.[1]).to.have.property('error').that.is.instanceOf(APIError);
      expect(events[4]?.[1]).to.include({ attempt: 2, status: 200, requestId: 'r2' });
    });

    it('is not disturbed by an observer that throws', async () => {
      const { client } = await world();
      const warned = warningWith('observer broke');
      const observer = {
        request() {
          throw new Error('observer broke');
        },
      };
      expect((await client.request({ method: 'GET', path: 'x', observer })).body).to.deep.equal({ ok: true });
      await warned;
    });

    it('asks a credentials function before each request, and once more when its headers are refused', async () => {
      const asked: [string, boolean][] = [];
      let token = 'old';
      const server = await serve(({ headers }, response) => json(response, headers.authorization === 'Bearer new' ? 200 : 401, {}));
      const credentials = async ({ url, refresh }: { url: string; refresh: boolean }) => {
        asked.push([url, refresh]);
        if (refresh) token = 'new';
        return { Authorization: `Bearer ${token}` };
      };
      const client = new NodeClient({ baseUrl: server.url, credentials, ...sender });
      await client.request({ method: 'POST', path: 'x', query: { a: 1 }, body: {}, once: true });
      await client.request({ method: 'GET', path: 'y' });
      expect(asked).to.deep.equal([
        [`${server.url}/x`, false],
        [`${server.url}/x`, true],
        [`${server.url}/y`, false],
      ]);
      expect(server.seen).to.have.length(3);
    });

    it('lets requests that are refused at the same time share one refresh', async () => {
      let refreshes = 0;
      let token = 'old';
      let refused = 0;
      let allRefused = (): void => undefined;
      const refusals = new Promise<void>((resolve) => {
        allRefused = resolve;
      });
      const observer = { response: ({ status }: { status: number }) => (status === 401 && ++refused === 10 ? allRefused() : undefined) };
      const server = await serve(({ headers }, response) => json(response, headers.authorization === 'new' ? 200 : 401, {}));
      const credentials = async ({ refresh }: { refresh: boolean }) => {
        if (refresh) {
          refreshes++;
          await refusals;
          await new Promise((resolve) => setImmediate(resolve));
          token = 'new';
        }
        return { authorization: token };
      };
      const client = new NodeClient({ baseUrl: server.url, credentials, ...sender });
      await Promise.all(Array.from({ length: 10 }, () => client.request({ method: 'GET', path: 'x', observer })));
      expect(refreshes).to.equal(1);
    });

    it('never takes the headers that a refresh gives for one address for those of another', async () => {
      const { url, seen } = await serve(({ url, headers }, response) =>
        json(response, url === '/a' && headers.authorization === 'key of /a' ? 401 : 200, {}),
      );
      let refreshing = () => {};
      const begun = new Promise<void>((resolve) => {
        refreshing = resolve;
      });
      let old = true;
      const credentials = async ({ url, refresh }: { url: string; refresh: boolean }) => {
        if (refresh) {
          refreshing();
          await new Promise((resolve) => setImmediate(resolve));
          old = false;
        }
        return { authorization: `${old ? 'key' : 'new key'} of ${new URL(url).pathname}` };
      };
      const client = new NodeClient({ baseUrl: url, credentials, ...sender });
      const first = client.request({ method: 'GET', path: 'a' });
      await begun;
      await Promise.all([first, client.request({ method: 'GET', path: 'b' })]);
      const shown = seen.map(({ url, headers }) => `${url}: ${headers.authorization}`);
      expect(shown).to.have.members(['/a: key of /a', '/a: new key of /a', '/b: new key of /b']);
    });

    it('gives up when the fresh headers are refused too, or are the old ones', async () => {
      const server = await serve((_, response) => json(response, 401, {}));
      let turn = 0;
      await failure(
        new NodeClient({ baseUrl: server.url, credentials: () => ({ authorization: `t${++turn}` }), ...sender }).request({
          method: 'GET',
          path: 'x',
        }),
        AuthenticationError,
      );
      expect(server.seen).to.have.length(2);
      await failure(
        new NodeClient({ baseUrl: server.url, credentials: () => ({ authorization: 't' }), ...sender }).request({
          method: 'GET',
          path: 'x',
        }),
        AuthenticationError,
      );
      expect(server.seen).to.have.length(3);
      await failure(
        new NodeClient({ baseUrl: server.url, apiKey: 'fixed', ...sender }).request({ method: 'GET', path: 'x' }),
        AuthenticationError,
      );
      expect(server.seen).to.have.length(4);
    });

    it('says so when the credentials function fails or gives nonsense, without a request', async () => {
      const { url, seen } = await world();
      const cause = new Error('vault is sealed');
      const broken = new NodeClient({ baseUrl: url, credentials: () => Promise.reject(cause), ...sender });
      expect(await failure(broken.request({ method: 'GET', path: 'x' }), ResourceError)).to.include({ cause });
      const nonsense = new NodeClient({ baseUrl: url, credentials: (() => 'Bearer x') as never, ...sender });
      await failure(nonsense.request({ method: 'GET', path: 'x' }), ConfigurationError);
      expect(seen).to.deep.equal([]);
    });

    it('does not wait for a credentials function longer than its time', async () => {
      const { url } = await world();
      const client = new NodeClient({ baseUrl: url, credentials: () => new Promise(() => {}), timeout: 0.05, ...sender });
      const error = await failure(client.request({ method: 'POST', path: 'x', once: true }), ResourceError);
      expect(error.name).to.equal('TimeoutError');
      expect(error.outcome).to.equal(undefined);
    });

    for (const [what, request] of [
      ['a read with a body', { method: 'GET', path: 'x', body: {} }],
      ['a body that JSON cannot hold', { method: 'POST', path: 'x', body: 10n }],
      ['a function as a body', { method: 'POST', path: 'x', body: () => 1 }],
      ['a timeout in milliseconds', { method: 'GET', path: 'x', timeout: 100_000 }],
      ['a negative timeout', { method: 'GET', path: 'x', timeout: -1 }],
      ['a path that leaves', { method: 'GET', path: '../x' }],
    ] as const) {
      it(`refuses ${what} before any request`, async () => {
        const { client, seen } = await world();
        await failure(client.request(request), ValidationError);
        expect(seen).to.deep.equal([]);
      });
    }

    for (const [option, request] of [
      ["headers['x-a']", { headers: { 'x-a': 'a\r\nx-b: c' } }],
      ["headers['x-a']", { headers: { 'x-a': '\u0416' } }],
      ['headers', { headers: { 'x a': 'b' } }],
      ['headers', { headers: { '': 'b' } }],
      ['headers', { headers: { 'x-a\n': 'b' } }],
      ["headers['Idempotency-Key']", { headers: { 'Idempotency-Key': ' ' } }],
      ['idempotencyKey', { idempotencyKey: 'a\nb' }],
      ['idempotencyKey', { idempotencyKey: 'a\u2026' }],
      ['idempotencyKey', { idempotencyKey: '' }],
      ['idempotencyKey', { idempotencyKey: ' ' }],
      ['idempotencyKey', { idempotencyKey: 5 }],
    ] as [string, Partial<TransportRequest>][]) {
      it(`refuses ${JSON.stringify(request)}, which cannot be sent, before any request`, async () => {
        const { client, seen } = await world({ idempotency: true });
        const error = await failure(client.request({ method: 'POST', path: 'x', once: true, ...request }), ValidationError);
        expect(error.details.map(({ field }) => field)).to.deep.equal([option]);
        expect(seen).to.deep.equal([]);
      });
    }
  });
}

describe('a connection in one process with its platform', () => {
  it('works through a fetch that takes no notice of signals', async () => {
    const responses: Record<string, () => Promise<Response>> = {
      '/ok': async () => Response.json({ ok: true }),
      '/never': () => new Promise(() => {}),
      '/stalls': async () =>
        new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"a":')) })),
      '/drops': () =>
        Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('socket'), { code: 'ECONNRESET' }) })),
    };
    const fetch = (url: string) => responses[new URL(url).pathname]?.() ?? Promise.reject(new Error('404'));
    const client = new NodeClient({ baseUrl: 'http://local.test', fetch, timeout: 0.1, retry: { baseDelay: 0.001 } });
    const get = (path: string) => client.request({ method: 'GET', path });
    expect((await get('ok')).body).to.deep.equal({ ok: true });
    expect((await failure(get('never'), ResourceError)).name).to.equal('TimeoutError');
    expect((await failure(get('stalls'), ResourceError)).name).to.equal('TimeoutError');
    expect(await failure(get('drops'), ConnectionError)).to.include({ code: 'ECONNRESET' });
  });

  it('streams both ways through such a fetch', async () => {
    const stored = new Map<string, ArrayBuffer>();
    const fetch = async (url: string, init: RequestInit) => {
      const request = new Request(url, init);
      if (request.method !== 'PUT') return new Response(stored.get(request.url));
      stored.set(request.url, await request.arrayBuffer());
      return new Response(null, { status: 200 });
    };
    const client = new NodeClient({ baseUrl: 'http://local.test', fetch });
    const bytes = Buffer.alloc(3_000_000, 'abc');
    const content = await client.openContent(bytes);
    await client.put('http://local.test/f', content);
    const got = await client.download('http://local.test/f', { size: content.size, sha256: content.sha256 });
    expect(Buffer.compare(got, bytes)).to.equal(0);
  });
});

describe('a fetch of a browser', () => {
  it('gives an error, and no empty success, for a redirect that it hides', async () => {
    const client = new NodeClient({ baseUrl: 'https://h.test', fetch: async () => Response.error() });
    const error = await failure(client.request({ method: 'POST', path: 'x', once: true }), ConnectionError);
    expect(error.message).to.contain('redirect');
    expect(error.outcome).to.equal('unknown');
  });
});

describe('with recorded responses', () => {
  before(() => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => {
    expect(nock.pendingMocks()).to.deep.equal([]);
    nock.cleanAll();
  });
  after(() => nock.enableNetConnect());

  it('sends the shape of a creation, and reads its response', async () => {
    nock('https://api.example.test', {
      reqheaders: { authorization: 'Token abc', accept: 'application/json', 'content-type': 'application/json' },
    })
      .post('/v1/widgets', { name: 'a' })
      .query({ teamIds: 't' })
      .reply(201, { id: 'w_1' });
    const client = new NodeClient({ baseUrl: 'https://api.example.test/v1', credentials: { token: 'abc' }, query: { teamIds: 't' } });
    expect(await client.request({ method: 'POST', path: 'widgets', body: { name: 'a' }, once: true })).to.deep.include({
      status: 201,
      body: { id: 'w_1' },
    });
  });

  it('repeats what is recorded to fail', async () => {
    nock('https://api.example.test').get('/x').times(2).reply(429, {}, { 'Retry-After': '0' }).get('/x').reply(200, { done: true });
    const client = new NodeClient({ baseUrl: 'https://api.example.test' });
    expect((await client.request({ method: 'GET', path: 'x' })).body).to.deep.equal({ done: true });
  });

  it('names a code that is recorded', async () => {
    nock('https://api.example.test')
      .post('/x')
      .replyWithError(Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }));
    const client = new NodeClient({ baseUrl: 'https://api.example.test', maxRetries: 0 });
    const error = await failure(client.request({ method: 'POST', path: 'x', body: {}, once: true }), ConnectionError);
    expect(error).to.include({ code: 'EHOSTUNREACH', outcome: undefined });
  });
});

describe('the options of a connection', () => {
  const base = { baseUrl: 'https://h.test' };

  for (const [what, options, ErrorClass, complaint] of [
    ['no address', {}, ConfigurationError, 'baseUrl'],
    ['a blank address', { baseUrl: ' ' }, ConfigurationError, 'baseUrl'],
    ['half an address', { baseUrl: 'api.example.com' }, ConfigurationError, 'baseUrl'],
    ['an address with a query', { baseUrl: 'https://h.test?a=1' }, ConfigurationError, 'query'],
    ['an address with a password', { baseUrl: 'https://u:p@h.test' }, ConfigurationError, 'password'],
    ['a blank key', { ...base, apiKey: '  ' }, ConfigurationError, 'apiKey'],
    ['a key twice', { ...base, apiKey: 'a', credentials: { token: 'b' } }, ConfigurationError, 'not both'],
    ['a blank token', { ...base, credentials: { token: '' } }, ConfigurationError, 'token'],
    ['credentials of no kind', { ...base, credentials: { password: 'x' } }, ConfigurationError, 'bearer'],
    ['a header without a name', { ...base, credentials: { header: '', value: 'x' } }, ConfigurationError, 'bearer'],
    ['a fetch that is none', { ...base, fetch: 'fetch' }, ConfigurationError, 'fetch'],
    ['an origin that is none', { ...base, origins: ['h.test'] }, ConfigurationError, 'origins'],
    ['a negative timeout', { ...base, timeout: -1 }, ValidationError, 'timeout must be seconds from 0 to 3600, or Infinity (got -1)'],
    [
      'a timeout that is no number',
      { ...base, timeout: Number.NaN },
      ValidationError,
      'timeout must be seconds from 0 to 3600, or Infinity (got NaN)',
    ],
    ['a timeout in milliseconds', { ...base, timeout: 90_000 }, ValidationError, 'seconds'],
    [
      'an idle limit in milliseconds',
      { ...base, idleTimeout: 90_000 },
      ValidationError,
      'idleTimeout must be seconds from 0 to 86400, or Infinity (got 90000); for milliseconds, divide by 1000',
    ],
    ['a connect limit in milliseconds', { ...base, connectTimeout: 90_000 }, ValidationError, 'seconds'],
    ['a header that is no text', { ...base, headers: { 'x-a': 5 } }, ConfigurationError, 'x-a'],
    ['a header with a line break', { ...base, headers: { 'x-a': 'a\nb' } }, ValidationError, "headers['x-a']"],
    ['a header with a name that is none', { ...base, headers: { 'x a': 'b' } }, ValidationError, 'headers'],
    ['a name for itself with a line break', { ...base, userAgent: 'mine\n1' }, ValidationError, 'userAgent'],
    ['a blank name for itself', { ...base, userAgent: '' }, ValidationError, 'userAgent'],
    ['a name for itself that is no text', { ...base, userAgent: 5 }, ValidationError, 'userAgent'],
  ] as const) {
    it(`are refused with ${what}`, () => {
      expect(() => new NodeClient(options as unknown as ClientOptions)).to.throw(ErrorClass, complaint);
    });
  }

  it('may say that there is no limit of time', async () => {
    const adapter = new ScriptedAdapter({ status: 200, body: '{}' });
    const options = {
      ...base,
      timeout: Number.POSITIVE_INFINITY,
      idleTimeout: Number.POSITIVE_INFINITY,
      maxRetries: Number.POSITIVE_INFINITY,
    };
    const client = new NodeClient(options, { adapter, clock: new VirtualClock() });
    expect((await client.request({ method: 'GET', path: 'x' })).status).to.equal(200);
  });

  it('change nothing in the environment', () => {
    const before = JSON.stringify(process.env);
    new NodeClient({ ...base, apiKey: 'the-api-key' });
    expect(JSON.stringify(process.env)).to.equal(before);
  });
});
