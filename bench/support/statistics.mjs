/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Half the distance between the quartiles, as a part of the median. */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part) => sorted[Math.round(part * (sorted.length - 1))];
  return Math.abs((at(0.75) - at(0.25)) / 2 / median(values));
}

/** What became of the rows of a member: median, spread, and the ratio to the base of the table, round by round. */
export function summarise(rows) {
  return rows.map((row) => {
    const base = rows.find((other) => other.table === row.table && other.base);
    const figures = Object.entries(row.figures).map(([name, values]) => {
      const against = base?.figures[name];
      const isPaired = against?.length === values.length && against.every((value) => value !== 0);
      const ratio = isPaired && base !== row ? median(values.map((value, at) => value / against[at])) : undefined;
      return [name, { median: median(values), spread: spread(values), ratio, values }];
    });
    return {
      table: row.table,
      contender: row.contender,
      kind: row.kind ?? 'peer',
      base: row.base ?? false,
      figures: Object.fromEntries(figures),
    };
  });
}

/** A figure with three significant digits. */
export function shown(value) {
  if (!Number.isFinite(value)) return '–';
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 1000 ? Math.round(value).toLocaleString('en-GB') : String(rounded);
}
