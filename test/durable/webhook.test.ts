import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { webhookHandler } from '../../src/durable/webhook.js';
import { ManualClock } from '../support/clock.js';

describe('the webhook of durable runs', () => {
  const clock = new ManualClock();
  const key = Buffer.alloc(32, 7);
  const secret = `whsec_${key.toString('base64')}`;
  const now = Math.floor(clock.date() / 1000);
  let poked: string[];
  const poke = async (id: string): Promise<void> => void poked.push(id);
  beforeEach(() => {
    poked = [];
  });
  const request = (body: string, { id = 'msg_1', timestamp = String(now), signature = sign(body, id, timestamp) } = {}): Request =>
    new Request('https://here.test/hook', {
      method: 'POST',
      body,
      headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
    });
  const sign = (body: string, id: string, timestamp: string, of = key): string =>
    `v1,${createHmac('sha256', of).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

  it('takes the example of the specification', async () => {
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    const own = new ManualClock();
    own.date = () => 1_674_087_231_000;
    const handle = webhookHandler({ secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' }, own, poke);
    const body =
      '{"type": "contact.created","timestamp":"2022-11-03T20:26:10.344522Z","data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}';
    const timestamp = '1674087231';
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
    const signature = sign(body, id, timestamp, Buffer.from('C2FVsBQIhrscChlQIMV+b5sSYspob7oD', 'base64'));
    expect((await handle(request(body, { id, timestamp, signature: `v1a,odd ${signature}` }))).status).to.equal(204);
    expect(poked).to.deep.equal(['1f81eb52-5198-4599-803e-771906343485']);
  });

  it('pokes the runs that a body names', async () => {
    const handle = webhookHandler({ secret: ['whsec_'.concat(Buffer.alloc(24, 1).toString('base64')), secret] }, clock, poke);
    const body = JSON.stringify({ data: { pipelineExecutionId: 'pe_1', team_id: 't', name: 'n', other: 1 } });
    expect((await handle(request(body))).status).to.equal(204);
    expect(poked).to.deep.equal(['pe_1', 't']);
    const chosen = webhookHandler({ secret, idsOf: (json) => [(json as { run: string }).run] }, clock, poke);
    await chosen(request('{"run":"r1"}'));
    expect(poked.at(-1)).to.equal('r1');
  });

  it('refuses what is not signed, too old or too large', async () => {
    const handle = webhookHandler({ secret }, clock, poke);
    const status = async (given: Request): Promise<number> => (await handle(given)).status;
    const body = '{"data":{"id":"a"}}';
    expect(await status(request(body, { signature: sign(`${body} `, 'msg_1', String(now)) }))).to.equal(401);
    expect(await status(request(body, { signature: '' }))).to.equal(401);
    expect(await status(request(body, { signature: 'v1,' }))).to.equal(401);
    expect(await status(request(body, { timestamp: String(now - 301) }))).to.equal(401);
    expect(await status(request(body, { timestamp: 'soon' }))).to.equal(401);
    expect(await status(request('no json'))).to.equal(400);
    expect(await status(request('x'.repeat(2_000_000)))).to.equal(413);
    expect(await status(new Request('https://here.test/hook'))).to.equal(405);
    expect(poked).to.deep.equal([]);
    for (const bad of ['', 'whsec_', 'short', []])
      expect(() => webhookHandler({ secret: bad }, clock, poke), String(bad)).to.throw('webhook:');
  });
});
