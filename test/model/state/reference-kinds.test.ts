import { expect } from 'chai';
import fc from 'fast-check';
import { BaseResource, Entity, Field } from '../../../src/index.js';
import { runs } from '../../support/runs.js';
import { connect } from '../../support/widgets.js';

/**
 * Any sequence of edits, reverts, saves, failed saves and refreshes of values that JSON writes in another form, next to a twin of each
 * value that knows nothing of records: what it is on the wire is what `JSON.stringify` makes of it.
 */

/** A decimal number with private members, as libraries have them. */
class Decimal {
  #digits: bigint;
  constructor(digits: bigint) {
    this.#digits = digits;
  }
  add(): void {
    this.#digits += 1n;
  }
  toJSON(): string {
    return `${this.#digits / 100n}.${String(this.#digits % 100n).padStart(2, '0')}`;
  }
}

/** Public members that are sent, and private ones that only its constructor makes. */
class Money {
  amount = 0;
  #factor = 100;
  get cents(): number {
    return this.amount * this.#factor;
  }
}

class Kid extends BaseResource {
  declare n: unknown;
  declare tags: unknown;
}
Field()(Kid.prototype, 'n');
Field({ type: Set })(Kid.prototype, 'tags');
const KidEntity = Entity({ path: 'kids' })(Kid);

type Twin = unknown;
interface Kind {
  type?: new () => object;
  /** What a platform may send. */
  server: readonly unknown[];
  /** What the record and the twin hold after that was read. */
  decode(json: unknown): Twin;
  /** What a user may assign, made anew for each of them. */
  made: readonly (() => unknown)[];
  /** A change in place. */
  mutate(value: never): void;
}

const clone = <T>(value: T): T => structuredClone(value);
const money = (amount: number): Money => Object.assign(new Money(), { amount });
const push = (value: unknown): void => void (Array.isArray(value) && value.push(9));

const kinds: Record<string, Kind> = {
  set: {
    type: Set,
    server: [[], ['a'], ['a', 'b'], null],
    decode: (json) => (Array.isArray(json) ? new Set(json) : json),
    made: [() => new Set(), () => new Set(['a']), () => ['a'], () => null],
    mutate: (value: unknown) => (value instanceof Set ? void value.add('z') : push(value)),
  },
  map: {
    type: Map,
    server: [{}, { a: { b: 1 } }, null],
    decode: (json) => (json ? new Map(Object.entries(clone(json))) : json),
    made: [() => new Map([['a', new Map([['b', 1]])]]), () => new Map(), () => ({ a: { b: 1 } })],
    mutate: (value: unknown) => void (value instanceof Map && value.set('z', new Set([1]))),
  },
  decimal: {
    server: ['0.07', '1.00', 7],
    decode: clone,
    made: [() => new Decimal(7n), () => new Decimal(100n), () => [new Decimal(7n)], () => ({ of: new Map([['x', new Decimal(1n)]]) })],
    mutate: (value: unknown) => (value instanceof Decimal ? value.add() : push(value)),
  },
  money: {
    type: Money,
    server: [{ amount: 1 }, [{ amount: 1 }, { amount: 2 }], null],
    decode: clone,
    made: [() => money(1), () => money(2), () => [money(1), money(2)]],
    mutate: (value: unknown) => {
      const one = (Array.isArray(value) ? value[0] : value) as Money | null | undefined;
      if (typeof one === 'object' && one !== null) one.amount = 5;
    },
  },
  big: {
    server: ['9007199254740993', '1', 1],
    decode: clone,
    made: [() => '9007199254740993', () => '90071992547409930', () => ({ id: '9007199254740993' })],
    mutate: () => {},
  },
  epoch: {
    type: Date,
    // Milliseconds: a number below 10^11 would count seconds.
    server: [1_600_000_000_000, 1_700_000_000_000, null],
    decode: (json) => (typeof json === 'number' ? new Date(json) : json),
    made: [
      () => new Date(1_500_000_000_000),
      () => new Date(1_600_000_000_000),
      () => new Date(1_700_000_000_000),
      () => new Date(1_700_000_001_000),
      () => null,
    ],
    mutate: (value: unknown) => void (value instanceof Date && value.setTime(1_650_000_000_000)),
  },
  kid: {
    type: KidEntity as unknown as new () => object,
    server: [{ id: 'k', n: 1, tags: ['a'] }, { id: 'k', n: 2, tags: [] }, null],
    decode: (json) => (json ? { ...clone(json as object), tags: new Set((json as { tags: string[] }).tags) } : json),
    made: [() => ({ id: 'k', n: 1, tags: new Set(['a']) }), () => ({ id: 'k', n: 3, tags: new Set() })],
    mutate: (value: unknown) => {
      const one = value as { tags?: Set<string> } | null | undefined;
      one?.tags?.add('z');
    },
  },
  dropped: {
    server: [{ a: 1 }, [null], null, {}],
    decode: clone,
    made: [
      () => () => 1,
      () => Symbol('s'),
      () => undefined,
      () => ({ toJSON: () => undefined }),
      () => [() => 1],
      () => [undefined],
      () => [Number.NaN],
      () => ({ f: () => 1 }),
      () => ({ a: 1, s: Symbol('s'), t: { toJSON: () => undefined } }),
    ],
    mutate: push,
  },
};
const names = Object.keys(kinds);

