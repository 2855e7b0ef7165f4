import { expect } from 'chai';
import fc from 'fast-check';
import { BaseResource, Entity, Field } from '../../../src/index.js';
import { runs } from '../../support/runs.js';
import { connect } from '../../support/widgets.js';

/**
 * Any sequence of edits, reverts, saves, failed saves and refreshes, next to a reference model that keeps whole copies of what is
 * saved and what is local. Answers may be whole, partial or empty, and edits may be made while a save is under way.
 */

const names = ['text', 'count', 'nested', 'list', 'when'] as const;
type Name = (typeof names)[number];
/** As JSON; `when` is a date's text here and a Date in the record. */
type Values = Partial<Record<Name, unknown>>;

class Declared extends BaseResource {}
for (const name of names) Field(name === 'when' ? { type: Date } : {})(Declared.prototype, name);
const Thing = Entity({ path: 'things' })(Declared);
const Patched = Entity({ update: 'patch' })(class Patched extends Thing {});
const Replaced = Entity({ update: 'put' })(class Replaced extends Thing {});

const dates = fc.constantFrom('2024-01-15T10:00:00.000Z', '2025-06-01T00:00:00.000Z', null);
const value = fc.oneof(
  fc.constantFrom<unknown>(null, 'a', 'b', 1, 2, true),
  fc.record({ deep: fc.record({ n: fc.integer({ min: 0, max: 2 }) }), tags: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }) }),
  fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
);
const edit = fc.oneof(
  fc.record({ name: fc.constantFrom<Name>('text', 'count', 'nested', 'list'), value }),
  fc.record({ name: fc.constant<Name>('when'), value: dates as fc.Arbitrary<unknown> }),
);
const values = fc.record({ text: value, count: value, nested: value, list: value, when: dates }, { requiredKeys: [] });
const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('set' as const), edit }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('deepen' as const), name: fc.constantFrom(...names) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revert' as const), name: fc.option(fc.constantFrom(...names)) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('save' as const), answered: fc.subarray([...names]), meanwhile: fc.option(edit) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refresh' as const), keepChanges: fc.boolean(), server: values }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), name: fc.constantFrom(...names) }) },
);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const asLocal = (name: Name, json: unknown): unknown =>
  name === 'when' && typeof json === 'string' ? new Date(json) : structuredClone(json);
const changed = (saved: Values, local: Values): Name[] => names.filter((name) => !same(saved[name], local[name]));
const pick = (from: Values, keys: readonly Name[]): Values =>
  Object.fromEntries(keys.flatMap((key) => (key in from ? [[key, from[key]]] : [])));

function deepen(current: unknown): void {
  if (current instanceof Date) current.setUTCFullYear(2000);
  else if (Array.isArray(current)) current.push(9);
  else if (typeof current === 'object' && current !== null) (current as { deep: { n: number } }).deep.n += 1;
}

describe('changes, next to a plain reference', () => {
  for (const Class of [Patched, Replaced]) {
    it(`agree after any sequence of edits, reverts, saves, failed saves and refreshes of a ${Class.name.toLowerCase()} record`, async () => {
      let reply: () => { status: number; body: unknown } = () => ({ status: 200, body: {} });
      let sent: unknown[] = [];
      const fetch = (async (_url: unknown, init?: RequestInit) => {
        sent.push(init?.body ? await new Response(init.body).json() : null);
        const { status, body } = reply();
        return Response.json(body, { status });
      }) as typeof globalThis.fetch;
      const api = connect({ fetch });
      const Things = api.bind(Class);

      await fc.assert(
        fc.asyncProperty(values, fc.array(action, { maxLength: 15 }), async (start, actions) => {
          let saved: Values = structuredClone(start);
          let local: Values = structuredClone(start);
          const thing = Things.fromDict({ id: 't1', ...structuredClone(start) });
          const own = thing as unknown as Record<Name, unknown>;
          const set = ({ name, value: json }: { name: Name; value: unknown }): void => {
            own[name] = asLocal(name, json);
            local[name] = structuredClone(json);
          };
          for (const step of actions) {
            sent = [];
            switch (step.kind) {
              case 'set':
                set(step.edit);
                break;
              case 'deepen': {
                deepen(own[step.name]);
                const twin = asLocal(step.name, local[step.name]);
                deepen(twin);
                if (step.name in local) local[step.name] = JSON.parse(JSON.stringify(twin));
                break;
              }
              case 'revert': {
                const reverted = step.name === null ? names : [step.name];
                (thing as unknown as { revert(...fields: string[]): void }).revert(...reverted);
                for (const name of reverted) {
                  if (saved[name] === undefined) delete local[name];
                  else local[name] = structuredClone(saved[name]);
                }
                break;
              }
              case 'save': {
                const sending = changed(saved, local);
                const atSend = structuredClone(local);
                reply = () => {
                  if (step.meanwhile) set(step.meanwhile);
                  return { status: 200, body: pick(atSend, step.answered) };
                };
                await thing.save();
                const body = Class === Patched ? pick(atSend, sending) : { id: 't1', ...atSend };
                expect(sent).to.deep.equal(sending.length === 0 ? [] : [body]);
                saved = atSend;
                break;
              }
              case 'fail': {
                reply = () => ({ status: 400, body: { message: 'no' } });
                const [outcome] = await Promise.allSettled([thing.save()]);
                expect(outcome.status).to.equal(changed(saved, local).length === 0 ? 'fulfilled' : 'rejected');
                break;
              }
              case 'refresh': {
                reply = () => ({ status: 200, body: { id: 't1', ...step.server } });
                await thing.refresh({ keepChanges: step.keepChanges });
                const kept = step.keepChanges ? changed(saved, local) : [];
                local = { ...structuredClone(step.server), ...pick(local, kept) };
                saved = structuredClone(step.server);
                break;
              }
              case 'read':
                expect(own[step.name]).to.deep.equal(asLocal(step.name, local[step.name]));
                break;
            }
            const expected = changed(saved, local).map((name) => [
              name,
              { from: asLocal(name, saved[name]), to: asLocal(name, local[name]) },
            ]);
            expect(thing.changes).to.deep.equal(Object.fromEntries(expected));
            expect(thing.isModified).to.equal(expected.length > 0);
          }
          expect(JSON.parse(JSON.stringify({ ...thing, id: undefined }))).to.deep.equal(local);
        }),
        { numRuns: runs(300) },
      );
      await api.close();
    }).timeout(60_000);
  }
});
