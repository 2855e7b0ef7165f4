import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, Entity, Field } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

/** Cannot be copied without its constructor. */
class Money {
  #cents = 7;
  toJSON(): number {
    return this.#cents;
  }
}

class Vault {
  #secret = 'kept';
  amount = 3;
  get secret(): string {
    return this.#secret;
  }
}

@Entity({ path: 'inner' })
class Inner extends BaseResource {
  @Field() value: unknown;
}

@Entity({ path: 'things', update: 'patch' })
class Thing extends BaseResource {
  @Field() name!: string | null | undefined;
  @Field() value: unknown;
  @Field({ type: Money }) prices: unknown;
  @Field({ type: Date }) when: Date | null | undefined;
  @Field({ type: Inner }) inner!: Inner | null | undefined;
}

@Entity({ path: 'things', update: 'put' })
class Whole extends Thing {}

const written = (changes: object): unknown =>
  JSON.parse(
    JSON.stringify(changes, (_key, value: unknown) =>
      value instanceof Map ? Object.fromEntries(value) : value instanceof Set ? [...value] : value,
    ),
  );

const dropped: Record<string, unknown> = {
  'a function': () => 1,
  'a symbol': Symbol('s'),
  'an object whose toJSON gives nothing': { toJSON: () => undefined },
};

