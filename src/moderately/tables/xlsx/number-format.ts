/** What a number in a cell means. */
export type NumberKind = 'number' | 'date' | 'time';

/** The built-in formats of dates and times (ECMA-376 §18.8.30); those from 27 are of East Asian versions. */
const builtInDates = new Set([14, 15, 16, 17, 22, ...range(27, 31), 36, ...range(50, 58)]);
const builtInTimes = new Set([18, 19, 20, 21, ...range(32, 35), 45, 47]);

/** What a number means, by the index of the style of its cell. */
export function numberKinds(formatIds: readonly string[], formats: ReadonlyMap<string, string>): NumberKind[] {
  return formatIds.map((id) => {
    const code = formats.get(id);
    if (code !== undefined) return kindOf(code);
    if (builtInDates.has(Number(id))) return 'date';
    return builtInTimes.has(Number(id)) ? 'time' : 'number';
  });
}

/** What numbers of a format are. A duration, such as `[h]:mm`, is a number. */
export function kindOf(formatCode: string): NumberKind {
  if (/\[(?:h+|m+|s+)\]/i.test(formatCode)) return 'number';
  const bare = formatCode.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|am\/pm|a\/p/gi, '');
  const [section = ''] = bare.split(';');
  if (/general/i.test(section)) return 'number';
  if (/[yd]/i.test(section)) return 'date';
  const isTime = /[hs]/i.test(section);
  if (/m/i.test(section)) return isTime ? 'time' : 'date';
  return isTime ? 'time' : 'number';
}

const dayLength = 86_400_000;
const epoch1900 = Date.UTC(1899, 11, 30);
const epoch1904 = Date.UTC(1904, 0, 1);
/** The number of 9999-12-31, the last day there is. */
const lastDay = 2_958_466;

/**
 * A number of days as a date in UTC, or as text such as `08:30:00` when it is a time of day. In the 1900 system, spreadsheets count a 29
 * February 1900, so that the days before it have a number too small by one. Undefined for a number that is neither.
 */
export function dateOf(days: number, kind: 'date' | 'time', isFrom1904: boolean): Date | string | undefined {
  if (!(days >= 0 && days < lastDay)) return undefined;
  if (kind === 'time' && days < 1) {
    const text = new Date(Math.round(days * dayLength)).toISOString().slice(11, 23);
    return text.endsWith('.000') ? text.slice(0, 8) : text;
  }
  const epoch = isFrom1904 ? epoch1904 : epoch1900;
  const missing = isFrom1904 || days >= 60 ? 0 : 1;
  return new Date(epoch + Math.round((days + missing) * dayLength));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_unused, index) => first + index);
}
