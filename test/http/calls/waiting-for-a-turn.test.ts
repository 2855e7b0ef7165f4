import { expect } from 'chai';
import { NodeClient } from '../../../src/http/node/client.js';
import type { ClientOptions } from '../../../src/http/options.js';
import { AbortedError, RateLimitError, TimeoutError } from '../../../src/model/errors/index.js';
import { ManualClock, settle } from '../../support/clock.js';
import { failure } from '../../support/failure.js';
import { ScriptedAdapter, type Step } from '../support/scripted-adapter.js';

const ok: Step = { status: 200, body: '{}' };
const get = { method: 'GET', path: 'things' };
const pauseOf = (seconds: number): Step => ({ status: 429, headers: { 'retry-after': String(seconds) } });

function connect(options: Partial<ClientOptions>, ...steps: Step[]) {
  const clock = new ManualClock();
  const adapter = new ScriptedAdapter(...steps);
  return { clock, adapter, client: new NodeClient({ baseUrl: 'https://h.test', ...options }, { clock, adapter }) };
}

/** Runs a call and records when it ended, in milliseconds. */
function timed<T>(clock: ManualClock, call: Promise<T>) {
  const ended: { at?: number; error?: unknown } = {};
  call.then(
    () => Object.assign(ended, { at: clock.now() }),
    (error: unknown) => Object.assign(ended, { at: clock.now(), error }),
  );
  return ended;
}

