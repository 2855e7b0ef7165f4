import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { expect } from 'chai';
import type { Credentials } from '../../src/http/credentials.js';
import { NodeClient } from '../../src/http/node/client.js';
import { APIError, FileUploadError, ResourceError, ValidationError } from '../../src/model/errors/index.js';
import { VirtualClock } from '../support/clock.js';
import { failure } from '../support/failure.js';
import { closeServers, deadPort, json, type Seen, serve } from '../support/server.js';
import { realSockets } from '../support/sockets.js';
import { ScriptedAdapter } from './support/scripted-adapter.js';
import { senders } from './support/senders.js';

const KEY = 'sk-live-51H/8xQ+zz==';
const CUSTOM = 'own-header-secret-77';
const SIGNED = 'X-Amz-Credential=AKIAEXAMPLE%2F20261121&X-Amz-Signature=0f0f0f0f0f0f0f0f0f0f&x-id=PutObject';

/** Everything about a request in one text, to look for secrets in. */
function everything(seen: Seen[]): string {
  return JSON.stringify(seen.map(({ method, url, headers, body }) => [method, url, headers, body.toString()]));
}

function reveals(text: string): boolean {
  return [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString('base64'), '51H/8xQ', CUSTOM, 'AKIAEXAMPLE', '0f0f0f0f0f'].some(
    (secret) => text.includes(secret),
  );
}

/** All that a log could hold of an error. */
function printed(error: unknown): string {
  return inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + String(error);
}

const kinds: Readonly<Record<string, Credentials>> = {
  'a bearer key': { bearer: KEY },
  'a header of its own': { header: 'x-api-key', value: KEY },
  'a token': { token: KEY },
  'a function': async () => ({ authorization: `Bearer ${KEY}`, 'x-tenant': CUSTOM }),
};

