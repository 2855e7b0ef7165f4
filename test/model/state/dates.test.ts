import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, Entity, Field, GetResourceMixin } from '../../../src/index.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

@Entity({ path: 'w', update: 'patch' })
class Dated extends GetResourceMixin(BaseResource) {
  @Field() name!: string;
  @Field({ type: Date }) at!: Date | null;
  @Field({ type: Date }) list!: Date[];
}

const utc = (text: string): Date => new Date(text);

describe('the form of a date on the wire', () => {
  withoutNetwork();
  const api = connect();
  const Dates = api.bind(Dated);
  after(() => api.close());

  /** What came, what the date is, and what is sent for another date. */
  const forms: [string | number, string, string, string | number][] = [
    [1700000000000, '2023-11-14T22:13:20.000Z', '2023-11-14T22:13:21.000Z', 1700000001000],
    [1700000000123, '2023-11-14T22:13:20.123Z', '2023-11-14T22:13:21.000Z', 1700000001000],
    [1700000000, '2023-11-14T22:13:20.000Z', '2023-11-14T22:13:21.000Z', 1700000001],
    [1700000000.5, '2023-11-14T22:13:20.500Z', '2023-11-14T22:13:21.250Z', 1700000001.25],
    [0, '1970-01-01T00:00:00.000Z', '2023-11-14T22:13:21.000Z', 1700000001],
    [-86400, '1969-12-31T00:00:00.000Z', '1969-12-30T00:00:00.000Z', -172800],
    ['2024-01-15', '2024-01-15T00:00:00.000Z', '2024-02-01T00:00:00.000Z', '2024-02-01'],
    ['2024-01-15', '2024-01-15T00:00:00.000Z', '2024-02-01T10:00:00.000Z', '2024-02-01T10:00:00.000Z'],
    ['2024-01-15T10:00:00+02:00', '2024-01-15T08:00:00.000Z', '2024-01-31T23:00:00.000Z', '2024-02-01T01:00:00+02:00'],
    ['2024-01-15T10:00:00.5-0330', '2024-01-15T13:30:00.500Z', '2024-01-15T13:30:00.000Z', '2024-01-15T10:00:00.000-0330'],
    ['2024-01-15T10:00:00+00:00', '2024-01-15T10:00:00.000Z', '2024-01-15T11:00:00.125Z', '2024-01-15T11:00:00.125+00:00'],
    ['2024-01-15T10:00Z', '2024-01-15T10:00:00.000Z', '2024-01-15T11:00:00.000Z', '2024-01-15T11:00:00.000Z'],
    ['2024-01-15T10:00:00.123456Z', '2024-01-15T10:00:00.123Z', '2024-01-15T11:00:00.000Z', '2024-01-15T11:00:00.000Z'],
  ];

  it('is that of the date it replaces', async () => {
    for (const [came, read, edit, sent] of forms) {
      const record = Dates.fromDict({ id: '1', at: came });
      expect(record.at, String(came)).to.deep.equal(utc(read));
      expect(record.isModified).to.equal(false);
      expect(record.toDict().at).to.equal(came);
      record.at = utc(edit);
      expect(record.changes.at).to.deep.equal({ from: utc(read), to: utc(edit) });
      nock(origin).patch('/w/1', { at: sent }).reply(200, {});
      await record.save();
      expect(record.isModified).to.equal(false);
      record.at!.setTime(record.at!.getTime() + 86_400_000);
      expect(record.changedFields).to.deep.equal(['at']);
      record.at = utc(edit);
      expect(record.isModified).to.equal(false);
    }
  });

  it('is local time where a text had no offset', () => {
    const record = Dates.fromDict({ id: '1', at: '2024-01-15 10:00:00' });
    const local = new Date(2024, 1, 1, 9, 30, 5);
    record.at = local;
    expect(record.toDict().at).to.equal('2024-02-01 09:30:05');
    expect(new Date(record.toDict().at as string)).to.deep.equal(local);
  });

  it('is ISO text where nothing came before, or no date', () => {
    const at = utc('2024-02-01T00:00:00.000Z');
    for (const record of [
      new Dates({ at }),
      Object.assign(Dates.fromDict({ id: '1', at: null }), { at }),
      Object.assign(Dates.fromDict({ id: '1', at: 'soon' }), { at }),
    ]) {
      expect(record.toDict().at).to.equal('2024-02-01T00:00:00.000Z');
    }
  });

  it('is kept in lists, by clones and by records that came from fromDict without an id', async () => {
    const record = Dates.fromDict({ id: '1', at: 1700000000, list: ['2024-01-15', '2024-01-16'] });
    record.list.push(utc('2024-03-01T00:00:00.000Z'));
    record.list[0]!.setUTCDate(1);
    expect(record.toDict().list).to.deep.equal(['2024-01-01', '2024-01-16', '2024-03-01']);
    const copy = await record.clone();
    copy.at = utc('2023-11-14T22:13:21.000Z');
    expect(copy.toDict()).to.deep.include({ at: 1700000001, list: ['2024-01-01', '2024-01-16', '2024-03-01'] });
    const fresh = Dates.fromDict({ at: 1700000000000 });
    fresh.at!.setTime(1700000001000);
    expect(fresh.toDict().at).to.equal(1700000001000);
  });
});
