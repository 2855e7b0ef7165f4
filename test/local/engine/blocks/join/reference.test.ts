import { expect } from 'chai';
import fc from 'fast-check';
import type { Row } from '../../../../../src/local/engine/types.js';
import { pipeline, run } from '../../support/engine.js';

type Kind = 'inner' | 'left' | 'right' | 'full';

/** Two nested loops: what a join is, in the fewest words. */
function reference(left: readonly Row[], right: readonly Row[], leftKey: string, rightKey: string, kind: Kind): Row[] {
  const equal = (a: unknown, b: unknown) => a !== null && b !== null && a !== '' && String(a) === String(b);
  const nothing = (rows: readonly Row[]) => Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, null]));
  const joined: Row[] = [];
  for (const a of left) {
    const found = right.filter((b) => equal(a[leftKey], b[rightKey]));
    joined.push(...found.map((b) => ({ ...a, ...b })));
    if (found.length === 0 && (kind === 'left' || kind === 'full')) joined.push({ ...a, ...nothing(right) });
  }
  if (kind === 'right' || kind === 'full') {
    const lonely = right.filter((b) => !left.some((a) => equal(a[leftKey], b[rightKey])));
    joined.push(...lonely.map((b) => ({ ...nothing(left), ...b })));
  }
  return joined;
}

const key = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 4 }), fc.constantFrom('0', '1', 'x', ''), fc.boolean());
const rows = (keyName: string, valueName: string) =>
  fc.array(fc.record({ [keyName]: key, [valueName]: fc.nat(99) }), { minLength: 1, maxLength: 12 });
const kinds = fc.constantFrom<Kind>('inner', 'left', 'right', 'full');

describe('the join block, next to two nested loops', () => {
  it('gives the same rows in the same order for every kind, chained', async () => {
    await fc.assert(
      fc.asyncProperty(rows('a', 'x'), rows('b', 'y'), rows('c', 'z'), kinds, kinds, async (first, second, third, one, two) => {
        const joins = [
          { dataset: 'second', left_key: 'a', right_key: 'b', join_type: one },
          { dataset: 'third', left_key: 'b', right_key: 'c', join_type: two },
        ];
        const configuration = pipeline(
          {
            first: ['constant', { config_value: first }],
            second: ['constant', { config_value: second }],
            third: ['constant', { config_value: third }],
            j: ['join', { base_dataset: 'first', joins, output_columns: [] }],
            out: ['output'],
          },
          'first -> j.first',
          'second -> j.second',
          'third -> j.third',
          'j -> out',
        );
        const { output } = await run(configuration);
        const between = reference(first, second, 'a', 'b', one);
        // The loops tell an empty outcome's columns by its rows; the block knows them anyway.
        const columns = { a: null, x: null, b: null, y: null };
        const expected = reference(between, third, 'b', 'c', two).map((row) => ({ ...columns, ...row }));
        expect(output).to.deep.equal(expected);
      }),
      { numRuns: 200 },
    );
  });
});
