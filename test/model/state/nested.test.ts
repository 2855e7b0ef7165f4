import { inspect } from 'node:util';
import { expect } from 'chai';
import { Transform, Type } from 'class-transformer';
import nock from 'nock';
import { BaseResource, Entity, Field, type Rel, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, Gadget, origin, Widget, withoutNetwork } from '../../support/widgets.js';

class Money {
  #cents = 0;
  amount!: number;
  get cents(): number {
    return this.#cents + this.amount * 100;
  }
}

abstract class Animal {
  kind!: string;
}
class Cat extends Animal {
  lives!: number;
}
class Dog extends Animal {}

@Entity({ path: 'owners', update: 'patch' })
class Owner extends BaseResource {
  @Field() name!: string;
  @Field({ type: () => Owner }) boss!: Rel<Owner> | null;
  @Field({ type: Money }) price!: Money;
  @Field({ type: URL }) site!: URL;
  @Field()
  @Type(() => Animal, {
    discriminator: {
      property: 'kind',
      subTypes: [
        { name: 'cat', value: Cat },
        { name: 'dog', value: Dog },
      ],
    },
    keepDiscriminatorProperty: true,
  })
  pets!: Animal[];
  @Field({ type: Date }) dates!: Date[];
  @Field({ type: Date }) since!: Date;
  @Field()
  @Transform(({ value }) => (typeof value === 'number' ? value / 100 : value), { toClassOnly: true })
  @Transform(({ value }) => (typeof value === 'number' ? value * 100 : value), { toPlainOnly: true })
  fee!: number;
  @Field()
  @Transform(({ obj }) => (obj as { name?: string }).name?.toUpperCase(), { toClassOnly: true })
  shout!: string;
}

const json = () => ({
  id: 'o1',
  name: 'Ann',
  boss: { id: 'o0', name: 'Bob', boss: null },
  price: { amount: 2 },
  pets: [{ kind: 'cat', lives: 9 }, { kind: 'dog' }],
  dates: ['2024-01-01T00:00:00.123456Z', '2024-01-02T00:00:00.123456Z'],
  since: 'long ago',
  fee: 500,
});

describe('a nested value', () => {
  withoutNetwork();
  const api = connect();
  const Owners = api.bind(Owner);
  const load = (): Owner => Owners.fromDict(json());
  after(() => api.close());

  it('that is a record is cloned, compared and printed as one', async () => {
    const owner = load();
    owner.boss!.name = 'Cid';
    expect(inspect(owner.changes)).to.contain('Cid');
    const copy = await owner.clone();
    expect(copy.boss!.name).to.equal('Cid');
    copy.boss!.name = 'Dan';
    expect(owner.boss!.name).to.equal('Cid');
    nock(origin).post('/owners').reply(201, { id: 'o2' });
    await copy.save();
    expect(copy.isModified).to.equal(false);
  });

  it('of a class with private members keeps them in copies', async () => {
    const owner = load();
    owner.price.amount = 3;
    expect(owner.changes.price?.to?.cents).to.equal(300);
    expect((await owner.clone()).price.cents).to.equal(300);
  });

  it('with a JSON form of its own is sent in that form', () => {
    const owner = load();
    owner.site = new URL('https://example.test/x');
    expect(owner.toDict().site).to.equal('https://example.test/x');
    expect(owner.changes.site?.to?.href).to.equal('https://example.test/x');
  });

  it('is of the class its discriminator says', () => {
    const owner = load();
    expect(owner.pets.map((pet) => pet.constructor.name)).to.deep.equal(['Cat', 'Dog']);
    expect(owner.isModified).to.equal(false);
    owner.pets.push(Object.assign(new Cat(), { lives: 1 }));
    expect((owner.toDict().pets as object[])[2]).to.deep.equal({ kind: 'cat', lives: 1 });
  });

  it('in a list of dates keeps the spelling of those that did not change', () => {
    const owner = load();
    owner.dates[1]!.setUTCFullYear(2025);
    expect(owner.toDict().dates).to.deep.equal(['2024-01-01T00:00:00.123456Z', '2025-01-02T00:00:00.123Z']);
  });

  it('that is an unreadable date does not keep a clone from being saved', async () => {
    const copy = await load().clone();
    nock(origin)
      .post('/owners', (body: { since: string }) => body.since === 'long ago')
      .reply(201, { id: 'o2' });
    await copy.save();
  });

  it('that is transformed is changed when its written form is', () => {
    const owner = load();
    expect(owner.fee).to.equal(5);
    owner.fee = 500;
    expect(owner.changes.fee).to.deep.equal({ from: 5, to: 500 });
    owner.fee = 5;
    expect(owner.isModified).to.equal(false);
    expect(owner.toDict().fee).to.equal(500);
  });

  it('that is made of other keys is not changed by being read', () => {
    const owner = load();
    expect(owner.shout).to.equal('ANN');
    expect(owner.isModified).to.equal(false);
    expect(owner.toDict()).not.to.have.property('shout');
  });

  it("is compared by the class's own function only when both sides are there", () => {
    @Entity({ path: 'loose' })
    class Loose extends BaseResource {
      @Field({ equals: (a, b) => (a as string).trim() === (b as string).trim() }) code!: string | null;
    }
    const record = Loose.fromDict({ id: '1', code: 'a' });
    record.code = null;
    expect(record.isModified).to.equal(true);
  });
});

