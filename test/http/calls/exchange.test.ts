import { expect } from 'chai';
import { NodeClient } from '../../../src/http/node/client.js';
import { APIError, ResourceError } from '../../../src/model/errors/index.js';
import type { TransportRequest } from '../../../src/model/ports/transport.js';
import { VirtualClock } from '../../support/clock.js';
import { failure } from '../../support/failure.js';
import { ScriptedAdapter, type Step } from '../support/scripted-adapter.js';

/** How often a request goes out that may be repeated three times, and whether a lost response leaves the outcome open. */
interface Row {
  tries: number;
  once: number;
  unknown: boolean;
  name: string;
}

const rows: Readonly<Record<string, Row>> = {
  '302': { tries: 1, once: 1, unknown: true, name: 'APIError' },
  '400': { tries: 1, once: 1, unknown: false, name: 'BadRequestError' },
  '401': { tries: 1, once: 1, unknown: false, name: 'AuthenticationError' },
  '403': { tries: 1, once: 1, unknown: false, name: 'PermissionDeniedError' },
  '404': { tries: 1, once: 1, unknown: false, name: 'NotFoundError' },
  '408': { tries: 4, once: 1, unknown: false, name: 'APIError' },
  '409': { tries: 1, once: 1, unknown: false, name: 'ConflictError' },
  '418': { tries: 1, once: 1, unknown: false, name: 'APIError' },
  '422': { tries: 1, once: 1, unknown: false, name: 'UnprocessableEntityError' },
  '429': { tries: 4, once: 4, unknown: false, name: 'RateLimitError' },
  '429 with Retry-After': { tries: 4, once: 4, unknown: false, name: 'RateLimitError' },
  '500': { tries: 1, once: 1, unknown: false, name: 'ServerError' },
  '501': { tries: 1, once: 1, unknown: false, name: 'ServerError' },
  '502': { tries: 4, once: 1, unknown: true, name: 'ServerError' },
  '503': { tries: 4, once: 1, unknown: true, name: 'ServerError' },
  '503 with Retry-After': { tries: 4, once: 4, unknown: false, name: 'ServerError' },
  '504': { tries: 4, once: 1, unknown: true, name: 'ServerError' },
  '524': { tries: 1, once: 1, unknown: true, name: 'ServerError' },
};

const kinds: Readonly<Record<string, Partial<TransportRequest> & { method: string }>> = {
  GET: { method: 'GET' },
  HEAD: { method: 'HEAD' },
  PUT: { method: 'PUT', body: { a: 1 } },
  PATCH: { method: 'PATCH', body: { a: 1 } },
  DELETE: { method: 'DELETE' },
  'POST that searches': { method: 'POST', body: {} },
  'POST that creates': { method: 'POST', body: {}, once: true },
  'POST that creates, with a key': { method: 'POST', body: {}, once: true, idempotencyKey: 'k-1' },
};

const bodies: Readonly<Record<string, { body: string; says?: string }>> = {
  nested: { body: '{"error":{"code":"C","message":"said so"}}', says: 'said so' },
  flat: { body: '{"message":"said so","details":[]}', says: 'said so' },
  'a list': { body: '{"message":["said","so"]}', says: 'said; so' },
  text: { body: 'said so', says: 'said so' },
  HTML: { body: '<html><title>said so</title></html>', says: 'said so' },
  empty: { body: '' },
  'an array': { body: '["said so"]', says: 'said so' },
};

const settings: Readonly<Record<string, { maxRetries?: number; perCall?: number; expected: number }>> = {
  'by default': { expected: 3 },
  'set to none': { maxRetries: 0, expected: 0 },
  'set to one': { maxRetries: 1, expected: 1 },
  'none for this call': { perCall: 0, expected: 0 },
};

