import { inspect } from 'node:util';
import { expect } from 'chai';
import { Exclude, instanceToPlain, plainToInstance, Type } from 'class-transformer';
import {
  BaseResource,
  Connection,
  DeleteResourceMixin,
  Entity,
  Field,
  GetResourceMixin,
  RunnableResourceMixin,
  SearchResourceMixin,
} from '../../../src/index.js';
import { closeServers, serve } from '../../support/server.js';

class Cell {
  n!: number;
  label!: string;
  @Exclude({ toPlainOnly: true }) hidden!: number;
}

@Entity({ path: 'things' })
class Thing extends RunnableResourceMixin(DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource)))) {
  @Field() name!: string;
  @Field() big!: number;
  @Field() config!: { n: number; list: number[]; label?: string; items?: { id: number; n: number }[] };
  @Field({ type: BigInt }) exact!: bigint | null;
  @Field({ type: () => BigInt }) many!: bigint[];
  @Field() @Type(() => Cell) cell!: Cell;
  @Field({ type: () => Thing }) inner!: BaseResource & { big: number; name: string };
}

@Entity({ path: 'things', update: 'patch' })
class Patched extends Thing {}

const digits = '9007199254740993';
const long = '0.1234567890123456789012345';
const huge = '1e400';

/** A response of JSON texts, as no JavaScript value can be. */
const text = (over = ''): string =>
  `{"id":"t1","name":"n","big":${digits},"config":{"n":${long},"list":[1,${digits},9007199254740995]},"exact":${digits}1,` +
  `"many":[${digits}2,3],"cell":{"n":${digits},"label":"c","hidden":1},"inner":{"id":"t2","name":"i","big":${digits},"more":${digits}},` +
  `"unknown":{"deep":[${digits}]},"top":-${digits}5${over}}`;

