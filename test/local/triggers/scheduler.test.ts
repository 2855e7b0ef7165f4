import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { useFolder } from '../../support/folder.js';
import { itOnSqlite } from '../../support/services/only.js';
import { Client, type Json, usePlatform } from '../support/platform.js';

const start = Date.parse('2026-03-02T08:00:00Z');

describe('Triggers of the local platform', () => {
  let now = start;
  const local = usePlatform({ clock: () => now });
  afterEach(() => {
    now = start;
  });
  const asked: unknown[] = [];
  const post = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;
  const read = async (id: string): Promise<Json> => (await local.client.get(`/v1/triggers/${id}`)).body;

  /** A trigger of an agent that notes what it is asked. */
  async function daily(about: object = {}): Promise<{ agent: Json; trigger: Json }> {
    asked.length = 0;
    const agent = await post('/v2/agents', { name: 'Desk' });
    local.platform.block(agent.id, ({ inputs }) => {
      asked.push(inputs.query);
      return `seen: ${inputs.query as string}`;
    });
    const trigger = await post('/v1/triggers', {
      ...{ name: 'Daily', input: 'Sum up', assetType: 'agent', triggerType: 'time', enabled: true, notifications: false },
      ...{ assetId: agent.id, configuration: { type: 'daily', time: '09:00' }, ...about },
    });
    return { agent, trigger };
  }
  const settled = (id: string): Promise<Json> =>
    local.client.until(`/v1/triggers/${id}`, ({ lastRunAt, enqueued }) => lastRunAt !== null && !enqueued);

  it('start what is due by then before they are changed', async () => {
    for (const [configuration, next] of [
      [{ type: 'daily', time: '09:00' }, '2026-03-03T09:00:00.000Z'],
      [{ type: 'once', runAt: '2026-03-02T09:00:00Z' }, null],
    ]) {
      now = start;
      const { agent, trigger } = await daily({ configuration });
      now = Date.parse('2026-03-02T09:00:00.100Z');
      await local.client.put(`/v1/triggers/${trigger.id}`, { name: 'Renamed' });
      expect(await settled(trigger.id)).to.include({ name: 'Renamed', lastRunAt: '2026-03-02T09:00:00.100Z', nextRunAt: next });
      expect(asked).to.deep.equal(['Sum up']);
      await local.client.delete(`/v1/triggers/${trigger.id}`);
      await local.client.delete(`/v2/agents/${agent.id}`);
    }
  });

  it('start their agent with their input when they are due, and say when that is', async () => {
    const { trigger } = await daily();
    expect(trigger).to.include({ nextRunAt: '2026-03-02T09:00:00.000Z', lastRunAt: null, enqueued: false, failureCount: 0 });
    local.platform.clock.advance(3599);
    expect((await read(trigger.id)).lastRunAt).to.equal(null);
    local.platform.clock.advance(1);
    const after = await settled(trigger.id);
    expect(after).to.include({ nextRunAt: '2026-03-03T09:00:00.000Z', lastRunAt: '2026-03-02T09:00:00.000Z', failureCount: 0 });
    expect(asked).to.deep.equal(['Sum up']);
    const run = (await local.client.get(`/sdk/agents/${after.lastRequestId}/result`)).body;
    expect(run).to.include({ status: 'SUCCESS' }).and.to.have.nested.property('data.output', 'seen: Sum up');
    local.platform.clock.advance(24 * 3600);
    await local.client.until(`/v1/triggers/${trigger.id}`, ({ enqueued, lastRunAt }) => !enqueued && lastRunAt > after.lastRunAt);
    expect(asked).to.have.length(2);
  });

  it('start it once for the times that were missed', async () => {
    const { trigger } = await daily({ configuration: { type: 'recurring', repeat: { every: 10, unit: 'minute' } } });
    local.platform.clock.advance(3 * 3600 + 5);
    expect((await settled(trigger.id)).nextRunAt).to.equal('2026-03-02T11:10:00.000Z');
    expect(asked).to.have.length(1);
  });

  it('do nothing while they are disabled, when they are external, and after their time', async () => {
    const { trigger } = await daily({ enabled: false });
    expect(trigger.nextRunAt).to.equal(null);
    local.platform.clock.advance(2 * 24 * 3600);
    expect(await read(trigger.id)).to.include({ lastRunAt: null, nextRunAt: null });
    const on = (await local.client.put(`/v1/triggers/${trigger.id}`, { id: trigger.id, name: 'Daily', enabled: true })).body;
    expect(on.nextRunAt, 'from now on').to.equal('2026-03-04T09:00:00.000Z');
    const off = (await local.client.put(`/v1/triggers/${trigger.id}`, { id: trigger.id, enabled: false })).body;
    expect(off.nextRunAt).to.equal(null);
    const event = await post('/v1/triggers', { name: 'Event', triggerType: 'external', triggerId: 'ti-1', enabled: true });
    const past = await post('/v1/triggers', {
      name: 'Past',
      triggerType: 'time',
      configuration: { type: 'once', runAt: '2026-01-01T00:00:00Z' },
    });
    expect([event.nextRunAt, past.nextRunAt]).to.deep.equal([null, null]);
  });

  it('run once where that is what they are for', async () => {
    const { trigger } = await daily({ configuration: { type: 'once', runAt: '2026-03-02T08:30:00', timezone: 'UTC' } });
    local.platform.clock.advance(1800);
    expect(await settled(trigger.id)).to.include({ nextRunAt: null, lastRunAt: '2026-03-02T08:30:00.000Z' });
  });

  it('are not run once they are deleted', async () => {
    const { trigger } = await daily();
    await local.client.delete(`/v1/triggers/${trigger.id}`);
    const { trigger: other } = await daily({ name: 'Other', assetId: 'nobody' });
    local.platform.clock.advance(3600);
    const failed = await settled(other.id);
    expect(failed.failureCount).to.equal(1);
    const run = (await local.client.get(`/sdk/agents/${failed.lastRequestId}/result`)).body;
    expect(run.errorMessage).to.contain('Agent not found');
    expect(asked).to.deep.equal([]);
  });

  it('count failures and try again as often as they say', async () => {
    const { agent, trigger } = await daily({ retryCount: 2 });
    let attempts = 0;
    local.platform.block(agent.id, () => {
      attempts++;
      if (attempts < 5) throw new Error('asleep');
      return 'awake';
    });
    local.platform.clock.advance(3600);
    expect((await settled(trigger.id)).failureCount).to.equal(3);
    expect(attempts).to.equal(3);
    local.platform.clock.advance(24 * 3600);
    await local.client.until(`/v1/triggers/${trigger.id}`, ({ enqueued, failureCount }) => !enqueued && failureCount === 0);
    expect(attempts).to.equal(5);
  });

  it('are refused when their schedule is none', async () => {
    for (const [configuration, field] of [
      [{ type: 'sometimes' }, 'configuration.type'],
      [{ type: 'daily', time: 'noon' }, 'configuration.time'],
    ] as const) {
      const body = { name: 'Bad', triggerType: 'time', configuration };
      const { status, body: refused } = await local.client.post('/v1/triggers', body);
      expect([status, refused.details?.[0].field]).to.deep.equal([400, field]);
    }
  });
});

