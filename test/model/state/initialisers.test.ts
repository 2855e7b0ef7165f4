import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, Entity, Field, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

class Money {
  #cents: number;
  constructor(cents = 7) {
    this.#cents = cents;
  }
  add(cents: number): void {
    this.#cents += cents;
  }
  toJSON(): string {
    return (this.#cents / 100).toFixed(2);
  }
}

class Point {
  #secret = 1;
  x = 1;
  get secret(): number {
    return this.#secret;
  }
}

const cycle: Record<string, unknown> = {};
cycle.self = cycle;

/** Initialisers of every kind, each with the edit that is a change. */
const kinds: Record<string, { type?: new () => object; make(): unknown; edit(value: never): void }> = {
  'a Set of a declared type': { type: Set, make: () => new Set(['a']), edit: (value: Set<string>) => value.add('b') },
  'a Set': { make: () => new Set(), edit: (value: Set<string>) => value.add('b') },
  'a Map of a declared type': {
    type: Map,
    make: () => new Map([['a', { n: 1 }]]),
    edit: (value: Map<string, object>) => value.delete('a'),
  },
  'a Map': { make: () => new Map([['a', 1]]), edit: (value: Map<string, number>) => value.set('a', 2) },
  'a Date of a declared type': { type: Date, make: () => new Date(5), edit: (value: Date) => value.setTime(6) },
  'a Date': { make: () => new Date(5), edit: (value: Date) => value.setTime(6) },
  'a Date that is invalid': { type: Date, make: () => new Date(Number.NaN), edit: (value: Date) => value.setTime(6) },
  'an object with all of these inside': {
    make: () => ({
      tags: new Set([new Date(1)]),
      map: new Map([['m', new Map()]]),
      list: [undefined, Number.NaN],
      f: () => 1,
      price: new Money(),
    }),
    edit: (value: { list: unknown[] }) => value.list.push(1),
  },
  'an instance with a JSON form of its own': { make: () => new Money(), edit: (value: Money) => value.add(1) },
  'instances with a JSON form of their own, in a list': {
    make: () => [new Money(), new Money(8)],
    edit: (value: Money[]) => value[0]!.add(1),
  },
  'an instance of a declared class': {
    type: Point,
    make: () => new Point(),
    edit: (value: Point) => {
      value.x = 2;
    },
  },
  'an instance with private members': {
    make: () => new Point(),
    edit: (value: Point) => {
      value.x = 2;
    },
  },
  bytes: {
    make: () => new Uint8Array([1, 2]),
    edit: (value: Uint8Array) => {
      value[0] = 9;
    },
  },
  'a Buffer': { make: () => Buffer.from('ab'), edit: (value: Buffer) => value.fill(0) },
  'a URL': {
    make: () => new URL('https://a.test/'),
    edit: (value: URL) => {
      value.pathname = '/b';
    },
  },
  'an object that contains itself': {
    make: () => ({ cycle }),
    edit: (value: Record<string, unknown>) => {
      value.more = 1;
    },
  },
  'a bigint inside an object': {
    make: () => ({ n: 1n }),
    edit: (value: { n: bigint }) => {
      value.n = 2n;
    },
  },
};

function classWith({ type, make }: (typeof kinds)[string], readOnly = false): typeof BaseResource {
  class Declared extends BaseResource {
    value = make();
    name?: string;
  }
  Field({ ...(type && { type }), readOnly })(Declared.prototype, 'value');
  Field()(Declared.prototype, 'name');
  return Entity({ path: 'presets', update: 'patch' })(Declared);
}

type Preset = BaseResource & { value: unknown; name?: string };

describe('what an initialiser gave', () => {
  withoutNetwork();
  const api = connect();
  after(() => api.close());

  for (const [kind, spec] of Object.entries(kinds)) {
    it(`is no change when it is ${kind}, until it is edited`, () => {
      const preset = classWith(spec).fromDict({ id: '1' }) as Preset;
      expect(preset.isModified).to.equal(false);
      expect(preset.changes).to.deep.equal({});
      spec.edit(preset.value as never);
      expect(preset.changedFields).to.deep.equal(['value']);
      preset.revert();
      expect(preset.changedFields).to.deep.equal([]);
    });

    it(`does not keep a record from being saved when it is ${kind} in a read-only field`, async () => {
      const Bound = api.bind(classWith(spec, true));
      nock(origin).patch('/presets/1', { name: 'x' }).reply(200, {});
      const loaded = Bound.fromDict({ id: '1' }) as Preset;
      loaded.name = 'x';
      await loaded.save();
      expect(loaded.isModified).to.equal(false);
      nock(origin).post('/presets', { name: 'y' }).reply(201, { id: '2' });
      await (new Bound({ name: 'y' }) as Preset).save();
    });
  }

  it('is shown as JSON, cut, where it was changed although it is read-only', async () => {
    const preset = api.bind(classWith({ make: () => new Map([['a', 1]]), edit: () => {} }, true)).fromDict({ id: '1' }) as Preset;
    (preset.value as Map<string, unknown>).set('b', new Set(['c', new Money(), 'x'.repeat(100)]));
    const error = (await failure(preset.save())) as ValidationError;
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.match(/was \{"a":1\}, is \{"a":1,"b":\["c","0\.07","x+\.\.\.\)/);
  });
});