describe('numbers that JavaScript cannot hold', () => {
  const bodies: string[] = [];
  let answer = text();
  let url = '';
  let api: Connection;
  before(async () => {
    ({ url } = await serve((request, response) => {
      if (request.method !== 'GET') bodies.push(request.body.toString());
      response.setHeader('content-type', 'application/json');
      response.end(request.method === 'GET' || request.url.includes('paginate') || request.url.endsWith('/run') ? answer : '{}');
    }));
    api = new Connection({ baseUrl: url, apiKey: 'k', maxRetries: 0 });
  });
  beforeEach(() => {
    bodies.length = 0;
    answer = text();
  });
  after(async () => {
    await api.close();
    await closeServers();
  });
  const load = <T extends typeof Thing>(target: T, id = 't1'): Promise<InstanceType<T>> =>
    api.bind(target).get(id) as Promise<InstanceType<T>>;

  it('read as JSON.parse reads them, and as bigints where that is the type', async () => {
    const thing = await load(Thing);
    const parsed = JSON.parse(text());
    expect(thing).to.include({ big: parsed.big, exact: 90071992547409931n });
    expect(thing.config).to.deep.equal(parsed.config);
    expect(thing.many).to.deep.equal([90071992547409932n, 3n]);
    expect(thing.cell).to.be.instanceOf(Cell).and.include({ n: parsed.big });
    expect(thing.inner.big).to.equal(parsed.big);
    expect(thing.isModified).to.equal(false);
  });

  it('go back as they came in a PUT of the whole record', async () => {
    const thing = await load(Thing);
    await thing.save({ name: 'z' });
    expect(bodies).to.deep.equal([text().replace('"name":"n"', '"name":"z"').replace(',"hidden":1', '')]);
    expect(thing.isModified).to.equal(false);
    await thing.save({ name: 'n' });
    expect(bodies[1]).to.equal(text().replace(',"hidden":1', ''));
  });

  it('go back as they came after all of them have been read', async () => {
    const thing = await load(Thing);
    inspect(thing, { depth: 9 });
    for (const key of Object.keys(thing)) Reflect.get(thing, key);
    expect(thing.isModified).to.equal(false);
    await thing.save({ name: 'z' });
    expect(bodies).to.deep.equal([text().replace('"name":"n"', '"name":"z"').replace(',"hidden":1', '')]);
  });

  it('go back as they came beside an edit, and as they are where they are edited', async () => {
    const thing = await load(Patched);
    thing.config.list.push(5);
    thing.cell.label = 'd';
    thing.inner.name = 'j';
    expect(thing.changedFields).to.deep.equal(['config', 'cell', 'inner']);
    await thing.save();
    expect(bodies[0]).to.equal(
      `{"config":{"n":${long},"list":[1,${digits},9007199254740995,5]},"cell":{"n":${digits},"label":"d"},` +
        `"inner":{"id":"t2","name":"j","big":${digits},"more":${digits}}}`,
    );
    thing.config.n = 0.5;
    thing.big = 7;
    await thing.save();
    expect(bodies[1]).to.equal(`{"big":7,"config":{"n":0.5,"list":[1,${digits},9007199254740995,5]}}`);
  });

  it('go back as they came in lists whose items have moved', async () => {
    answer = text().replace('"list":[1', `"items":[{"id":1,"n":${digits}},{"id":2,"n":9007199254740995}],"list":[1`);
    const thing = await load(Patched);
    thing.config.list.shift();
    thing.config.items!.reverse();
    await thing.save();
    expect(bodies[0]).to.equal(
      `{"config":{"n":${long},"items":[{"id":2,"n":9007199254740995},{"id":1,"n":${digits}}],"list":[${digits},9007199254740995]}}`,
    );
  });

  it('are put back by setting the same value again', async () => {
    const thing = await load(Patched);
    const { big } = thing;
    thing.big = 1;
    expect(thing.changes.big).to.deep.equal({ from: big, to: 1 });
    expect(thing.original('exact')).to.equal(90071992547409931n);
    thing.big = big;
    expect(thing.isModified).to.equal(false);
    thing.big = 1;
    thing.revert('big');
    expect(thing.big).to.equal(big);
  });

  it('are plain values in everything a user sees', async () => {
    const thing = await load(Thing);
    const parsed = JSON.parse(text());
    const seen = { ...parsed, exact: `${digits}1`, many: [`${digits}2`, '3'], cell: { n: parsed.cell.n, label: 'c' } };
    expect(thing.toDict()).to.deep.equal(seen);
    expect(JSON.parse(JSON.stringify(thing))).to.deep.equal(seen);
    expect(instanceToPlain(thing)).to.deep.equal(seen);
    expect(inspect(thing, { depth: 9, showHidden: true })).not.to.contain('WireNumber');
    const events: object[] = [];
    thing.on('save', ({ changes }) => events.push(changes));
    await thing.save({ big: 5, exact: 6n });
    expect(events).to.deep.equal([{ big: { from: parsed.big, to: 5 }, exact: { from: 90071992547409931n, to: 6n } }]);
    expect(bodies[0]).to.contain('"big":5').and.contain('"exact":6,');
  });

  it('are kept by clones, refreshes and copies', async () => {
    const thing = await load(Thing);
    const copy = await thing.clone();
    expect(copy.exact).to.equal(90071992547409931n);
    await copy.save().catch(() => {});
    for (const part of [`"big":${digits}`, `"n":${long}`, `"exact":${digits}1`, `"deep":[${digits}]`, `"top":-${digits}5`]) {
      expect(bodies[0]).to.contain(part);
    }
    await thing.refresh();
    await thing.save({ name: 'z' });
    expect(bodies[1]).to.contain(`"big":${digits},`);
  });

  it('are kept by searches', async () => {
    answer = `{"results":[${text()}],"total":1}`;
    const [thing] = (await api.bind(Thing).search()).results;
    await thing!.save({ name: 'z' });
    expect(bodies[1]).to.contain(`"big":${digits},`);
  });

  it('are numbers in the result of a run and of a request', async () => {
    const thing = await load(Thing);
    answer = `{"status":"SUCCESS","completed":true,"data":{"n":${digits}}}`;
    const result = await thing.run({});
    expect(result.data).to.deep.equal({ n: Number(digits) });
    const { body } = await api.send({ method: 'GET', path: 'things/1' });
    expect((body as { data: unknown }).data).to.deep.equal({ n: Number(digits) });
  });

  it('are texts where they are ids', async () => {
    answer = text().replace('"t1"', digits);
    const thing = await load(Thing, digits);
    expect(thing.id).to.equal(digits);
    expect(thing.isModified).to.equal(false);
    expect(inspect(thing)).to.contain(`id: '${digits}'`);
    await thing.save({ name: 'z' });
    expect(bodies[0]).to.contain(`{"id":${digits},`);
    @Entity({ path: 'things', id: 'thingId' })
    class Named extends GetResourceMixin(BaseResource) {
      @Field({ readOnly: true }) readonly thingId!: string;
    }
    answer = `{"thingId":${digits}}`;
    expect(await api.bind(Named).get(digits)).to.include({ id: digits, thingId: digits });
  });

  it('may be out of range', async () => {
    answer = `{"id":"t1","name":"n","big":${huge}}`;
    const thing = await load(Thing);
    expect(thing.big).to.equal(Number.POSITIVE_INFINITY);
    expect(thing.isModified).to.equal(false);
    await thing.save({ name: 'z' });
    expect(bodies[0]).to.equal(`{"id":"t1","name":"z","big":${huge}}`);
  });

  it('may be given to a new record as bigints', async () => {
    const thing = new (api.bind(Thing))({ exact: 90071992547409931n, many: [1n] });
    expect(thing.toDict()).to.deep.include({ exact: '90071992547409931', many: ['1'] });
    answer = '{"id":"t9"}';
    await thing.save().catch(() => {});
    expect(bodies[0]).to.equal('{"exact":90071992547409931,"many":[1]}');
  });

  it('may come to fromDict as text, bigint or number, and go out as numbers', async () => {
    for (const exact of [`${digits}1`, 90071992547409931n]) {
      for (const thing of [api.bind(Patched).fromDict({ id: 't1', exact }), plainToInstance(api.bind(Patched), { id: 't1', exact })]) {
        expect(thing.exact).to.equal(90071992547409931n);
        expect(thing.isModified).to.equal(false);
        thing.exact = thing.exact! + 1n;
        await thing.save();
      }
    }
    const small = api.bind(Patched).fromDict({ id: 't1', exact: 5, big: 9007199254740993n, config: { n: 9007199254740993n } });
    expect(small).to.include({ exact: 5n, isModified: false });
    expect(small.toDict().exact).to.equal('5');
    await small.save({ exact: 6n });
    expect(bodies).to.deep.equal([...Array(4).fill('{"exact":90071992547409932}'), '{"exact":6}']);
    expect(api.bind(Thing).fromDict({ id: 't1', exact: null }).exact).to.equal(null);
  });

  it('of a bigint stay texts for a platform that sends texts', async () => {
    answer = `{"id":"t1","exact":"${digits}1"}`;
    const thing = await load(Patched);
    expect(thing.exact).to.equal(90071992547409931n);
    await thing.save({ exact: 7n });
    expect(bodies[0]).to.equal('{"exact":"7"}');
    expect(thing.isModified).to.equal(false);
  });

  it('are kept with a fetch of the user', async () => {
    const own = new Connection({ baseUrl: url, apiKey: 'k', fetch, maxRetries: 0 });
    const thing = await own.bind(Thing).get('t1');
    await thing.save({ name: 'z' });
    expect(bodies[0]).to.contain(`"big":${digits},`);
    await own.close();
  });
});
