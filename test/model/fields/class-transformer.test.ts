import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  type ClassTransformOptions,
  Exclude,
  Expose,
  instanceToInstance,
  instanceToPlain,
  plainToClassFromExist,
  plainToInstance,
  Transform,
  type TransformFnParams,
  Type,
} from 'class-transformer';
import nock from 'nock';
import { Aixplain, FileResource } from '../../../src/aixplain/index.js';
import { BaseResource, ConfigurationError, Connection, Entity, Field, GetResourceMixin, type Rel } from '../../../src/index.js';
import { Dataset, Moderately, Pipeline } from '../../../src/moderately/index.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

type Json = Record<string, unknown>;
type Decorators = Record<string, PropertyDecorator[]>;
type Options = { groups?: string[]; version?: number };

/** One set of decorators on a plain class and on an entity. */
function pair(decorators: Decorators, classDecorators: ClassDecorator[] = []) {
  class Plain {}
  class Raw extends GetResourceMixin(BaseResource) {}
  const names = Object.keys(decorators);
  for (const name of names) {
    for (const decorate of decorators[name]!.toReversed()) {
      decorate(Plain.prototype, name);
      decorate(Raw.prototype, name);
    }
    Field()(Raw.prototype, name);
  }
  const Record = Entity({ path: 'w' })(Raw);
  for (const decorate of classDecorators) {
    decorate(Plain);
    decorate(Record);
  }
  const valuesOf = (value: object): Json =>
    Object.fromEntries(names.map((name) => [name, (value as Json)[name]]).filter(([, value]) => value !== undefined));
  return {
    Record,
    /** What both read of a JSON, by their own ways in: class-transformer's, and ours. */
    read(json: Json, options: Options = {}) {
      const theirs = valuesOf(plainToInstance(Plain, structuredClone(json), options) as object);
      const loaded = new Connection({ baseUrl: origin, apiKey: 'k', ...options }).bind(Record).fromDict({ id: '1', ...json });
      const ours = valuesOf(loaded);
      const given = valuesOf(plainToInstance(Record, { id: '1', ...json }, options));
      return { theirs, ours, given };
    },
    /** What both write of the same values. */
    write(values: Json, options: Options = {}) {
      const theirs = instanceToPlain(Object.assign(new Plain(), values), options);
      const { id: _id, ...ours } = Object.assign(new Record(), values).toDict(options);
      const { id: _own, ...given } = instanceToPlain(Object.assign(new Record(), values), options);
      return { theirs, ours, given };
    },
  };
}

function expectSame({ theirs, ours, given }: { theirs: unknown; ours: unknown; given: unknown }, expected: unknown): void {
  expect(theirs, 'class-transformer').to.deep.equal(expected);
  expect(ours, 'a record').to.deep.equal(expected);
  expect(given, "class-transformer's own function on a record").to.deep.equal(expected);
}

class Dog {
  name = 'dog';
}
class Cat {
  name = 'cat';
}
class Part {
  n!: number;
}