describe('the wait of a call for its turn', () => {
  it("ends with the connection's timeout while the server has asked for a pause", async () => {
    const { clock, client, adapter } = connect({ timeout: 2 }, pauseOf(1_000_000_000), ok);
    await failure(client.request(get), RateLimitError);
    const second = timed(clock, client.request(get));
    await clock.pass(1999);
    expect(second.at).to.equal(undefined);
    await clock.pass(1);
    expect(second).to.have.property('at', 2000);
    expect(second.error).to.be.instanceOf(TimeoutError);
    expect((second.error as Error).message).to.contain('did not let it be sent within 2 s');
    expect(adapter.requests).to.have.length(1);
  });

  it('counts a pause that begins while the call is already waiting', async () => {
    const { clock, client, adapter } = connect({ timeout: 5, maxRetries: 0, limits: { perSecond: 1 } }, pauseOf(60), ok);
    const first = failure(client.request(get), RateLimitError);
    const second = timed(clock, client.request(get));
    await first;
    await clock.pass(5000);
    expect(second).to.have.property('at', 5000);
    expect(adapter.requests).to.have.length(1);
  });

  it('counts the pause and the request together', async () => {
    const { clock, client } = connect({ timeout: 5, maxRetries: 100 }, pauseOf(4), { status: 503, headers: { 'retry-after': '2' } }, ok);
    await failure(client.request({ ...get, maxRetries: 0 }), RateLimitError);
    const second = timed(clock, client.request(get));
    await clock.pass(4000);
    // The response asks for two seconds, and one is left.
    expect(second).to.have.property('at', 4000);
    expect(second.error).to.have.property('status', 503);
  });

  it("is not limited by the connection's timeout in the queue of the connection's own limits", async () => {
    const { clock, client, adapter } = connect({ timeout: 2, limits: { perSecond: 1 } }, ok);
    const all = timed(clock, Promise.all(Array.from({ length: 20 }, () => client.request(get))));
    await clock.pass(18_999);
    expect(all.at).to.equal(undefined);
    await clock.pass(1);
    expect(all).to.deep.equal({ at: 19_000 });
    expect(adapter.requests).to.have.length(20);
  });

  it("is not limited by the connection's timeout after a pause has ended and others go first", async () => {
    const { clock, client } = connect({ timeout: 4, maxRetries: 1, limits: { concurrency: 1, perSecond: 1 } }, pauseOf(1), ok);
    const all = timed(clock, Promise.all(Array.from({ length: 20 }, () => client.request(get))));
    await clock.pass(20_000);
    expect(all).to.deep.equal({ at: 20_000 });
  });

  it('ends with the timeout of the call in every queue', async () => {
    const { clock, client, adapter } = connect({ limits: { perSecond: 0.1 } }, ok);
    await client.request(get);
    const second = timed(clock, client.request({ ...get, timeout: 0.04 }));
    await clock.pass(40);
    expect(second).to.have.property('at', 40);
    expect(second.error).to.be.instanceOf(TimeoutError);
    await clock.pass(60_000);
    expect(adapter.requests).to.have.length(1);
  });

  it('may be longer than a timeout that is not to cover the queue', async () => {
    const { clock, client, adapter } = connect({ limits: { perSecond: 0.1 } }, ok);
    await client.request(get);
    const second = timed(clock, client.request({ ...get, timeout: 2, timeoutCoversQueue: false }));
    await clock.pass(10_000);
    expect(second).to.deep.equal({ at: 10_000 });
    expect(adapter.requests).to.have.length(2);
  });

  it('leaves nothing unknown about a call that creates, since it was not sent', async () => {
    const { clock, client } = connect({ limits: { perSecond: 0.1 } }, ok);
    await client.request(get);
    const second = timed(clock, client.request({ method: 'POST', path: 'x', body: {}, once: true, timeout: 1 }));
    await clock.pass(1000);
    expect(second.error).to.include({ outcome: undefined, retryable: true });
  });

  it('ends with the signal of the call, during a pause and in the queue', async () => {
    for (const first of [pauseOf(50), ok]) {
      const { clock, client, adapter } = connect({ maxRetries: 0, limits: { perSecond: 0.1 } }, first, ok);
      await client.request(get).catch(() => {});
      const controller = new AbortController();
      const second = timed(clock, client.request({ ...get, signal: controller.signal }));
      await settle();
      controller.abort();
      await settle();
      expect(second).to.have.property('at', 0);
      expect(second.error).to.be.instanceOf(AbortedError);
      expect(clock.pending).to.equal(0);
      expect(adapter.requests).to.have.length(1);
    }
  });

  for (const [ahead, what] of [
    [3600, 'ahead'],
    [-3600, 'behind'],
  ] as const) {
    it(`lasts as long as a server says whose clock is an hour ${what}`, async () => {
      const server = new ManualClock().date() + ahead * 1000;
      const utc = (ms: number) => new Date(ms).toUTCString();
      const headers = { date: utc(server), 'retry-after': utc(server + 1000) };
      const { clock, client, adapter } = connect({}, { status: 429, headers }, ok);
      const call = timed(clock, client.request(get));
      await clock.pass(999);
      expect(adapter.requests).to.have.length(1);
      await clock.pass(1);
      expect(call).to.deep.equal({ at: 1000 });
    });
  }

  it('ends when the request cannot be sent in time, which does not limit a request that was sent', async () => {
    const { clock, client, adapter } = connect({ limits: { perSecond: 0.1 } }, ok);
    await client.request({ ...get, sendWithin: 0 });
    const second = timed(clock, client.request({ ...get, sendWithin: 3 }));
    await clock.pass(3000);
    expect(second).to.have.property('at', 3000);
    expect(second.error).to.be.instanceOf(TimeoutError);
    expect(adapter.requests).to.have.length(1);
  });

  it('is not begun when Retry-After leads past the time within which the request must be sent', async () => {
    const { client, adapter } = connect({}, pauseOf(10), ok);
    await failure(client.request({ ...get, sendWithin: 3 }), RateLimitError);
    expect(adapter.requests).to.have.length(1);
  });

  it('ends while new credentials are fetched', async () => {
    const credentials = ({ refresh }: { refresh: boolean }) => (refresh ? new Promise<never>(() => {}) : { authorization: 'a' });
    for (const limit of ['timeout', 'signal']) {
      const { clock, client } = connect({ credentials, timeout: limit === 'timeout' ? 3 : 60 }, { status: 401 });
      const controller = new AbortController();
      const call = timed(clock, client.request({ ...get, signal: controller.signal }));
      await clock.pass(3000);
      if (limit === 'signal') controller.abort();
      await settle();
      expect(call).to.have.property('at', 3000);
      expect((call.error as Error).name).to.equal(limit === 'signal' ? 'AbortError' : 'AuthenticationError');
    }
  });
});