describe('a key stays at home', () => {
  realSockets();
  afterEach(closeServers);

  for (const [name, sender] of senders) {
    for (const [kind, credentials] of Object.entries(kinds)) {
      describe(`${kind}, with ${name}`, () => {
        async function world(status: number, target: (foreign: string, home: string) => string) {
          const foreign = await serve(({ url }, response) => {
            if (url === '/back') response.writeHead(302, { location: `${home.url}/landed` }).end();
            else json(response, 200, { foreign: true });
          });
          const home = await serve(({ url }, response) => {
            if (url === '/landed') json(response, 200, { landed: true });
            else response.writeHead(status, { location: target(foreign.url, home.url) }).end();
          });
          const headers = { 'x-custom': CUSTOM, cookie: `session=${CUSTOM}` };
          const client = new NodeClient({ baseUrl: home.url, credentials, headers, ...sender });
          return { foreign, home, client };
        }

        for (const status of [301, 302, 303, 307, 308]) {
          it(`does not follow a read that is redirected elsewhere with ${status}`, async () => {
            const { foreign, home, client } = await world(status, (elsewhere) => `${elsewhere}/x`);
            const response = await client.request({ method: 'GET', path: 'a', headers: { 'x-session-id': CUSTOM } });
            expect(response.body).to.deep.equal({ foreign: true });
            expect(reveals(everything(home.seen))).to.equal(true);
            expect(foreign.seen).to.have.length(1);
            expect(reveals(everything(foreign.seen))).to.equal(false);
            expect(foreign.seen[0]?.headers).to.not.have.any.keys(
              'authorization',
              'x-api-key',
              'x-custom',
              'cookie',
              'x-session-id',
              'x-tenant',
            );
          });

          it(`is not taken elsewhere by a write that is redirected with ${status}`, async () => {
            const { foreign, client } = await world(status, (elsewhere) => `${elsewhere}/x`);
            for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
              const error = await failure(client.request({ method, path: 'a', body: { a: 1 } }), APIError);
              expect(error.status).to.equal(status);
              expect(error.message).to.contain('redirected to');
            }
            expect(foreign.seen).to.deep.equal([]);
          });
        }

        it('is not shown again when a redirect leads back home', async () => {
          const { home, client } = await world(302, (elsewhere) => `${elsewhere}/back`);
          expect((await client.request({ method: 'GET', path: 'a' })).body).to.deep.equal({ landed: true });
          expect(reveals(everything(home.seen.slice(1)))).to.equal(false);
        });

        it('goes along to a redirect within its own origin', async () => {
          const { home, client } = await world(302, (_, own) => `${own}/landed`);
          await client.request({ method: 'GET', path: 'a' });
          expect(reveals(everything(home.seen.slice(1)))).to.equal(true);
        });

        it('is not sent to a poll address elsewhere, and writes there are refused', async () => {
          const { foreign, client } = await world(302, () => '/');
          expect((await client.request({ method: 'GET', path: `${foreign.url}/poll/1` })).body).to.deep.equal({ foreign: true });
          for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
            await failure(client.request({ method, path: `${foreign.url}/poll/1`, body: {} }), ValidationError);
          await failure(client.request({ method: 'POST', path: 'x', baseUrl: foreign.url, body: {} }), ValidationError);
          expect(foreign.seen).to.have.length(1);
          expect(reveals(everything(foreign.seen))).to.equal(false);
        });

        it('goes along to further origins of the connection', async () => {
          const models = await serve((_, response) => json(response, 200, {}));
          const client = new NodeClient({
            baseUrl: 'http://127.0.0.1:9',
            credentials,
            headers: { 'x-custom': CUSTOM },
            origins: [`${models.url}/api`],
            ...sender,
          });
          await client.request({ method: 'POST', path: 'run', baseUrl: models.url, body: {} });
          await client.request({ method: 'GET', path: `${models.url}/poll` });
          for (const one of models.seen) expect(reveals(everything([one]))).to.equal(true);
        });

        it('is sent with no transfer, not even to its own origin', async () => {
          const home = await serve(({ url }, response) => {
            if (url.startsWith('/moved')) response.writeHead(307, { location: `${home.url}/store` }).end();
            else response.end('content');
          });
          const client = new NodeClient({
            baseUrl: home.url,
            credentials,
            headers: { 'x-custom': CUSTOM },
            query: { teamIds: 'team-1' },
            ...sender,
          });
          const content = await client.openContent(Buffer.from('content'));
          await client.put(`${home.url}/moved?x=1`, content);
          await client.download(`${home.url}/moved?x=1`);
          expect(home.seen.map(({ method, url }) => `${method} ${url}`)).to.deep.equal([
            'PUT /moved?x=1',
            'PUT /store',
            'GET /moved?x=1',
            'GET /store',
          ]);
          expect(reveals(everything(home.seen))).to.equal(false);
          expect(everything(home.seen)).to.not.contain('team-1');
        });
      });
    }
  }

  it('sends a presigned PUT nothing but type and length', async () => {
    const store = await serve((_, response) => response.end());
    const client = new NodeClient({ baseUrl: 'http://127.0.0.1:9', apiKey: KEY, headers: { 'x-custom': CUSTOM } });
    await client.put(`${store.url}/f?${SIGNED}`, await client.openContent(Buffer.from('abc'), { name: 'a.csv' }));
    expect(store.seen[0]?.url).to.equal(`/f?${SIGNED}`);
    expect(Object.keys(store.seen[0]?.headers ?? {}).sort()).to.deep.equal([
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
    expect(store.seen[0]?.headers).to.include({ 'content-type': 'text/csv', 'content-length': '3' });
  });

  it('is not given to another scheme: https never becomes http', async () => {
    const adapter = new ScriptedAdapter({ status: 302, headers: { location: 'http://h.test/x' } });
    const client = new NodeClient({ baseUrl: 'https://h.test', apiKey: KEY }, { adapter, clock: new VirtualClock() });
    const error = await failure(client.request({ method: 'GET', path: 'x' }), APIError);
    expect(error.message).to.contain('from https to http');
    expect(adapter.requests).to.have.length(1);
    await failure(client.request({ method: 'GET', path: 'http://h.test/poll' }), ValidationError);
    await failure(client.download('http://h.test/f'), ValidationError);
    await failure(client.put('http://h.test/f', await client.openContent(Buffer.from('x'))), ValidationError);
    expect(adapter.requests).to.have.length(1);
  });

  it('is not given to the same host with https when the connection is http', async () => {
    const adapter = new ScriptedAdapter({ status: 301, headers: { location: 'https://h.test/x' } }, { status: 200, body: '{}' });
    const client = new NodeClient({ baseUrl: 'http://h.test', apiKey: KEY }, { adapter, clock: new VirtualClock() });
    await client.request({ method: 'GET', path: 'x' });
    expect(adapter.requests.map(({ url, headers }) => [url.href, 'authorization' in headers])).to.deep.equal([
      ['http://h.test/x', true],
      ['https://h.test/x', false],
    ]);
  });

  it('follows no more than ten redirects', async () => {
    const home = await serve((_, response, count) => response.writeHead(302, { location: `/hop${count}` }).end());
    const client = new NodeClient({ baseUrl: home.url, apiKey: KEY });
    const error = await failure(client.request({ method: 'GET', path: 'x' }), APIError);
    expect(error.message).to.contain('10 redirects');
    expect(home.seen).to.have.length(11);
  });

  it('is carried, with the body, by a write that is redirected within its origin by 307 or 308', async () => {
    for (const status of [307, 308]) {
      const home = await serve(({ url }, response) => {
        if (url === '/a') response.writeHead(status, { location: '/b' }).end();
        else json(response, 200, {});
      });
      await new NodeClient({ baseUrl: home.url, apiKey: KEY }).request({ method: 'POST', path: 'a', body: { x: 1 } });
      expect(home.seen.map(({ method, url, body, headers }) => [method, url, body.toString(), headers.authorization])).to.deep.equal([
        ['POST', '/a', '{"x":1}', `Bearer ${KEY}`],
        ['POST', '/b', '{"x":1}', `Bearer ${KEY}`],
      ]);
    }
  });
});

describe('a secret is in no error, event or log', () => {
  realSockets();
  afterEach(closeServers);

  const published: unknown[] = [];
  const listen = (message: unknown) => void published.push(message);
  const channels = ['remote-record:request', 'remote-record:response', 'remote-record:retry'];

  before(() => {
    for (const channel of channels) subscribe(channel, listen);
  });
  after(() => {
    for (const channel of channels) unsubscribe(channel, listen);
  });
  beforeEach(() => void published.splice(0));

  const observer = { request: listen, response: listen, retry: listen };
  const echoes: Readonly<Record<string, (text: string) => string>> = {
    'nested JSON': (text) =>
      JSON.stringify({ error: { message: `bad ${text}`, code: text, details: { [text]: [text] }, requestId: text } }),
    'flat JSON': (text) => JSON.stringify({ message: [text, text], details: [{ field: text, message: text }] }),
    text: (text) => `Access denied for ${text}`,
    HTML: (text) => `<html><title>${text}</title><a href="https://s3.test/x?${SIGNED}">${text}</a></html>`,
    XML: (text) => `<?xml version="1.0"?><Error><Message>${text}</Message><StringToSign>${SIGNED}</StringToSign></Error>`,
  };

  for (const [name, sender] of senders) {
    for (const [shape, echo] of Object.entries(echoes)) {
      for (const status of [400, 401, 409, 503]) {
        it(`though the server echoes all it got as ${shape} with ${status}, with ${name}`, async () => {
          const home = await serve(({ headers, url }, response) => {
            const said = `${headers.authorization} ${headers['x-custom-token']} ${headers['x-call-secret']} ${decodeURIComponent(url)} ${Buffer.from(KEY).toString('base64')}`;
            response
              .writeHead(status, {
                'x-echo': encodeURIComponent(said),
                'set-cookie': `s=${CUSTOM}`,
                'content-type': `x/${encodeURIComponent(said)}`,
                'x-request-id': encodeURIComponent(said),
              })
              .end(echo(said));
          });
          const client = new NodeClient({
            baseUrl: home.url,
            apiKey: KEY,
            headers: { 'x-custom-token': CUSTOM },
            ...sender,
            retry: { baseDelay: 0.001 },
          });
          const error = await failure(
            client.request({ method: 'GET', path: 'x', query: { q: KEY }, headers: { 'x-call-secret': CUSTOM }, observer }),
            APIError,
          );
          expect(home.seen[0]?.headers.authorization).to.equal(`Bearer ${KEY}`);
          expect(error.status).to.equal(status);
          expect(printed(error)).to.satisfy((text: string) => !reveals(text));
          expect(published.length).to.be.greaterThan(3);
          expect(printed(published)).to.satisfy((text: string) => !reveals(text));
        });
      }
    }

    it(`though the credentials function fails with a key that it gave before, with ${name}`, async () => {
      const home = await serve((_, response) => json(response, 401, {}));
      const credentials = async ({ refresh }: { refresh: boolean }) => {
        if (refresh) throw new Error(`cannot renew ${KEY}`);
        return { authorization: `Bearer ${KEY}` };
      };
      const client = new NodeClient({ baseUrl: home.url, credentials, ...sender });
      const error = await failure(client.request({ method: 'GET', path: 'x' }), ResourceError);
      expect(String(error.cause)).to.contain('cannot renew');
      expect(printed(error)).to.satisfy((text: string) => !reveals(text));
    });

    it(`though the connection fails and the library names the address, with ${name}`, async () => {
      const dead = `http://127.0.0.1:${await deadPort()}`;
      const client = new NodeClient({ baseUrl: dead, apiKey: KEY, query: { apiKey: KEY }, ...sender, retry: { baseDelay: 0.001 } });
      const errors = [
        await failure(client.request({ method: 'GET', path: 'x', observer }), ResourceError),
        await failure(
          client.request({ method: 'GET', path: `http://localhost:${await deadPort()}/poll?${SIGNED}`, observer }),
          ResourceError,
        ),
        await failure(client.download(`${dead}/f?${SIGNED}`, { observer }), ResourceError),
        await failure(client.put(`${dead}/f?${SIGNED}`, await client.openContent(Buffer.from('x')), { observer }), FileUploadError),
      ];
      for (const error of errors) {
        expect(error.cause).to.be.instanceOf(Error);
        expect(printed(error)).to.satisfy((text: string) => !reveals(text));
      }
      expect(printed(published)).to.satisfy((text: string) => !reveals(text));
      expect(JSON.stringify(published)).to.contain(`${dead}/f"`);
    });

    it(`though a presigned URL is refused with an echo, with ${name}`, async () => {
      const store = await serve(({ url }, response) => response.writeHead(403).end(`<?xml?><Error><Message>${url}</Message></Error>`));
      const client = new NodeClient({ baseUrl: 'http://127.0.0.1:9', apiKey: KEY, ...sender });
      const read = await failure(client.download(`${store.url}/f?${SIGNED}`, { observer }), APIError);
      const written = await failure(
        client.put(`${store.url}/f?${SIGNED}`, await client.openContent(Buffer.from('x')), { observer }),
        FileUploadError,
      );
      expect(printed([read, written, published])).to.satisfy((text: string) => !reveals(text));
      expect(written.status).to.equal(403);
    });

    it(`though a read is redirected to a presigned URL that fails, with ${name}`, async () => {
      const store = await serve((_, response) => response.writeHead(403).end('no'));
      const home = await serve((_, response) => response.writeHead(302, { location: `${store.url}/f?${SIGNED}` }).end());
      const client = new NodeClient({ baseUrl: home.url, apiKey: KEY, ...sender });
      const error = await failure(client.request({ method: 'GET', path: 'x', observer }), APIError);
      const refused = await failure(client.request({ method: 'POST', path: 'x', observer }), APIError);
      expect(printed([error, refused, published])).to.satisfy((text: string) => !reveals(text));
    });
  }

  for (const way of ['a redirect', 'a poll address']) {
    it(`though the query of ${way} elsewhere is a secret that has no telling name`, async () => {
      const ticket = 'a-ticket-of-unknown-kind-42';
      const store = await serve(({ url }, response) => response.writeHead(403).end(`no ${url}`));
      const address = `${store.url}/f?t=${ticket}`;
      const home = await serve((_, response) => response.writeHead(302, { location: address }).end());
      const client = new NodeClient({ baseUrl: home.url, apiKey: KEY });
      const path = way === 'a redirect' ? 'x' : address;
      const error = await failure(client.request({ method: 'GET', path, observer }), APIError);
      expect(store.seen[0]?.url).to.contain(ticket);
      expect(error.body).to.contain('no /f?');
      expect(printed([error, published])).to.not.contain(ticket);
    });
  }

  it('though a credentials function changes it every time', async () => {
    let turn = 0;
    const home = await serve(({ headers }, response) => json(response, 403, { message: String(headers.authorization) }));
    const client = new NodeClient({ baseUrl: home.url, credentials: () => ({ authorization: `Bearer ${KEY}-${++turn}` }) });
    for (let i = 1; i <= 3; i++) {
      const error = await failure(client.request({ method: 'GET', path: 'x' }), APIError);
      expect(error.message).to.contain('[redacted]');
      expect(printed(error)).to.not.contain(KEY);
    }
  });

  it('nor in the client, printed or serialised', async () => {
    const client = new NodeClient({ baseUrl: 'https://h.test', apiKey: KEY, headers: { cookie: CUSTOM }, query: { token: KEY } });
    expect(printed(client)).to.satisfy((text: string) => !reveals(text));
  });

  it('nor in the complaint about a key that no header can carry', () => {
    for (const value of [`${KEY}\n`, `${KEY}\u2028`])
      expect(() => new NodeClient({ baseUrl: 'https://h.test', apiKey: value }))
        .to.throw('line break')
        .and.satisfy((error: Error) => !reveals(printed(error)));
  });
});