class Declared extends BaseResource {}
for (const [name, { type }] of Object.entries(kinds)) Field(type ? { type } : {})(Declared.prototype, name);
const Thing = Entity({ path: 'things' })(Declared);
const Patched = Entity({ update: 'patch' })(class Patched extends Thing {});
const Replaced = Entity({ update: 'put' })(class Replaced extends Thing {});

type Json = Record<string, unknown>;

/** What a value is on the wire; undefined for nothing. Times are compared as such: a date has several spellings. */
function wire(name: string, value: Twin): unknown {
  if (name === 'epoch' && (typeof value === 'string' || value instanceof Date)) return new Date(value).getTime();
  const text = JSON.stringify(value, (_key, item: unknown) =>
    item instanceof Map ? Object.fromEntries(item) : item instanceof Set ? [...item] : item,
  );
  return text === undefined ? undefined : JSON.parse(text);
}

const wires = (values: Json): Json =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const json = wire(name, value);
      return json === undefined ? [] : [[name, json]];
    }),
  );

function isChanged(saved: unknown, local: unknown): boolean {
  if (local === undefined && saved === null) return false;
  return JSON.stringify(sorted(saved)) !== JSON.stringify(sorted(local));
}

/** Keys have no order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

const anEdit = fc.constantFrom(...names).chain((name) => fc.record({ name: fc.constant(name), at: fc.nat(kinds[name]!.made.length - 1) }));
const server = fc.record(Object.fromEntries(names.map((name) => [name, fc.constantFrom(...kinds[name]!.server)])), { requiredKeys: [] });
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('set' as const), edit: anEdit }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('mutate' as const), name: fc.constantFrom(...names) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), name: fc.constantFrom(...names) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revert' as const), names: fc.subarray(names) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('save' as const), answered: fc.subarray(names), meanwhile: fc.option(anEdit) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refresh' as const), keepChanges: fc.boolean(), server }) },
);

describe('values that JSON writes in another form, next to twins', () => {
  for (const Class of [Patched, Replaced]) {
    it(`agree after any sequence of edits, reverts, saves, failed saves and refreshes of a ${Class.name.toLowerCase()} record`, async () => {
      let reply: () => { status: number; body: unknown } = () => ({ status: 200, body: {} });
      let sent: Json[] = [];
      const fetch = (async (_url: unknown, init?: RequestInit) => {
        if (init?.body) sent.push((await new Response(init.body).json()) as Json);
        const { status, body } = reply();
        return Response.json(body, { status });
      }) as typeof globalThis.fetch;
      const api = connect({ fetch });
      const Things = api.bind(Class);

      await fc.assert(
        fc.asyncProperty(server, fc.array(action, { maxLength: 15 }), async (start, actions) => {
          let saved: Json = clone(start);
          let twins: Json = {};
          const read = (json: Json): Json =>
            Object.fromEntries(Object.entries(json).map(([name, item]) => [name, kinds[name]!.decode(item)]));
          twins = read(saved);
          const thing = Things.fromDict({ id: 't1', ...clone(start) });
          const own = thing as unknown as Json;
          const changed = (): string[] => names.filter((name) => isChanged(saved[name], wire(name, twins[name])));
          const set = ({ name, at }: { name: string; at: number }): void => {
            const made = kinds[name]!.made[at]!;
            twins[name] = made();
            own[name] = name === 'kid' ? Object.assign(new KidEntity(), made()) : made();
          };
          for (const step of actions) {
            sent = [];
            switch (step.do) {
              case 'set':
                set(step.edit);
                break;
              case 'mutate':
                kinds[step.name]!.mutate(own[step.name] as never);
                kinds[step.name]!.mutate(twins[step.name] as never);
                break;
              case 'read':
                // What was sent as null may be null from then on.
                expect(wire(step.name, own[step.name]) ?? null).to.deep.equal(wire(step.name, twins[step.name]) ?? null);
                break;
              case 'revert': {
                const expected = changed().filter((name) => step.names.includes(name));
                if (step.names.length > 0) {
                  expect((thing as unknown as { revert(...of: string[]): string[] }).revert(...step.names)).to.have.members(expected);
                  for (const name of expected) twins[name] = kinds[name]!.decode(saved[name]);
                }
                break;
              }
              case 'save': {
                const sending = changed();
                const atSend = wires(twins);
                const body: Json = Object.fromEntries(sending.map((name) => [name, atSend[name] ?? null]));
                const whole = {
                  ...Object.fromEntries(names.flatMap((name) => (saved[name] === null ? [[name, null]] : []))),
                  ...atSend,
                  ...body,
                };
                reply = () => {
                  const echo = Object.fromEntries(step.answered.flatMap((name) => (name in whole ? [[name, whole[name]]] : [])));
                  if (step.meanwhile) set(step.meanwhile);
                  return { status: 200, body: echo };
                };
                await thing.save();
                const went = sent.map((each) => wires(each));
                expect(went).to.deep.equal(sending.length === 0 ? [] : [Class === Patched ? body : { id: 't1', ...whole }]);
                saved = { ...saved, ...body };
                if (!step.meanwhile) expect(thing.changedFields).to.deep.equal([]);
                if (own.kid instanceof BaseResource && !step.meanwhile && sending.length > 0) expect(own.kid.isModified).to.equal(false);
                break;
              }
              case 'fail':
                reply = () => ({ status: 400, body: { message: 'no' } });
                await thing.save().catch(() => undefined);
                break;
              case 'refresh': {
                reply = () => ({ status: 200, body: { id: 't1', ...step.server } });
                const kept = step.keepChanges ? changed() : [];
                const before = twins;
                await thing.refresh({ keepChanges: step.keepChanges });
                saved = clone(step.server);
                twins = read(saved);
                // A value that is what the platform says stays the object it was.
                const held = names.filter((name) => name in saved && !isChanged(saved[name], wire(name, before[name])));
                for (const name of [...kept, ...held]) twins[name] = before[name];
                break;
              }
            }
            expect(thing.changedFields).to.have.members(changed());
            expect(thing.isModified).to.equal(changed().length > 0);
            const { changes } = thing as unknown as { changes: Record<string, { from: unknown; to: unknown }> };
            for (const name of changed()) {
              expect(wire(name, changes[name]!.to), `${name} is`).to.deep.equal(wire(name, own[name]));
              expect(wire(name, changes[name]!.from), `${name} was`).to.deep.equal(saved[name]);
            }
          }
          const { id, ...dict } = wires(thing.toDict());
          const nulls = names.flatMap((name) => (saved[name] === null && wire(name, twins[name]) === undefined ? [[name, null]] : []));
          expect(dict).to.deep.equal({ ...wires(twins), ...Object.fromEntries(nulls) });
        }),
        { numRuns: runs(300) },
      );
      await api.close();
    }).timeout(60_000);
  }
});