describe('a record', () => {
  withoutNetwork();
  const api = connect();
  const Widgets = api.bind(Widget);
  after(() => api.close());

  it('keeps an edit made at any moment of a save', async () => {
    for (let turns = 0; turns < 12; turns++) {
      const sent: Record<string, unknown> = {};
      nock(origin)
        .patch('/widgets/w1')
        .times(2)
        .reply(200, (_uri, body) => {
          Object.assign(sent, body);
          return {};
        });
      const widget = Widgets.fromDict({ id: 'w1', name: 'a', size: 1 });
      const saving = widget.save({ name: 'b' });
      for (let turn = 0; turn < turns; turn++) await null;
      widget.size = 7;
      await saving;
      await widget.save();
      nock.cleanAll();
      expect(sent, `edited after ${turns} turns`).to.deep.equal({ name: 'b', size: 7 });
    }
  });

  it('keeps its initialisers over a refresh that does not know them', async () => {
    @Entity({ path: 'presets' })
    class Preset extends BaseResource {
      @Field() tags: string[] = [];
    }
    nock(origin).get('/presets/p1').times(2).reply(200, { id: 'p1' });
    const preset = await api.bind(Preset).fromDict({ id: 'p1' }).refresh();
    preset.tags.push('a');
    expect((await preset.refresh()).tags).to.deep.equal([]);
    expect(preset.isModified).to.equal(false);
  });

  it('is not created a second time when the response to the first cannot be read', async () => {
    class Picky extends Widget {
      static override readResponse(): Record<string, unknown> {
        throw new TypeError('no idea');
      }
    }
    nock(origin).post('/widgets').reply(201, { id: 'w1' });
    const picky = new (api.bind(Picky))({ name: 'a' });
    expect(await failure(picky.save())).to.include({ outcome: 'unknown' });
    expect(await failure(picky.save())).to.include({ outcome: 'unknown' });
  });

  it('is guarded no longer once it was loaded', async () => {
    nock(origin).post('/widgets').reply(502, {});
    const widget = new Widgets({ name: 'a' });
    await failure(widget.save());
    widget.id = 'w1';
    nock(origin).get('/widgets/w1').reply(200, { id: 'w1', name: 'a' });
    await widget.refresh();
    await widget.save();
    expect(widget.isModified).to.equal(false);
  });

  it('takes what the platform sent over the initialisers of an undecorated subclass', async () => {
    class Named extends Widget {
      override name = 'default';
    }
    expect(Named.fromDict({ id: '1', name: 'sent' }).name).to.equal('sent');
    expect(api.bind(Named).fromDict({ id: '1', name: 'sent' }).isModified).to.equal(false);
    expect(new (api.bind(Named))({ name: 'given' }).name).to.equal('given');
    expect(new (api.bind(Named))().name).to.equal('default');
  });

  it('made of JSON without an id keeps every value', () => {
    const made = Widget.fromDict({ name: 'n', createdAt: '2024-01-01T00:00:00Z', extra: 1 });
    expect(made.isNew).to.equal(true);
    expect(made.createdAt).to.deep.equal(new Date('2024-01-01T00:00:00Z'));
    expect(made.changedFields).to.deep.equal(['name']);
    expect(made.toDict()).to.include({ name: 'n', extra: 1 });
  });

  it('sends a key named __proto__ back as a key', async () => {
    let text = '';
    nock(origin)
      .put('/gadgets/g1', (body) => {
        text = JSON.stringify(body);
        return true;
      })
      .reply(200, {});
    const gadget = api.bind(Gadget).fromDict(JSON.parse('{"id":"g1","name":"a","__proto__":{"x":1}}'));
    await gadget.save({ name: 'b' });
    expect(text).to.contain('"__proto__":{"x":1}');
  });

  it('is printed whole at any depth, even in a cycle', () => {
    const [one, two] = [Owner.fromDict({ id: '1' }), Owner.fromDict({ id: '2' })];
    one.boss = two;
    two.boss = one;
    expect(inspect(one, { depth: Number.POSITIVE_INFINITY })).to.contain('[Circular Owner(id=1)]');
    expect(inspect(Owner.fromDict({ id: '1', price: { amount: { deep: { deeper: { deepest: 1 } } } } }), { depth: null })).to.contain(
      'deepest: 1',
    );
  });

  it('refuses what is no object of fields, and ids that are no text', async () => {
    expect(await failure(Widgets.fromDict({ id: 'w1' }).save(null as never))).to.be.instanceOf(ValidationError);
    expect(await failure(Widgets.get('\ud800'))).to.be.instanceOf(ValidationError);
  });
});