describe('status × method × body × retries', () => {
  for (const [label, row] of Object.entries(rows)) {
    for (const [kind, request] of Object.entries(kinds)) {
      it(`${label} to a ${kind}`, async () => {
        const status = Number(label.slice(0, 3));
        const headers: Record<string, string> = label.includes('Retry-After') ? { 'retry-after': '1' } : {};
        if (status === 302) headers.location = request.method === 'GET' || request.method === 'HEAD' ? 'ftp://x' : '/elsewhere';
        for (const [shape, { body, says }] of Object.entries(bodies)) {
          for (const [setting, { maxRetries, perCall, expected }] of Object.entries(settings)) {
            const adapter = new ScriptedAdapter({ status, body, headers });
            const client = new NodeClient(
              { baseUrl: 'https://h.test', apiKey: 'secret-key', maxRetries },
              { adapter, clock: new VirtualClock() },
            );
            const error = await failure(client.request({ path: 'things', maxRetries: perCall, ...request }), APIError);
            const protectedOnce = request.once && request.idempotencyKey === undefined;
            const repeated = (protectedOnce ? row.once : row.tries) > 1;
            const where = `${shape}, ${setting}`;
            expect(adapter.requests.length, where).to.equal(repeated ? 1 + expected : 1);
            expect(error.name, where).to.equal(row.name);
            expect(error.status, where).to.equal(status);
            expect(error.outcome, where).to.equal(protectedOnce && row.unknown ? 'unknown' : undefined);
            expect(error.retryable && error.outcome === 'unknown', where).to.equal(false);
            if (says && status !== 302) expect(error.message, where).to.contain(says);
          }
        }
      });
    }
  }
});

describe('a failure without a response', () => {
  for (const [code, connected, once, unknown, hopeless] of [
    ['ECONNREFUSED', false, true, false, false],
    ['ENOTFOUND', false, true, false, false],
    ['EAI_AGAIN', false, true, false, false],
    ['EPROTO', false, true, false, false],
    ['ECONNRESET', false, true, false, false],
    ['ECONNRESET', true, false, true, false],
    ['EPIPE', true, false, true, false],
    ['EHOSTUNREACH', false, true, false, false],
    ['EHOSTUNREACH', true, false, true, false],
    ['ERR_SSL_BAD_RECORD_MAC', true, false, true, false],
    ['ERR_STREAM_PREMATURE_CLOSE', true, false, true, false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', false, false, false, true],
    ['CERT_HAS_EXPIRED', false, false, false, true],
  ] as const) {
    for (const [kind, request] of Object.entries(kinds)) {
      it(`${code} ${connected ? 'after' : 'before'} a connection was made, for a ${kind}`, async () => {
        const adapter = new ScriptedAdapter({ fails: code, connected });
        const client = new NodeClient({ baseUrl: 'https://h.test' }, { adapter, clock: new VirtualClock() });
        const error = await failure(client.request({ path: 'things', ...request }), ResourceError);
        const protectedOnce = request.once && request.idempotencyKey === undefined;
        expect(adapter.requests.length).to.equal(hopeless || (protectedOnce && !once) ? 1 : 4);
        expect(error.name).to.equal('ConnectionError');
        expect(error).to.have.property('code', code);
        expect(error.outcome).to.equal(protectedOnce && unknown ? 'unknown' : undefined);
        expect(error.retryable).to.equal(!hopeless && error.outcome === undefined);
        expect(error.cause).to.be.instanceOf(Error).with.property('code', code);
      });
    }
  }
});

describe('repetition', () => {
  const ok: Step = { status: 200, body: '{"done":true}' };
  const get: TransportRequest = { method: 'GET', path: 'x' };

  function connect(options: object, ...steps: Step[]) {
    const adapter = new ScriptedAdapter(...steps);
    const clock = new VirtualClock();
    clock.chance = 1;
    return { adapter, clock, client: new NodeClient({ baseUrl: 'https://h.test', ...options }, { adapter, clock }) };
  }

  it('waits 1 s and 2 s and then returns the response', async () => {
    const { client, clock, adapter } = connect({}, { status: 503 }, { status: 503 }, ok);
    expect((await client.request(get)).body).to.deep.equal({ done: true });
    expect(adapter.requests).to.have.length(3);
    expect(clock.asked.filter((ms) => ms < 10_000)).to.deep.equal([1000, 2000]);
  });

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    const date = new Date(new VirtualClock().date() + 9000).toUTCString();
    const { client, clock } = connect(
      {},
      { status: 503, headers: { 'retry-after': '7' } },
      { status: 503, headers: { 'retry-after': date } },
      ok,
    );
    await client.request(get);
    const [first, second] = clock.asked.filter((ms) => ms < 10_000);
    expect(first).to.equal(7000);
    // Seven of the nine seconds have passed.
    expect(second).to.equal(2000);
  });

  it('does not wait for a time that the call does not have', async () => {
    const { client, adapter } = connect({ timeout: 5 }, { status: 503, headers: { 'retry-after': '7' } }, ok);
    const error = await failure(client.request(get), APIError);
    expect(error.status).to.equal(503);
    expect(adapter.requests).to.have.length(1);
  });

  it('ends at its own deadline', async () => {
    const { client, adapter } = connect({ maxRetries: 100, retry: { deadline: 6 } }, { status: 503 });
    await failure(client.request(get), APIError);
    expect(adapter.requests).to.have.length(3);
  });

  it('sends the same idempotency key each time', async () => {
    const { client, adapter } = connect({ idempotency: true }, { fails: 'ECONNRESET' }, { status: 502 }, ok);
    await client.request({ method: 'POST', path: 'x', body: {}, once: true });
    const keys = adapter.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).to.have.length(3);
    expect(new Set(keys).size).to.equal(1);
    expect(keys[0]).to.match(/^[0-9a-f-]{36}$/);
  });

  it('sends the key that the caller gave, and none where none is needed', async () => {
    const { client, adapter } = connect({ idempotency: true }, ok);
    await client.request({ method: 'POST', path: 'x', body: {}, once: true, idempotencyKey: 'mine' });
    await client.request({ method: 'POST', path: 'x', body: {} });
    expect(adapter.requests.map(({ headers }) => headers['idempotency-key'])).to.deep.equal(['mine', undefined]);
  });

  it('knows after the last try that an earlier one may have arrived', async () => {
    const { client } = connect({ idempotency: true, maxRetries: 1 }, { fails: 'ECONNRESET' }, { fails: 'ECONNREFUSED', connected: false });
    const error = await failure(client.request({ method: 'POST', path: 'x', body: {}, once: true }), ResourceError);
    expect(error.outcome).to.equal('unknown');
  });

  it('leaves a 500 alone unless the policy lists it, and then still never repeats what creates', async () => {
    const retry = { statuses: [500] };
    const first = connect({ retry }, { status: 500 }, ok);
    await first.client.request(get);
    expect(first.adapter.requests).to.have.length(2);
    const second = connect({ retry }, { status: 500 }, ok);
    await failure(second.client.request({ method: 'POST', path: 'x', once: true }), APIError);
    expect(second.adapter.requests).to.have.length(1);
  });

  it('makes other calls of the connection wait after a 429', async () => {
    const { client, clock } = connect({ maxRetries: 0 }, { status: 429, headers: { 'retry-after': '20' } }, ok);
    await failure(client.request(get), APIError);
    const before = clock.now();
    await client.request(get);
    expect(clock.now() - before).to.equal(20_000);
  });

  for (const value of [-1, 1.5, Number.NaN]) {
    it(`refuses maxRetries ${value}`, async () => {
      expect(() => new NodeClient({ baseUrl: 'https://h.test', maxRetries: value })).to.throw('maxRetries');
      const { client } = connect({}, ok);
      expect((await failure(client.request({ ...get, maxRetries: value }), Error)).message).to.contain('maxRetries');
    });
  }
});

