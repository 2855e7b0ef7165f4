import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createContext, runInContext } from 'node:vm';
import { expect } from 'chai';
import fc from 'fast-check';
import 'reflect-metadata/lite';
import * as theirs from 'reflect-metadata/no-conflict';
import { addMetadataFunctions } from '../../../src/model/fields/reflect-metadata.js';

type Api = typeof theirs;

const names = [
  ...['decorate', 'metadata', 'defineMetadata', 'getMetadata', 'getOwnMetadata', 'hasMetadata', 'hasOwnMetadata'],
  ...['getMetadataKeys', 'getOwnMetadataKeys', 'deleteMetadata'],
] as const;

function added(): Api {
  const reflect = {};
  addMetadataFunctions(reflect);
  return reflect as Api;
}

/** What a function returns, or the class of what it throws. */
function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return (error as Error).constructor.name;
  }
}

class Base {}
class Middle extends Base {}
class Leaf extends Middle {}

describe('the metadata functions of pages', () => {
  it('are those of reflect-metadata, and not seen where properties are listed', () => {
    const reflect = added();
    expect(Object.getOwnPropertyNames(reflect).sort()).to.deep.equal([...names].sort());
    expect(Object.keys(reflect)).to.deep.equal([]);
  });

  it('do what reflect-metadata does', () => {
    const target = fc.constantFrom<object>(
      Base,
      Middle,
      Leaf,
      Base.prototype,
      Middle.prototype,
      Leaf.prototype,
      null as never,
      'text' as never,
    );
    const property = fc.constantFrom<PropertyKey | undefined>(undefined, 'a', '1', 1, Symbol.iterator);
    const key = fc.constantFrom<unknown>('design:type', 'k', undefined);
    const value = fc.constantFrom<unknown>(1, undefined, String);
    const step = fc.tuple(fc.constantFrom(...names.filter((name) => name !== 'decorate')), target, property, key, value);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const ours = added();
        // What the one has kept from an earlier run, the other has not.
        for (const on of [Base, Middle, Leaf].flatMap((each) => [each, each.prototype]))
          for (const at of [undefined, 'a', '1', Symbol.iterator] as const)
            for (const api of [ours, theirs])
              for (const known of api.getOwnMetadataKeys(on, at as string)) api.deleteMetadata(known, on, at as string);
        for (const [name, on, at, about, what] of steps) {
          const call = (api: Api): unknown => {
            // Decorators are called with names only.
            const given = (name === 'metadata' && typeof at === 'number' ? String(at) : at) as string;
            if (name === 'metadata') return (api.metadata(about, what) as (target: object, property?: string) => void)(on, given);
            if (name === 'defineMetadata') return api.defineMetadata(about, what, on, given);
            if (name === 'getMetadataKeys' || name === 'getOwnMetadataKeys') return api[name](on, given);
            return api[name as 'getMetadata'](about, on, given);
          };
          expect(
            outcome(() => call(ours)),
            name,
          ).to.deep.equal(outcome(() => call(theirs)));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('decorate classes and members from the last decorator to the first', () => {
    for (const api of [added(), theirs]) {
      const calls: unknown[] = [];
      const noting =
        (name: string, made?: unknown) =>
        (...args: unknown[]) => {
          calls.push([name, ...args]);
          return made as never;
        };
      expect(api.decorate([noting('first', Leaf), noting('last')], Base)).to.equal(Leaf);
      const descriptor = { value: 1 };
      const other = { value: 2 };
      expect(api.decorate([noting('one'), noting('two', other)] as never, Base.prototype, 'a', descriptor)).to.equal(other);
      expect(calls).to.deep.equal([
        ['last', Base],
        ['first', Base],
        ['two', Base.prototype, 'a', descriptor],
        ['one', Base.prototype, 'a', other],
      ]);
    }
  });

  it('stay away where there are others, and are known to reflect-metadata that comes later', () => {
    const others = { defineMetadata: () => undefined };
    addMetadataFunctions(others);
    expect(Object.getOwnPropertyNames(others)).to.deep.equal(['defineMetadata']);

    class Above {}
    class Below extends Above {}
    const context = createContext({});
    const reflect = runInContext('Reflect', context) as Api;
    addMetadataFunctions(reflect);
    reflect.defineMetadata('early', 1, Above, 'a');
    runInContext(readFileSync(createRequire(import.meta.url).resolve('reflect-metadata/lite'), 'utf8'), context);
    expect(reflect.getMetadata('early', Below, 'a')).to.equal(1);
    reflect.defineMetadata('late', 2, Above, 'a');
    reflect.defineMetadata('late', 3, Below, 'a');
    expect(reflect.getMetadataKeys(Below, 'a')).to.have.members(['early', 'late']);
    expect(reflect.getMetadata('late', Below, 'a')).to.equal(3);
  });
});