describe('a value', () => {
  withoutNetwork();
  const api = connect();
  const Things = api.bind(Thing);
  const loaded = (json: object = {}): Thing => Things.fromDict({ id: 't1', name: 'n', ...json });
  after(() => api.close());

  describe('that cannot be copied', () => {
    const places: Record<string, [put: (money: object) => unknown, as: unknown]> = {
      'in a field': [(money) => money, 7],
      'in a list': [(money) => [money], [7]],
      'in an object': [(money) => ({ a: { money } }), { a: { money: 7 } }],
      'in a map': [(money) => new Map([['m', money]]), { m: 7 }],
      'in a set': [(money) => new Set([money]), [7]],
    };
    for (const [place, [put, as]] of Object.entries(places)) {
      for (const field of place.endsWith('field') || place.endsWith('list') ? (['value', 'prices'] as const) : (['value'] as const)) {
        it(`is itself in changes, clones and events ${place} ${field === 'value' ? 'without' : 'with'} its type declared`, async () => {
          const thing = loaded({ [field]: 5 });
          thing[field] = put(new Money());
          expect(written(thing.changes)).to.deep.equal({ [field]: { from: 5, to: as } });
          const copy = await thing.clone();
          nock(origin)
            .post('/things', { name: 'n', [field]: as as never })
            .reply(201, { id: 't2' });
          await copy.save();
          expect(copy.isModified).to.equal(false);
          const seen: unknown[] = [];
          thing.on('save', ({ changes }) => seen.push(written(changes)));
          nock(origin)
            .patch('/things/t1', { [field]: as as never })
            .reply(200, {});
          await thing.save();
          expect(seen).to.deep.equal([{ [field]: { from: 5, to: as } }]);
          expect(thing.isModified).to.equal(false);
        });
      }
    }

    it('works as before where it is an instance with private members and no form of its own', async () => {
      const thing = loaded();
      thing.value = { vault: new Vault() };
      const { to } = thing.changes.value as { to: { vault: Vault } };
      expect(to.vault.secret).to.equal('kept');
      expect(((await thing.clone()).value as { vault: Vault }).vault.secret).to.equal('kept');
      thing.inner = Inner.fromDict({ id: 'i', value: 1 });
      thing.inner.value = new Vault();
      expect(((await thing.clone()).inner!.value as Vault).secret).to.equal('kept');
    });
  });

  it('of bytes keeps its class in a copy, and its JSON', async () => {
    const thing = loaded();
    for (const value of [Buffer.from('ab'), new Uint8Array([1]), new Float64Array([0.5]), { deep: [Buffer.from('c')] }]) {
      thing.value = value;
      const copy = await thing.clone();
      expect(copy.value).to.deep.equal(value);
      expect(copy.toDict().value).to.deep.equal(thing.toDict().value);
    }
    const bytes = Buffer.from('ab');
    thing.value = bytes;
    const copy = (await thing.clone()).value as Buffer;
    bytes[0] = 0;
    expect(copy.toString()).to.equal('ab');
  });

  it('is what its class says of itself, also where the class extends one that JSON knows', async () => {
    class Day extends Date {
      override toJSON(): string {
        return this.toISOString().slice(0, 10);
      }
    }
    class Names extends Array<string> {
      toJSON(): string {
        return this.join(' ');
      }
    }
    class Pairs extends Map<string, number> {
      toJSON(): unknown {
        return [...this];
      }
    }
    class Tags extends Set<string> {
      toJSON(): unknown {
        return { tags: [...this] };
      }
    }
    const forms: [object, unknown][] = [
      [new Day('2024-01-15T10:00:00Z'), '2024-01-15'],
      [Object.assign(new Date(0), { toJSON: () => 'epoch' }), 'epoch'],
      [Names.from(['a', 'b']), 'a b'],
      [new Pairs([['a', 1]]), [['a', 1]]],
      [new Tags(['x']), { tags: ['x'] }],
    ];
    for (const [given, form] of forms) {
      for (const put of [(value: unknown) => value, (value: unknown) => [value], (value: unknown) => ({ value })]) {
        const thing = loaded();
        thing.value = put(given);
        expect(thing.toDict().value).to.deep.equal(put(form));
        expect((await thing.clone()).toDict().value).to.deep.equal(put(form));
        nock(origin)
          .patch('/things/t1', { value: put(form) as never })
          .reply(200, {});
        await thing.save();
        expect(thing.isModified).to.equal(false);
      }
    }
  });

  describe('that is nothing to JSON', () => {
    for (const [what, value] of Object.entries(dropped)) {
      it(`is saved once as a field of an updated record: ${what}`, async () => {
        const thing = loaded({ value: 1 });
        thing.value = value;
        nock(origin).patch('/things/t1', { value: null }).reply(200, {});
        await thing.save();
        expect(thing.isModified).to.equal(false);
        expect(thing.original('value')).to.equal(null);
        await thing.save();
      });

      it(`is no change where the platform said nothing or null: ${what}`, () => {
        const thing = loaded({ name: null });
        Object.assign(thing, { value, name: value });
        expect(thing.changedFields).to.deep.equal([]);
      });

      it(`is left out of a create, which leaves the record clean: ${what}`, async () => {
        nock(origin).post('/things', { name: 'n' }).reply(201, { id: 't2' });
        const thing = new Things({ name: 'n', value } as never);
        await thing.save();
        expect(thing.isModified).to.equal(false);
      });

      it(`is left out of objects and null in lists: ${what}`, async () => {
        const thing = loaded();
        thing.value = { a: value, b: [value, { c: value }], map: new Map([['m', value]]), set: new Set([value]) };
        nock(origin)
          .patch('/things/t1', { value: { b: [null, {}], map: {}, set: [null] } })
          .reply(200, {});
        await thing.save();
        expect(thing.isModified).to.equal(false);
      });
    }

    it('is null where it is a number that JSON has no word for, in a list', async () => {
      const thing = loaded();
      thing.value = [Number.NaN, Number.POSITIVE_INFINITY, 1];
      nock(origin)
        .patch('/things/t1', { value: [null, null, 1] })
        .reply(200, {});
      await thing.save();
      expect(thing.isModified).to.equal(false);
    });
  });

  describe('is the same as another spelling of it', () => {
    const pairs: [what: string, saved: unknown, local: unknown][] = [
      ['undefined for null', null, undefined],
      ['undefined for null in a list', [null], [undefined]],
      ['a hole for null in a list', [null], new Array(1)],
      ['NaN for null in a list', [null], [Number.NaN]],
      ['-0 for 0', 0, -0],
      ['-0 for 0 in an object', { n: 0 }, { n: -0 }],
      ['a Date for its text', '2024-01-15T10:00:00.000Z', new Date('2024-01-15T10:00:00.000Z')],
      ['a map for an object', { a: { b: 1 } }, new Map([['a', new Map([['b', 1]])]])],
      ['a map with keys that are numbers', { 1: 'a' }, new Map([[1, 'a']])],
      ['a set for a list', [1, 2], new Set([1, 2])],
      ['a boxed text', 'x', new String('x')],
      ['an object that writes itself as a text', 'x', { toJSON: () => 'x' }],
      ['an object that writes itself as null', null, { toJSON: () => null }],
      ['an object that writes itself as null in an object', { a: null }, { a: { toJSON: () => null } }],
      [
        'an object that writes itself as it is',
        { a: 1 },
        {
          a: 1,
          toJSON(): unknown {
            return this;
          },
        },
      ],
    ];
    for (const [what, saved, local] of pairs) {
      it(what, () => {
        const thing = loaded({ value: saved });
        thing.value = local;
        expect(thing.isModified).to.equal(false);
        expect(JSON.parse(JSON.stringify(thing.toDict().value))).to.deep.equal(saved);
      });
    }

    it('undefined for null in a field of any type', () => {
      const json = { name: null, when: null, prices: null, inner: null };
      const thing = loaded(json);
      Object.assign(thing, { name: undefined, when: undefined, prices: undefined, inner: undefined });
      expect(thing.changedFields).to.deep.equal([]);
      expect(thing.toDict()).to.deep.equal({ id: 't1', ...json });
    });

    it('undefined for null in the body of a record that is replaced', async () => {
      const whole = api.bind(Whole).fromDict({ id: 't1', name: null });
      whole.name = undefined;
      nock(origin).put('/things/t1', { id: 't1', name: null, value: 1 }).reply(200, {});
      whole.value = 1;
      await whole.save();
      expect(whole.isModified).to.equal(false);
    });

    it('but not where the wire would differ', () => {
      const differing: [unknown, unknown][] = [
        [{ a: null }, {}],
        [{}, { a: null }],
        [[], [undefined]],
        [{ a: 1 }, { a: () => 1 }],
        ['x', () => 'x'],
        [[1, 2], new Set([2, 1])],
      ];
      for (const [saved, local] of differing) {
        const thing = loaded({ value: saved });
        thing.value = local;
        expect(thing.changedFields, JSON.stringify(saved)).to.deep.equal(['value']);
      }
    });
  });

  it('whose toJSON throws is a change, and saving it says why', async () => {
    const thing = loaded({ value: 1 });
    thing.value = {
      toJSON: () => {
        throw new TypeError('not today');
      },
    };
    expect(thing.isModified).to.equal(true);
    expect((await failure(thing.save())).message).to.contain('not today');
    thing.revert();
    expect(thing.isModified).to.equal(false);
  });
});