describe('a DELETE that finds nothing', () => {
  const connectTo = (...steps: Step[]) => {
    const adapter = new ScriptedAdapter(...steps);
    const client = new NodeClient(
      { baseUrl: 'https://h.test', retry: { statuses: [408, 429, 500, 502, 503, 504] } },
      { adapter, clock: new VirtualClock() },
    );
    return { adapter, client };
  };
  const remove = { method: 'DELETE', path: 'things/1' };

  for (const [what, ...before] of [
    ['a lost connection', { fails: 'ECONNRESET' }],
    ['a gateway that timed out', { status: 504 }],
    ['a server that failed', { status: 500 }],
    ['a lost connection and a busy server', { fails: 'ECONNRESET' }, { status: 429 }],
  ] as [string, ...Step[]][]) {
    for (const status of [404, 410]) {
      it(`with ${status}, repeated after ${what}, has succeeded`, async () => {
        const { client, adapter } = connectTo(...before, { status, body: '{"message":"gone"}' });
        expect((await client.request(remove)).body).to.equal(undefined);
        expect(adapter.requests).to.have.length(before.length + 1);
      });
    }
  }

  for (const [what, ...before] of [
    ['at once'],
    ['after a 429', { status: 429 }],
    ['after a 503 with Retry-After', { status: 503, headers: { 'retry-after': '1' } }],
    ['after a connection that was refused', { fails: 'ECONNREFUSED', connected: false }],
  ] as [string, ...Step[]][]) {
    it(`${what} has failed`, async () => {
      const { client } = connectTo(...before, { status: 404 });
      expect(await failure(client.request(remove), APIError)).to.have.property('status', 404);
    });
  }

  it('does not make other methods succeed', async () => {
    for (const method of ['GET', 'PUT', 'PATCH']) {
      const { client } = connectTo({ fails: 'ECONNRESET' }, { status: 404 });
      expect(await failure(client.request({ ...remove, method }), APIError)).to.have.property('status', 404);
    }
  });
});
