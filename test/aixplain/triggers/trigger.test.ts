import { expect } from 'chai';
import nock from 'nock';
import { configurationOf, type Schedule } from '../../../src/aixplain/triggers/schedule.js';
import { ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { answers, backend, body, connect, done, fetching, models } from '../support/platform.js';

describe('a schedule', () => {
  const cases: [Schedule, object][] = [
    [
      { runAt: new Date('2027-01-01'), timezone: 'UTC' },
      { type: 'once', runAt: '2027-01-01T00:00:00.000Z', timezone: 'UTC' },
    ],
    [
      { every: 'hour', interval: 2 },
      { type: 'recurring', repeat: { every: 2, unit: 'hour' } },
    ],
    [
      { every: 'minute', startAt: '2027-01-01' },
      { type: 'recurring', repeat: { every: 1, unit: 'minute' }, startAt: '2027-01-01' },
    ],
    [
      { every: 'day', at: '09:00', timezone: 'Europe/London' },
      { type: 'daily', time: '09:00', timezone: 'Europe/London' },
    ],
    [{ every: 'day' }, { type: 'recurring', repeat: { every: 1, unit: 'day' } }],
    [
      { every: 'day', interval: 3 },
      { type: 'recurring', repeat: { every: 3, unit: 'day' } },
    ],
    [
      { every: 'week', on: ['monday', 'Fri'], at: '08:30' },
      { type: 'weekly', daysOfWeek: ['MON', 'FRI'], time: '08:30' },
    ],
    [
      { every: 'week', on: 'sun' },
      { type: 'weekly', daysOfWeek: ['SUN'] },
    ],
    [
      { every: 'week', interval: 2 },
      { type: 'recurring', repeat: { every: 2, unit: 'week' } },
    ],
    [
      { every: 'month', on: [1, '15'], at: '00:00' },
      { type: 'monthly', daysOfMonth: [1, 15], time: '00:00' },
    ],
  ];
  for (const [schedule, expected] of cases)
    it(`${JSON.stringify(schedule)} is ${JSON.stringify(expected)}`, () => expect(configurationOf(schedule)).to.deep.equal(expected));

  const wrong: [object, string][] = [
    [{ every: 'year' }, 'every'],
    [{ startAt: '2027-01-01' }, 'every'],
    [{ every: 'week' }, 'on'],
    [{ every: 'week', on: 'funday' }, 'on'],
    [{ every: 'month' }, 'on'],
    [{ every: 'month', on: 0 }, 'on'],
    [{ every: 'month', on: [32] }, 'on'],
    [{ every: 'month', on: 1, interval: 2 }, 'interval'],
    [{ every: 'day', interval: 2, at: '09:00' }, 'at'],
    [{ every: 'week', interval: 2, on: 'MON' }, 'on'],
    [{ every: 'hour', at: '09:00' }, 'at'],
    [{ every: 'day', at: '9 o’clock' }, 'at'],
    [{ runAt: '2027', every: 'day' }, 'every'],
    [{ every: 'hour', interval: 0 }, 'interval'],
  ];
  for (const [schedule, field] of wrong)
    it(`${JSON.stringify(schedule)} is refused because of ${field}`, async () => {
      const error = await failure((async () => configurationOf(schedule as Schedule))());
      expect(error).to.be.instanceOf(ValidationError);
      expect((error.details as { field: string }[]).map((detail) => detail.field)).to.include(field);
    });

  it('of which nothing is said is none', () => expect(configurationOf({})).to.equal(undefined));
});

const daily = { type: 'daily', time: '09:00' };
const stored = {
  id: 'g1',
  name: 'Daily',
  input: 'Sum up',
  assetId: 'a1',
  assetType: 'agent',
  triggerType: 'time',
  configuration: daily,
  enabled: false,
  notifications: false,
  nextRunAt: '2027-01-01T09:00:00Z',
};
const path = '/v1/triggers';

const loaded = fetching('Trigger', `${path}/g1`, stored);

describe('a trigger', () => {
  withoutNetwork();

  it('is created from words, with what the platform takes', async () => {
    const aix = connect();
    const agent = new aix.Agent({ id: 'a1' });
    const trigger = new aix.Trigger({ name: 'Daily', agent, input: 'Sum up', every: 'day', at: '09:00' });
    const sent = {
      name: 'Daily',
      input: 'Sum up',
      assetType: 'agent',
      triggerType: 'time',
      enabled: true,
      notifications: false,
      assetId: 'a1',
      configuration: daily,
    };
    nock(backend)
      .post(path, body(sent))
      .reply(201, { ...stored, enabled: true });
    await trigger.save();
    expect([trigger.id, trigger.enabled, trigger.isModified]).to.deep.equal(['g1', true, false]);
    nock(backend)
      .put(`${path}/g1`, body({ ...sent, enabled: false, id: 'g1' }))
      .reply(200, stored);
    await trigger.save({ enabled: false });
    expect(() => new aix.Trigger({ agent: new aix.Agent({ name: 'n' }) })).to.throw(ValidationError, 'saved');
  });

  it('is read with what the platform says', async () => {
    const trigger = await loaded();
    expect([trigger.enabled, trigger.configuration, trigger.nextRunAt?.getUTCHours()]).to.deep.equal([false, daily, 9]);
    const external = await loaded({ triggerType: 'external', triggerId: 'ti-1', configuration: undefined });
    nock(backend)
      .put(`${path}/g1`, (sent) => sent.triggerId === 'ti-1' && sent.configuration === undefined && sent.triggerType === 'external')
      .reply(200, {});
    await external.save({ enabled: true });
  });

  it('needs a schedule, or an event with a connected tool', async () => {
    const { Trigger: Triggers } = connect();
    expect((await failure(Triggers.create({ name: 'x' }))).details).to.have.nested.property('[0].field', 'configuration');
    expect((await failure(Triggers.create({ name: 'x', event: 'NEW' }))).details).to.have.nested.property('[0].field', 'connectedTool');
  });

  it('is found by its agent', async () => {
    const aix = connect();
    nock(backend).get(path).query({ agentId: 'a1' }).times(2).reply(200, [stored]);
    expect((await aix.Trigger.search({ agent: new aix.Agent({ id: 'a1' }) })).total).to.equal(1);
    expect((await aix.Trigger.search({ agent: 'a1' })).pageTotal).to.equal(1);
    nock(backend).get(path).query({}).reply(200, []);
    expect((await aix.Trigger.search()).length).to.equal(0);
  });
});

describe('a trigger for an event', () => {
  withoutNetwork();

  const activates = () =>
    answers(
      't1',
      { action: 'activate_trigger', data: { slug: 'NEW_MSG', config: { a: 1 } }, enable: true, toolkit_versions: 'latest' },
      { ...done, data: { trigger_id: 'ti-1' } },
    );
  const takesBack = () => answers('t1', { action: 'delete_trigger', data: { trigger_id: 'ti-1' } }, { ...done, data: { deleted: true } });
  const external = (aix = connect()) =>
    new aix.Trigger({
      name: 'Mail',
      agent: 'a1',
      input: 'Answer',
      event: 'NEW_MSG',
      eventConfig: { a: 1 },
      connectedTool: new aix.Tool({ id: 't1' }),
    });

  it('subscribes first, and takes the subscription back when it is deleted', async () => {
    const trigger = external();
    activates();
    nock(backend)
      .post(
        path,
        ({ triggerId, triggerType, configuration, event }) =>
          triggerId === 'ti-1' && triggerType === 'external' && configuration === undefined && event === undefined,
      )
      .reply(201, { ...stored, triggerType: 'external', triggerId: 'ti-1' });
    await trigger.save();
    expect([trigger.triggerId, trigger.isExternal, trigger.isModified]).to.deep.equal(['ti-1', true, false]);
    const clone = await trigger.clone();
    expect(clone.triggerId).to.equal(undefined);
    takesBack();
    nock(backend).delete(`${path}/g1`).reply(200, {});
    await trigger.delete();
  });

  it('takes the subscription back when it cannot be created', async () => {
    activates();
    nock(backend)
      .post(path)
      .reply(400, { message: ['property x should not exist'] });
    takesBack();
    const error = await failure(external().save());
    expect(error.status).to.equal(400);
    nock(models).post('/api/v2/execute/t1').reply(200, { status: 'SUCCESS', completed: true, data: {} });
    expect(await failure(external().save())).to.be.instanceOf(ResourceError);
  });

  it('takes the event as an option of the connected tool', async () => {
    const aix = connect();
    answers('t1', { action: 'list_trigger_types', data: '' }, { ...done, data: [{ slug: 'NEW_MSG', name: 'New message' }] });
    const [event] = await new aix.Tool({ id: 't1' }).eventOptions();
    expect(event?.connectionId).to.equal('t1');
    activates();
    nock(backend)
      .post(path)
      .reply(201, { ...stored, triggerType: 'external' });
    const trigger = await new aix.Trigger({ name: 'Mail', agent: 'a1', event, eventConfig: { a: 1 } }).save();
    expect(trigger.triggerId).to.equal('ti-1');
  });

  it('warns when the subscription stays because its tool is not known', async () => {
    const trigger = await loaded({ triggerType: 'external', triggerId: 'ti-1' });
    const warnings: string[] = [];
    trigger.on('warning', ({ message }) => warnings.push(message));
    nock(backend).delete(`${path}/g1`).reply(200, {});
    await trigger.delete();
    expect(warnings.join()).to.contain('ti-1 is still there');
  });
});
