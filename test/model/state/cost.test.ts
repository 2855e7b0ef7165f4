import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, Entity, Field, GetResourceMixin } from '../../../src/index.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';
import { countWork } from '../../support/work.js';

const scalars = Array.from({ length: 20 }, (_, index) => `field${index}`);
const dates = ['createdAt', 'updatedAt', 'startedAt', 'completedAt', 'seenAt'];

class Declared extends GetResourceMixin(BaseResource) {
  declare field7: string;
  declare seenAt: Date;
  declare config: { a: { b: number } };
  declare ports: unknown[];
}
for (const name of [...scalars, 'config', 'ports']) Field()(Declared.prototype, name);
for (const name of dates) Field({ type: Date })(Declared.prototype, name);
const Wide = Entity({ path: 'wides', update: 'patch' })(Declared);
const Whole = Entity({ path: 'wides', update: 'put' })(class extends Wide {});

const json = {
  id: 'w1',
  ...Object.fromEntries(scalars.map((name) => [name, name])),
  ...Object.fromEntries(dates.map((name) => [name, '2024-01-15T10:00:00.000Z'])),
  config: { a: { b: 1 } },
  ports: [{ name: 'in' }],
};

describe('what a save costs', () => {
  withoutNetwork();
  const api = connect();
  after(() => api.close());

  /** A bound class with metadata of its own, so that the counts are of one test. */
  const fresh = (base: typeof Wide): typeof Wide => api.bind(Entity({ path: 'wides' })(class extends base {}));

  it('is one comparison and one conversion for one changed field of a patched record', async () => {
    const Fresh = fresh(Wide);
    nock(origin)
      .patch('/wides/w1', { field7: 'new' })
      .reply(200, { ...json, field7: 'new' });
    const record = Fresh.fromDict(json);
    const counts = countWork(Fresh);
    record.field7 = 'new';
    await record.save();
    expect(counts).to.deep.equal({ field7: { same: 1, encode: 1 } });
    expect(record.isModified).to.equal(false);
  });

  it('compares and converts nothing else when hooks and listeners ask for the changes', async () => {
    const Fresh = fresh(Wide);
    nock(origin)
      .patch('/wides/w1')
      .reply(200, { ...json, field7: 'new' });
    const record = Fresh.fromDict(json);
    const seen: unknown[] = [];
    record.on('save', ({ changes }) => seen.push(changes));
    const off = api.after('save', ({ changes }) => void seen.push(changes));
    const counts = countWork(Fresh);
    record.field7 = 'new';
    await record.save();
    off();
    expect(seen).to.deep.equal([{ field7: { from: 'field7', to: 'new' } }, { field7: { from: 'field7', to: 'new' } }]);
    expect(seen[0]).to.equal(seen[1]);
    expect(counts).to.deep.equal({ field7: { same: 1, encode: 1, decode: 1 } });
  });

  it('grows with the fields that were touched: a nested value is compared before and after, and converted and copied once', async () => {
    const Fresh = fresh(Wide);
    nock(origin)
      .patch('/wides/w1', { config: { a: { b: 2 } }, seenAt: '2024-01-15T10:00:00.001Z' })
      .reply(200, { ...json, config: { a: { b: 2 } }, seenAt: '2024-01-15T10:00:00.001Z' });
    const record = Fresh.fromDict(json);
    const counts = countWork(Fresh);
    record.config.a.b = 2;
    record.seenAt.setMilliseconds(1);
    await record.save();
    const { config, seenAt, ...others } = counts;
    expect(others).to.deep.equal({});
    expect(config).to.deep.equal({ decode: 1, same: 2, encode: 1, copy: 1 });
    expect(seenAt).to.deep.equal({ same: 1, encode: 1, copy: 1 });
  });

  it('copies untouched values into the body of a replaced record without converting them', async () => {
    const Fresh = fresh(Whole);
    nock(origin)
      .put('/wides/w1', { ...json, field7: 'new' })
      .reply(200, { ...json, field7: 'new' });
    const record = Fresh.fromDict(json);
    const counts = countWork(Fresh);
    record.field7 = 'new';
    await record.save();
    expect(counts.field7).to.deep.equal({ same: 1, encode: 1 });
    expect(Object.keys(counts).sort()).to.deep.equal([...dates, 'field7'].sort());
    for (const name of dates) expect(counts[name]).to.deep.equal({ encode: 1 });
  });

  it('is no comparison by value for a record that nobody has touched, or whose scalars were only read', () => {
    const Fresh = fresh(Wide);
    const record = Fresh.fromDict(json);
    const counts = countWork(Fresh);
    for (const name of [...scalars, ...dates]) Reflect.get(record, name);
    expect(record.isModified).to.equal(false);
    expect(record.changedFields).to.deep.equal([]);
    expect(counts).to.deep.equal({});
  });
});