describe("class-transformer's decorators on an entity", () => {
  it('call no transformation for a missing key, unless @Expose names it', () => {
    const upper = Transform(({ value }) => (value as string).toUpperCase());
    const plain = pair({ v: [upper] });
    expectSame(plain.read({ w: 1 }), {});
    expectSame(plain.read({ v: 'a' }), { v: 'A' });
    expectSame(plain.write({}), {});
    const exposed = pair({ v: [Expose(), Transform(({ value, obj }) => value ?? `made of ${(obj as Json).w ?? (obj as Json).id}`)] });
    expectSame(exposed.read({ w: 1 }), { v: 'made of 1' });
  });

  it('leave a record without such a key printable, copyable and clean', async () => {
    const { Record } = pair({ v: [Transform(({ value }) => (value as string).trim())], n: [] });
    const record = Record.fromDict({ id: 'a', n: 1 });
    expect(inspect(record)).to.contain("id: 'a'");
    expect({ ...record }).to.have.property('id', 'a');
    expect((await record.clone()).toDict()).not.to.have.property('v');
    expect(record.isModified).to.equal(false);
    expect(new Record().toDict()).not.to.have.property('v');
  });

  it('keep an initial value where the transformed key is missing', () => {
    @Entity({ path: 'w' })
    class Initial extends BaseResource {
      @Field() @Transform(({ value }) => (value as string).trim()) v = 'initial';
    }
    const record = Initial.fromDict({ id: '1' });
    expect(record).to.include({ v: 'initial', isModified: false });
  });

  it('are given value, key, object, type and options, in both directions', () => {
    const seen: unknown[] = [];
    const noted = Transform(({ value, key, obj, type, options }) => {
      seen.push({ value, key, other: (obj as Json).other, type, groups: options.groups });
      return value;
    });
    const both = pair({ other: [], v: [Expose({ name: 'wire' }), noted] });
    const options = { groups: ['g'] };
    both.read({ other: 2, wire: 1 }, options);
    both.write({ other: 2, v: 1 }, options);
    expect(new Set(seen.map((one) => JSON.stringify(one)))).to.deep.equal(
      new Set([0, 1].map((type) => JSON.stringify({ value: 1, key: 'v', other: 2, type, groups: ['g'] }))),
    );
    let obj: unknown;
    const note = (params: TransformFnParams): unknown => {
      obj = params.obj;
      return params.value;
    };
    @Entity({ path: 'w' })
    class Own extends BaseResource {
      @Field() @Transform(note, { toPlainOnly: true }) v!: number;
    }
    const own = new Own({ v: 1 });
    own.toDict();
    expect(obj).to.equal(own);
  });

  it('transform what @Type has made of a value', () => {
    expectSame(
      pair({ at: [Type(() => Date), Transform(({ value }) => (value as Date).getUTCFullYear(), { toClassOnly: true })] }).read({
        at: '2020-05-01',
      }),
      {
        at: 2020,
      },
    );
  });

  it('choose the class by the object, the property and the new object', () => {
    const byObject = pair({ kind: [], pet: [Type((o) => (o?.object.kind === 'dog' ? Dog : Cat))] });
    expectSame(byObject.read({ kind: 'dog', pet: {} }), { kind: 'dog', pet: new Dog() });
    expectSame(byObject.read({ kind: 'cat', pet: [{}] }), { kind: 'cat', pet: [new Cat()] });
    const byProperty = pair({ dog: [Type((o) => (o?.property === 'dog' ? Dog : Cat))] });
    expectSame(byProperty.read({ dog: {} }), { dog: new Dog() });
    const byNew = pair({ kind: [], pet: [Type((o) => ((o!.newObject as Json).kind === 'dog' ? Dog : Cat))] });
    expectSame(byNew.read({ kind: 'dog', pet: {} }), { kind: 'dog', pet: new Dog() });
    const { Record } = byObject;
    const record = Record.fromDict({ id: '1', kind: 'dog', pet: { name: 'rex' } });
    expect((record as unknown as { pet: object }).pet).to.be.instanceOf(Dog);
    expect(record.isModified).to.equal(false);
    expect(record.toDict()).to.deep.equal({ id: '1', kind: 'dog', pet: { name: 'rex' } });
  });

  it('convert to texts, numbers and booleans, and send what came while it is unchanged', () => {
    const both = pair({
      n: [Type(() => Number)],
      s: [Type(() => String)],
      b: [Type(() => Boolean)],
      l: [Type(() => Number)],
      d: [Type((_o) => Date)],
    });
    const json = { n: '5', s: 7, b: 1, l: ['1', null], d: '2020-01-01' };
    expectSame(both.read(json), { n: 5, s: '7', b: true, l: [1, null], d: new Date('2020-01-01') });
    const record = both.Record.fromDict({ id: '1', ...json });
    expect({ ...record }).to.include({ n: 5 });
    expect(record.toDict()).to.deep.equal({ id: '1', ...json });
    expect(record.isModified).to.equal(false);
  });

  it('choose the class by a discriminator, also beside Object and with the discriminator kept', () => {
    const subTypes = [
      { name: 'cat', value: Cat },
      { name: 'dog', value: Dog },
    ];
    for (const keepDiscriminatorProperty of [false, true]) {
      const type = Type(() => Object, { discriminator: { property: 'kind', subTypes }, keepDiscriminatorProperty });
      const both = pair({ pet: [type], pets: [type] });
      const kept = (pet: object, kind: string): object => (keepDiscriminatorProperty ? Object.assign(pet, { kind }) : pet);
      expectSame(both.read({ pet: { kind: 'cat' }, pets: [{ kind: 'dog' }, { kind: 'bird' }] }), {
        pet: kept(new Cat(), 'cat'),
        pets: [kept(new Dog(), 'dog'), keepDiscriminatorProperty ? { kind: 'bird' } : {}],
      });
      expectSame(both.write({ pet: new Cat(), pets: [new Dog()] }), {
        pet: { name: 'cat', kind: 'cat' },
        pets: [{ name: 'dog', kind: 'dog' }],
      });
      const record = both.Record.fromDict({ id: '1', pet: { kind: 'cat', name: 'tom' }, pets: [null] });
      expect((record as unknown as { pets: unknown[] }).pets).to.deep.equal([null]);
      expect((record as unknown as { pet: Cat }).pet.name).to.equal('tom');
      expect(record.isModified).to.equal(false);
      expect(record.toDict().pet).to.deep.equal({ kind: 'cat', name: 'tom' });
    }
  });

  it('choose the class by a discriminator beside the type of the field', () => {
    const subTypes = [{ name: 'cat', value: Cat }];
    @Entity({ path: 'w' })
    class Owner extends BaseResource {
      @Field({ type: Dog }) @Type(() => Dog, { discriminator: { property: 'kind', subTypes } }) pet!: Dog | Cat;
    }
    expect(Owner.fromDict({ id: '1', pet: { kind: 'cat' } }).pet).to.be.instanceOf(Cat);
    expect(Owner.fromDict({ id: '1', pet: { kind: 'bird' } }).pet).to.be.instanceOf(Dog);
  });

  it('have names for each direction, two of them on one property', () => {
    expectSame(pair({ a: [Expose({ name: 'out', toPlainOnly: true })] }).read({ a: 'A' }), { a: 'A' });
    expectSame(pair({ a: [Expose({ name: 'out', toPlainOnly: true })] }).write({ a: 'A' }), { out: 'A' });
    expectSame(pair({ a: [Expose({ name: 'in', toClassOnly: true })] }).read({ in: 'A' }), { a: 'A' });
    const { Record } = pair({ a: [Expose({ name: 'in', toClassOnly: true }), Expose({ name: 'out', toPlainOnly: true })] });
    const record = Record.fromDict({ id: '1', in: 'A' }) as unknown as BaseResource & { a: string };
    expect(record.a).to.equal('A');
    expect(record.isModified).to.equal(false);
    expect(record.toDict()).to.deep.equal({ id: '1', out: 'A' });
    record.a = 'B';
    expect(record.changedFields).to.deep.equal(['a']);
    expect(record.buildSavePayload({ creates: true, changed: ['a'] })).to.deep.equal({ out: 'B' });
  });

  it('hide what a class excludes, but for what it exposes', () => {
    const both = pair({ a: [Expose()], b: [], c: [Expose({ toClassOnly: true })], d: [Expose({ toPlainOnly: true })] }, [
      Exclude() as ClassDecorator,
    ]);
    expectSame(both.read({ a: 'A', b: 'B', c: 'C', d: 'D' }), { a: 'A', c: 'C' });
    expectSame(both.write({ a: 'A', b: 'B', c: 'C', d: 'D' }), { a: 'A', d: 'D' });
    const Bound = connect().bind(both.Record);
    class Child extends Bound {}
    for (const target of [Bound, Child]) {
      const record = target.fromDict({ id: '1', a: 'A', b: 'B', unknown: 'U' });
      expect(record.toDict()).to.deep.equal({ id: '1', a: 'A' });
      expect((record as unknown as Json).b).to.equal(undefined);
      expect(record.isModified).to.equal(false);
      expect(record.buildSavePayload({ creates: false, changed: [] })).to.deep.equal({ id: '1', a: 'A' });
    }
  });

  it('hide what belongs to groups without them, and what another version has', () => {
    const both = pair({ pin: [Expose({ groups: ['admin'] })], old: [Expose({ until: 2 })], fresh: [Expose({ since: 2 })], n: [] });
    const json = { pin: 'P', old: 'O', fresh: 'F', n: 1 };
    const shown: [Options, Json][] = [
      [{}, { old: 'O', fresh: 'F', n: 1 }],
      [{ groups: ['admin'] }, json],
      [{ groups: ['other'] }, { old: 'O', fresh: 'F', n: 1 }],
      [{ version: 1 }, { old: 'O', n: 1 }],
      [
        { version: 2, groups: ['admin'] },
        { pin: 'P', fresh: 'F', n: 1 },
      ],
    ];
    for (const [options, expected] of shown) {
      expectSame(both.read(json, options), expected);
      expectSame(both.write(json, options), expected);
    }
  });

  it('transform for some groups only', () => {
    const both = pair({ v: [Transform(({ value }) => `${value}!`, { groups: ['loud'] })] });
    expectSame(both.read({ v: 'a' }), { v: 'a' });
    expectSame(both.read({ v: 'a' }, { groups: ['loud'] }), { v: 'a!' });
    expectSame(both.write({ v: 'a' }, { groups: ['loud'] }), { v: 'a!' });
  });

  it('show the groups of a connection, or those that toDict is asked for', () => {
    class Inner {
      @Expose({ groups: ['admin'] }) key = 'k';
      open = 1;
    }
    const { Record } = pair({ pin: [Expose({ groups: ['admin'] })], inner: [Type(() => Inner)] });
    const json = { id: '1', pin: 'P', inner: { key: 'K', open: 2 } };
    const admin = new Connection({ baseUrl: origin, apiKey: 'k', groups: ['admin'] }).bind(Record).fromDict(json);
    expect(admin.toDict()).to.deep.equal(json);
    expect(admin.toDict({ groups: [] })).to.deep.equal({ id: '1', inner: { open: 2 } });
    expect(JSON.parse(JSON.stringify(admin))).to.deep.equal(json);
    expect(instanceToPlain(admin, { groups: ['admin'] })).to.deep.equal(json);
    expect(Record.fromDict(json).toDict()).to.deep.equal({ id: '1', inner: { open: 2 } });
    expect(() => new Connection({ baseUrl: origin, apiKey: 'k', groups: 'admin' as never })).to.throw(ConfigurationError, /groups/);
    expect(() => new Connection({ baseUrl: origin, apiKey: 'k', version: '1' as never })).to.throw(ConfigurationError, /version/);
  });
});

