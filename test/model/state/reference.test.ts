import { expect } from 'chai';
import fc from 'fast-check';
import { BaseResource, Connection, Entity, Field } from '../../../src/index.js';

/**
 * Any sequence of edits, reverts, saves, failed saves and refreshes, next to a reference model that keeps whole copies of what is
 * saved and what is local.
 */

const names = ['text', 'count', 'nested', 'list'] as const;
type Name = (typeof names)[number];
type Values = Partial<Record<Name, unknown>>;

@Entity({ path: 'things', update: 'patch' })
class Thing extends BaseResource {
  @Field() text!: unknown;
  @Field() count!: unknown;
  @Field() nested!: unknown;
  @Field() list!: unknown;
}

const value = fc.oneof(
  fc.constantFrom<unknown>(null, 'a', 'b', 1, 2, true),
  fc.record({ deep: fc.record({ n: fc.integer({ min: 0, max: 2 }) }), tags: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }) }),
  fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
);
const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('set' as const), name: fc.constantFrom(...names), value }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('deepen' as const), name: fc.constantFrom(...names) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revert' as const), name: fc.option(fc.constantFrom(...names)) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('save' as const), answer: fc.constantFrom('all' as const, 'nothing' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('refresh' as const),
      keepChanges: fc.boolean(),
      server: fc.dictionary(fc.constantFrom(...names), value),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), name: fc.constantFrom(...names) }) },
);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function expectedChanges(saved: Values, local: Values): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => !same(saved[name], local[name])).map((name) => [name, { from: saved[name], to: local[name] }]),
  );
}

describe('changes, next to a plain reference', () => {
  it('agree after any sequence of edits, reverts, saves, failed saves and refreshes', async () => {
    let reply: () => { status: number; body: unknown } = () => ({ status: 200, body: {} });
    let sent: unknown[] = [];
    const api = new Connection({
      baseUrl: 'https://platform.test',
      maxRetries: 0,
      fetch: async (_url: unknown, init?: RequestInit) => {
        sent.push(init?.body ? await new Response(init.body).json() : null);
        const { status, body } = reply();
        return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
      },
    } as ConstructorParameters<typeof Connection>[0]);
    const Things = api.bind(Thing);

    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), value), fc.array(action, { maxLength: 15 }), async (start, actions) => {
        let saved: Values = structuredClone(start);
        let local: Values = structuredClone(start);
        const thing = Things.fromDict({ id: 't1', ...structuredClone(start) });
        const check = (): void => {
          expect(thing.changes).to.deep.equal(expectedChanges(saved, local));
          expect(thing.isModified).to.equal(Object.keys(expectedChanges(saved, local)).length > 0);
        };
        for (const step of actions) {
          sent = [];
          switch (step.kind) {
            case 'set':
              thing[step.name] = structuredClone(step.value);
              local[step.name] = structuredClone(step.value);
              break;
            case 'deepen':
              for (const holder of [thing, local] as Values[]) {
                const current = holder[step.name];
                if (Array.isArray(current)) current.push(9);
                else if (typeof current === 'object' && current !== null) (current as { deep: { n: number } }).deep.n += 1;
              }
              break;
            case 'revert': {
              const reverted = step.name === null ? names : [step.name];
              thing.revert(...reverted);
              for (const name of reverted) {
                if (saved[name] === undefined) delete local[name];
                else local[name] = structuredClone(saved[name]);
              }
              break;
            }
            case 'save': {
              const expected = Object.fromEntries(
                Object.entries(expectedChanges(saved, local)).map(([name, change]) => [name, (change as { to: unknown }).to]),
              );
              reply = () => ({ status: 200, body: step.answer === 'all' ? { id: 't1', ...local } : {} });
              await thing.save();
              expect(sent).to.deep.equal(Object.keys(expected).length === 0 ? [] : [expected]);
              saved = structuredClone(local);
              break;
            }
            case 'fail':
              reply = () => ({ status: 400, body: { message: 'no' } });
              await thing.save().catch(() => undefined);
              break;
            case 'refresh': {
              reply = () => ({ status: 200, body: { id: 't1', ...step.server } });
              await thing.refresh({ keepChanges: step.keepChanges });
              const kept = step.keepChanges ? names.filter((name) => !same(saved[name], local[name])) : [];
              const fresh: Values = structuredClone(step.server);
              for (const name of kept) fresh[name] = local[name];
              saved = structuredClone(step.server);
              local = fresh;
              break;
            }
            case 'read':
              expect(thing[step.name]).to.deep.equal(local[step.name]);
              break;
          }
          check();
        }
        expect(JSON.parse(JSON.stringify({ ...thing, id: undefined }))).to.deep.equal(JSON.parse(JSON.stringify(local)));
      }),
      { numRuns: 300 },
    );
    await api.close();
  }).timeout(60_000);
});
