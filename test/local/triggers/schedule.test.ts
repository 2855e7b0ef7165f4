import { expect } from 'chai';
import { ScheduleProblem, scheduleOf } from '../../../src/local/triggers/schedule.js';

const created = Date.parse('2026-01-31T10:20:00Z');

/** The next times after one, as ISO 8601. */
function times(configuration: Record<string, unknown>, after: string, count = 3): (string | undefined)[] {
  const schedule = scheduleOf(configuration, created);
  const found: (string | undefined)[] = [];
  for (let at: number | undefined = Date.parse(after); found.length < count && at !== undefined; ) {
    at = schedule.next(at);
    found.push(at === undefined ? undefined : new Date(at).toISOString().replace(/:00\.000Z$/, 'Z'));
  }
  return found;
}

describe('Schedules of triggers', () => {
  it('are due once', () => {
    expect(times({ type: 'once', runAt: '2026-03-01T09:00:00Z' }, '2026-02-01T00:00Z')).to.deep.equal(['2026-03-01T09:00Z', undefined]);
    expect(times({ type: 'once', runAt: '2026-07-01T09:00:00', timezone: 'Europe/Berlin' }, '2026-02-01T00:00Z', 1)).to.deep.equal([
      '2026-07-01T07:00Z',
    ]);
    expect(times({ type: 'once', runAt: '2026-07-01T09:00:00+02:00' }, '2026-02-01T00:00Z', 1)).to.deep.equal(['2026-07-01T07:00Z']);
  });

  it('are due at a time of each day, in a zone with summer time', () => {
    const london = { type: 'daily', time: '09:00', timezone: 'Europe/London' };
    expect(times(london, '2026-03-28T09:00:00Z')).to.deep.equal(['2026-03-29T08:00Z', '2026-03-30T08:00Z', '2026-03-31T08:00Z']);
    expect(times({ type: 'daily', time: '00:30' }, '2026-01-01T00:29:59Z', 1)).to.deep.equal(['2026-01-01T00:30Z']);
    const skipped = { type: 'daily', time: '02:30', timezone: 'Europe/Berlin' };
    expect(times(skipped, '2026-03-28T12:00:00Z', 2), 'a time that clocks skip').to.deep.equal(['2026-03-29T01:30Z', '2026-03-30T00:30Z']);
    expect(times(skipped, '2026-10-24T12:00:00Z', 2), 'a time that clocks show twice').to.deep.equal([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
  });

  it('are due on days of the week and of the month', () => {
    expect(times({ type: 'weekly', daysOfWeek: ['MON', 'fri'], time: '18:00' }, '2026-01-30T18:00:00Z')).to.deep.equal([
      '2026-02-02T18:00Z',
      '2026-02-06T18:00Z',
      '2026-02-09T18:00Z',
    ]);
    expect(times({ type: 'monthly', daysOfMonth: [31], time: '08:00' }, '2026-01-31T08:00:00Z')).to.deep.equal([
      '2026-03-31T08:00Z',
      '2026-05-31T08:00Z',
      '2026-07-31T08:00Z',
    ]);
    expect(times({ type: 'monthly', daysOfMonth: [29] }, '2026-01-30T08:00:00Z', 2)[0]).to.equal('2026-03-29T00:00Z');
  });

  it('are due at intervals, from their start or from when they were made', () => {
    const every = (count: number, unit: string, more: object = {}) => ({ type: 'recurring', repeat: { every: count, unit }, ...more });
    expect(times(every(15, 'minute'), '2026-01-31T10:20:00Z', 2)).to.deep.equal(['2026-01-31T10:35Z', '2026-01-31T10:50Z']);
    expect(times(every(2, 'hour'), '2026-02-07T10:20:00Z', 1)).to.deep.equal(['2026-02-07T12:20Z']);
    const later = { startAt: '2026-02-10T06:00:00Z' };
    expect(times(every(3, 'day', later), '2026-02-01T00:00:00Z', 2), 'the start counts').to.deep.equal([
      '2026-02-10T06:00Z',
      '2026-02-13T06:00Z',
    ]);
    expect(times(every(2, 'week', later), '2026-02-10T06:00:00Z', 1)).to.deep.equal(['2026-02-24T06:00Z']);
    expect(times(every(1, 'month'), '2026-01-31T10:20:00Z'), 'the last day of shorter months').to.deep.equal([
      '2026-02-28T10:20Z',
      '2026-03-31T10:20Z',
      '2026-04-30T10:20Z',
    ]);
    const summer = { startAt: '2026-03-27T09:00:00', timezone: 'Europe/Berlin' };
    expect(times(every(1, 'day', summer), '2026-03-28T08:00:00Z', 1), 'at the same time of day').to.deep.equal(['2026-03-29T07:00Z']);
  });

  it('are refused when they say no time', () => {
    for (const [configuration, field] of [
      [{}, 'type'],
      [{ type: 'sometimes' }, 'type'],
      [{ type: 'once' }, 'runAt'],
      [{ type: 'once', runAt: 'soon' }, 'runAt'],
      [{ type: 'daily', time: '25:00' }, 'time'],
      [{ type: 'daily', time: '09:00', timezone: 'Mars/Base' }, 'timezone'],
      [{ type: 'weekly' }, 'daysOfWeek'],
      [{ type: 'weekly', daysOfWeek: ['FUNDAY'] }, 'daysOfWeek'],
      [{ type: 'monthly', daysOfMonth: [0] }, 'daysOfMonth'],
      [{ type: 'recurring' }, 'repeat.every'],
      [{ type: 'recurring', repeat: { every: 1, unit: 'moon' } }, 'repeat.unit'],
    ] as const) {
      const refusal = (): unknown => scheduleOf(configuration, created);
      expect(refusal, JSON.stringify(configuration)).to.throw(ScheduleProblem).with.property('field', `configuration.${field}`);
    }
  });
});
