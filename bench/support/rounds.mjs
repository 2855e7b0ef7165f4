/**
 * Measures contenders side by side: in each round each of them is measured once, so that whatever disturbs the machine disturbs all of them.
 * The order is turned round by round.
 *
 * @param contenders The things to measure, by name.
 * @param measure Called with a contender and its name; resolves to its figures, which are numbers by name.
 * @param warmUp Rounds that are not counted.
 * @returns by contender, and for each figure, one number a round.
 */
export async function interleave(contenders, measure, { rounds, warmUp = 2 }) {
  const names = Object.keys(contenders);
  const found = Object.fromEntries(names.map((name) => [name, {}]));
  for (let round = -warmUp; round < rounds; round++) {
    const shift = ((round % names.length) + names.length) % names.length;
    for (const name of [...names.slice(shift), ...names.slice(0, shift)]) {
      const figures = await measure(contenders[name], name);
      if (round < 0) continue;
      for (const [figure, value] of Object.entries(figures)) {
        found[name][figure] ??= [];
        found[name][figure].push(value);
      }
    }
  }
  return found;
}

/**
 * The rows of a table.
 *
 * @param found What `interleave` resolved to.
 * @param base The contender that the others are compared with.
 * @param kinds What is not a peer: `ours`, or a `limit` that nobody can beat. By contender.
 */
export function rowsOf(table, found, { base, kinds = {} } = {}) {
  return Object.entries(found).map(([contender, figures]) => ({
    table,
    contender,
    figures,
    ...(contender === base && { base: true }),
    ...(kinds[contender] && { kind: kinds[contender] }),
  }));
}