@Entity({ path: 'w' })
class Containers extends BaseResource {
  @Field() @Type(() => Part) parts!: Map<string, Part>;
  @Field() @Type(() => String) tags!: Set<string>;
  @Field() @Type(() => Part) set!: Set<Part>;
  @Field({ type: Part }) named!: Map<string, Part>;
  @Field({ type: () => Part }) some!: Set<Part>;
}

describe('what @Exclude keeps back', () => {
  class Account {
    name!: string;
    @Exclude() password!: string;
    @Exclude({ toPlainOnly: true }) token!: string;
  }
  class Box {
    @Type(() => Account) account!: Account;
  }
  @Entity({ path: 'w' })
  class Inner extends BaseResource {
    @Field() name!: string;
    @Field() @Exclude({ toPlainOnly: true }) secret!: string;
  }
  @Entity({ path: 'w' })
  class Outer extends BaseResource {
    @Field() @Type(() => Account) account!: Account;
    @Field() @Type(() => Account) accounts!: Account[];
    @Field() @Type(() => Box) box!: Box;
    @Field({ type: Inner }) inner!: Inner;
    @Field() free!: unknown;
  }
  const account = { name: 'n', password: 'p', token: 't' };
  const json = () => ({
    id: '1',
    account: { ...account },
    accounts: [{ ...account }],
    box: { account: { ...account } },
    inner: { id: '2', name: 'n', secret: 's' },
  });
  const shown = {
    id: '1',
    account: { name: 'n' },
    accounts: [{ name: 'n' }],
    box: { account: { name: 'n' } },
    inner: { id: '2', name: 'n' },
  };

  it('is not in what is written of a nested value, read or not', () => {
    const record = Outer.fromDict(json());
    expect(record.toDict()).to.deep.equal(shown);
    expect(record.accounts[0]!.token).to.equal('t');
    expect(record.accounts[0]!.password).to.equal(undefined);
    expect(record.inner.secret).to.equal('s');
    expect(record.toDict()).to.deep.equal(shown);
    expect(record.isModified).to.equal(false);
    record.accounts[0]!.name = 'm';
    expect(record.toDict().accounts).to.deep.equal([{ name: 'm' }]);
  });

  it('is not in what is written of an instance in a field without a type', () => {
    const record = new Outer();
    record.free = { list: [Object.assign(new Account(), account)] };
    expect(record.toDict().free).to.deep.equal({ list: [{ name: 'n' }] });
    const loaded = Outer.fromDict({ id: '1', free: { name: 'n' } });
    loaded.free = Object.assign(new Account(), account);
    expect(loaded.isModified).to.equal(false);
  });
});

