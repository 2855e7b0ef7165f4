import { expect } from 'chai';
import { NodeClient } from '../../../src/http/node/client.js';
import { AbortedError } from '../../../src/model/errors/index.js';
import type { TransportRequest } from '../../../src/model/ports/transport.js';
import { mayHaveHadEffect } from '../../../src/model/support/possible-effect.js';
import { VirtualClock } from '../../support/clock.js';
import { failure } from '../../support/failure.js';
import { ScriptedAdapter, type Step } from '../support/scripted-adapter.js';

const create: TransportRequest = { method: 'POST', path: 'x', body: {}, once: true };
const keyed: TransportRequest = { ...create, idempotencyKey: 'k' };

const lost: Step = { fails: 'ECONNRESET' };
const unreachable: Step = { fails: 'ECONNREFUSED', connected: false };
const status = (code: number, headers = {}): Step => ({ status: code, headers });

async function failed(steps: Step[], request: TransportRequest = keyed, options: object = {}): Promise<Error & { outcome?: unknown }> {
  const adapter = new ScriptedAdapter(...steps);
  const client = new NodeClient({ baseUrl: 'https://h.test', ...options }, { adapter, clock: new VirtualClock() });
  return failure(client.request(request));
}

describe('whether a call that failed may have been carried out', () => {
  for (const [name, steps, expected] of [
    ['a lost response', [lost], true],
    ['no connection', [unreachable], false],
    ['a refusal', [status(400)], false],
    ['a conflict', [status(409)], false],
    ['429 only', [status(429)], false],
    ['503 with Retry-After', [status(503, { 'retry-after': '0' })], false],
    ['408', [status(408)], true],
    ['500', [status(500)], true],
    ['504', [status(504)], true],
    ['a lost response and then 400', [lost, status(400)], true],
    ['a lost response and then 409', [lost, status(409)], true],
    ['a lost response and then 429', [lost, status(429)], true],
    ['504 and then no connection', [status(504), unreachable], true],
    ['no connection and then 400', [unreachable, status(400)], false],
  ] as const) {
    it(`${expected ? 'is possible' : 'is ruled out'} after ${name}, under the key of a caller`, async () => {
      const error = await failed([...steps]);
      expect(mayHaveHadEffect(error)).to.equal(expected);
      expect(error.outcome).to.equal(undefined);
    });
  }

  it('is possible when the call is aborted between two tries, the first of which may have arrived', async () => {
    for (const [step, expected] of [
      [lost, true],
      [unreachable, false],
    ] as const) {
      const control = new AbortController();
      const error = await failed([step], { ...keyed, signal: control.signal, observer: { retry: () => control.abort() } });
      expect(error).to.be.instanceOf(AbortedError);
      expect(mayHaveHadEffect(error)).to.equal(expected);
    }
  });

  it('is possible after a refusal when an earlier call under the key may have arrived', async () => {
    expect(mayHaveHadEffect(await failed([status(400)], { ...keyed, sentBefore: true }))).to.equal(true);
  });

  it('leaves the outcome unknown where the key is not the caller’s', async () => {
    expect((await failed([lost, status(400)], { ...keyed, ownKey: true })).outcome).to.equal('unknown');
    expect((await failed([status(400)], { ...keyed, ownKey: true, sentBefore: true })).outcome).to.equal('unknown');
    expect((await failed([status(400)], { ...keyed, ownKey: true })).outcome).to.equal(undefined);
  });

  it('is told by an error that it has caused', async () => {
    const cause = await failed([lost]);
    expect(mayHaveHadEffect(new Error('outer', { cause: new Error('inner', { cause }) }))).to.equal(true);
    expect(mayHaveHadEffect(new Error('outer'))).to.equal(false);
    const circular = new Error('circular');
    circular.cause = circular;
    expect(mayHaveHadEffect(circular)).to.equal(false);
  });
});