describe('The triggers of a platform that was stopped', () => {
  const folder = useFolder();

  it('start what they missed, once', async () => {
    let now = start;
    const options = { port: false, dataDir: folder.path, clock: () => now } as const;
    const first = await LocalPlatform.start(options);
    const client = new Client(first);
    const { id: assetId } = (await client.post('/v2/agents', { name: 'Desk' })).body;
    const trigger = { name: 'Hourly', input: 'hi', assetId, triggerType: 'time' };
    const configuration = { type: 'recurring', repeat: { every: 1, unit: 'hour' } };
    const { id } = (await client.post('/v1/triggers', { ...trigger, configuration })).body;
    await first.close();
    now += 5.5 * 3_600_000;
    first.clock.advance(3600);
    const second = await LocalPlatform.start(options);
    try {
      const after = await new Client(second).until(`/v1/triggers/${id}`, ({ lastRunAt, enqueued }) => lastRunAt !== null && !enqueued);
      expect(after).to.include({ lastRunAt: '2026-03-02T13:30:00.000Z', nextRunAt: '2026-03-02T14:00:00.000Z', failureCount: 0 });
    } finally {
      await second.close();
    }
  });

  // The connections to PostgreSQL have timers of their own.
  itOnSqlite('are not waited for any more', async () => {
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    const waiting = new Set<unknown>();
    globalThis.setTimeout = ((work: () => void, time?: number) => {
      const timer = set(() => {
        waiting.delete(timer);
        work();
      }, time);
      waiting.add(timer);
      return timer;
    }) as typeof setTimeout;
    globalThis.clearTimeout = ((timer?: NodeJS.Timeout) => {
      waiting.delete(timer);
      clear(timer);
    }) as typeof clearTimeout;
    try {
      const trigger = { name: 'Hourly', triggerType: 'time', configuration: { type: 'daily', time: '09:00' } };
      const platform = await LocalPlatform.start({ port: false, clock: () => start, seed: { assets: { 'v1/triggers': [trigger] } } });
      expect(waiting.size, 'it waits for the next one').to.equal(1);
      await platform.reset();
      expect(waiting.size).to.equal(1);
      await platform.close();
      expect(waiting.size).to.equal(0);
    } finally {
      Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    }
  });
});