describe('a Map or a Set that decorator metadata names', () => {
  const json = { id: '1', parts: { a: { n: 1 } }, tags: ['x'], set: [{ n: 2 }], named: { b: { n: 3 } }, some: [{ n: 4 }] };
  const part = (n: number): Part => Object.assign(new Part(), { n });

  it('holds instances', () => {
    const record = Containers.fromDict(json);
    expect(record.parts).to.deep.equal(new Map([['a', part(1)]]));
    expect(record.parts.get('a')).to.be.instanceOf(Part);
    expect(record.tags).to.deep.equal(new Set(['x']));
    expect([...record.set][0]).to.be.instanceOf(Part);
    expect(record.named.get('b')).to.be.instanceOf(Part);
    expect([...record.some][0]).to.be.instanceOf(Part);
    expect(record.isModified).to.equal(false);
    expect(record.toDict()).to.deep.equal(json);
  });

  it('is copied and compared by what it holds', async () => {
    const record = Containers.fromDict(json);
    record.parts.get('a')!.n = 9;
    record.tags.add('y');
    expect(record.changedFields).to.deep.equal(['parts', 'tags']);
    expect(record.toDict()).to.deep.include({ parts: { a: { n: 9 } }, tags: ['x', 'y'] });
    const copy = await record.clone();
    expect(copy.parts.get('a')).to.be.instanceOf(Part);
    copy.parts.get('a')!.n = 10;
    expect(record.parts.get('a')!.n).to.equal(9);
  });

  it('holds records', async () => {
    class Shelf {
      @Type(() => Containers) rows!: Map<string, Containers>;
    }
    @Entity({ path: 'w' })
    class House extends BaseResource {
      @Field({ type: () => Containers }) byName!: Map<string, Containers>;
      @Field({ type: () => Shelf }) shelf!: Shelf;
    }
    const house = { id: '1', byName: { a: { id: '2', tags: ['x'] } }, shelf: { rows: { b: { id: '3', tags: ['y'] } } } };
    for (const record of [House.fromDict(house), plainToInstance(House, house)]) {
      expect(record.byName.get('a')).to.be.instanceOf(Containers);
      expect(record.shelf.rows.get('b')).to.be.instanceOf(Containers);
      expect([record.isModified, record.toDict()]).to.deep.equal([false, house]);
      record.byName.get('a')!.tags.add('z');
      expect([record.changedFields, record.toDict().byName]).to.deep.equal([['byName'], { a: { id: '2', tags: ['x', 'z'] } }]);
      const copy = await record.clone();
      expect(copy.byName.get('a')!.tags).to.deep.equal(new Set(['x', 'z']));
      expect(copy.byName.get('a')).not.to.equal(record.byName.get('a'));
    }
    const shelf = plainToInstance(Shelf, house.shelf);
    expect([...shelf.rows.get('b')!.tags]).to.deep.equal(['y']);
  });
});

@Entity({ path: 'g', id: 'gId' })
class Greeting extends BaseResource {
  @Field({ name: 'wire_name' }) wire!: string;
  @Field({ type: Date }) at!: Date;
  @Field({ type: Part }) part!: Part;
  @Field() name!: string;
  @Field({ type: () => Greeting }) answer!: Rel<Greeting> | null;
  @Expose() get shout(): string {
    return `${this.name}!`;
  }
  @Expose({ name: 'len' }) size(): number {
    return this.name.length;
  }
  @Expose({ groups: ['admin'] }) get hidden(): string {
    return 'h';
  }
}

const greeting = () => ({
  gId: 'g1',
  wire_name: 'x',
  at: '2020-01-01',
  part: { n: 1 },
  name: 'n',
  answer: { gId: 'g2', name: 'm' },
  other: 1,
});

describe("class-transformer's functions on entities", () => {
  withoutNetwork();

  it('make records as fromDict does', () => {
    const record = plainToInstance(Greeting, greeting());
    expect(record).to.deep.equal(Greeting.fromDict(greeting()));
    expect(record).to.include({ id: 'g1', wire: 'x', shout: 'n!', isNew: false, isModified: false });
    expect(record.at).to.deep.equal(new Date('2020-01-01'));
    expect(record.part).to.be.instanceOf(Part);
    expect(record.answer).to.be.instanceOf(Greeting);
    expect(plainToInstance(Greeting, { name: 'n' }).isNew).to.equal(true);
  });

  it('make lists, subclasses and bound classes of them, and those inside other classes', () => {
    class Child extends Greeting {}
    const Bound = connect().bind(Greeting);
    class Holder {
      @Type(() => Greeting) one!: Greeting;
      @Type(() => Greeting) many!: Greeting[];
    }
    const [first] = plainToInstance(Greeting, [greeting(), greeting()]);
    expect(first).to.include({ id: 'g1', isNew: false });
    expect(plainToInstance(Child, greeting())).to.be.instanceOf(Child).and.include({ id: 'g1', wire: 'x' });
    expect(plainToInstance(Bound, greeting()).context).to.equal(Bound.context);
    const holder = plainToInstance(Holder, { one: greeting(), many: [greeting()] });
    expect(holder.one).to.be.instanceOf(Greeting);
    expect(holder.many[0]).to.include({ id: 'g1', isModified: false });
    expect(instanceToPlain(holder).one).to.deep.equal(holder.one.toDict());
    const { one } = instanceToInstance(holder);
    expect(one).to.be.instanceOf(Greeting).and.not.equal(holder.one);
  });

  it("make the vendors' records, with ids of their own names", () => {
    const dataset = plainToInstance(Dataset, { datasetId: 'x', name: 'n' });
    expect(dataset).to.include({ id: 'x', name: 'n', isNew: false, isModified: false });
    const mai = new Moderately({ apiKey: 'k', teamId: 't' });
    expect(plainToInstance(mai.Pipeline, [{ pipelineId: 'p' }])[0])
      .to.be.instanceOf(Pipeline)
      .and.include({ id: 'p', isNew: false });
    const aix = new Aixplain({ apiKey: 'k' });
    expect(plainToInstance(aix.Pipeline, { id: '6', name: 'n' })).to.include({ id: '6', isNew: false });
    expect(FileResource).to.be.a('function');
  });

  it('put values into an existing record', () => {
    const record = Greeting.fromDict(greeting());
    expect(plainToClassFromExist(record, { wire_name: 'y', at: '2021-01-01' })).to.equal(record);
    expect(record).to.include({ wire: 'y', name: 'n' });
    expect(record.at).to.deep.equal(new Date('2021-01-01'));
    expect(record.changedFields).to.deep.equal(['wire', 'at']);
  });

  it('write records as toDict does, with the getters and methods that are exposed', () => {
    const record = Greeting.fromDict(greeting());
    expect(record.toDict()).to.include({ shout: 'n!', len: 1, other: 1 });
    expect(instanceToPlain(record)).to.deep.equal(record.toDict());
    expect(instanceToPlain(record)).not.to.have.property('hidden');
    expect(instanceToPlain(record, { groups: ['admin'] } as ClassTransformOptions)).to.have.property('hidden', 'h');
    expect(Greeting.fromDict(record.toDict()).toDict()).to.deep.equal(record.toDict());
  });

  it('do not send what a getter gives, alone or in another record', async () => {
    const Bound = connect().bind(Greeting);
    const record = Bound.fromDict(greeting());
    record.answer!.name = 'k';
    nock(origin)
      .put('/g/g1', (body: Json) => !('shout' in body) && !('shout' in (body.answer as Json)) && (body.answer as Json).name === 'k')
      .reply(200, {});
    await record.save();
  });

  it('copy records', () => {
    const record = Greeting.fromDict(greeting());
    record.name = 'edited';
    const copy = instanceToInstance(record);
    expect(copy).to.be.instanceOf(Greeting).and.not.equal(record);
    expect(copy).to.include({ shout: 'edited!', isNew: false });
    expect(copy.changedFields).to.deep.equal(['name']);
    copy.part.n = 7;
    expect(record.part.n).to.equal(1);
  });

  it('leave the plain object as it was', () => {
    const plain = greeting();
    plainToInstance(Greeting, plain).part.n = 5;
    expect(plain).to.deep.equal(greeting());
  });

  it('take the dates and maps of a plain object', () => {
    const record = plainToInstance(Greeting, { gId: '1', at: new Date('2020-01-01'), part: new Map([['n', 1]]) } as object);
    expect(record.at).to.deep.equal(new Date('2020-01-01'));
    expect(record.part).to.deep.equal(Object.assign(new Part(), { n: 1 }));
  });
});
