const iso =
  /^(?<Y>\d{4})-(?<m>\d{2})-(?<d>\d{2})(?:[T ](?<H>\d{2}):(?<M>\d{2})(?::(?<S>\d{2})(?:[.,](?<f>\d{1,9}))?)?\s?(?<z>Z|[+-]\d{2}:?\d{2})?)?$/i;
const slashed = /^(?<m>\d{2})\/(?<d>\d{2})\/(?<Y>\d{4})(?: (?<H>\d{2}):(?<M>\d{2})(?::(?<S>\d{2}))?)?$/;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The supported directives of C's `strptime` (POSIX, with Python's meaning). */
const directives: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  y: '(?<y>\\d{2})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  H: '(?<H>\\d{1,2})',
  I: '(?<I>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  f: '(?<f>\\d{1,9})',
  p: '(?<p>am|pm)',
  b: '(?<b>[a-z]{3})',
  B: '(?<b>[a-z]{3,9})',
  z: '(?<z>Z|[+-]\\d{2}:?\\d{2})',
  '%': '%',
};
const patterns = new Map<string, RegExp>();

/**
 * Parses a date. Without a format: ISO 8601 (RFC 3339, also with a space for the T, an optional time and an optional offset)
 * and `MM/DD/YYYY`, which is read as `DD/MM/YYYY` when the first number cannot be a month. Without an offset, it is UTC.
 * Undefined for any other text and for a day that does not exist.
 */
export function parseDate(text: string, format?: string): Date | undefined {
  const trimmed = text.trim();
  if (format !== undefined) return build(patternOf(format).exec(trimmed)?.groups);
  const parts = iso.exec(trimmed)?.groups ?? slashed.exec(trimmed)?.groups;
  if (parts && trimmed.charAt(2) === '/' && Number(parts.m) > 12) return build({ ...parts, m: parts.d ?? '', d: parts.m ?? '' });
  return build(parts);
}

/** Parses an ISO 8601 date or time; without an offset, it is UTC. Undefined for any other text and for a day that does not exist. */
export function parseIso(text: string): Date | undefined {
  return build(iso.exec(text)?.groups);
}

/** The pattern of a date format. @throws Error naming an unknown directive. */
export function patternOf(format: string): RegExp {
  const known = patterns.get(format);
  if (known) return known;
  const source = format.replace(/%(.)|[.*+?^${}()|[\]\\]/gs, (found, directive: string | undefined) => {
    if (directive === undefined) return `\\${found}`;
    const pattern = directives[directive];
    if (pattern === undefined) {
      const all = Object.keys(directives).map((name) => `%${name}`);
      throw new Error(`'%${directive}' in the date format '${format}' is unknown; use ${all.join(' ')}`);
    }
    return pattern;
  });
  const pattern = new RegExp(`^${source}$`, 'i');
  patterns.set(format, pattern);
  return pattern;
}

function build(parts: Readonly<Record<string, string | undefined>> | undefined): Date | undefined {
  if (!parts) return undefined;
  const number = (name: string, fallback: number) => (parts[name] === undefined ? fallback : Number(parts[name]));
  const century = number('y', 0) < 69 ? 2000 : 1900;
  const year = number('Y', parts.y === undefined ? 1900 : century + number('y', 0));
  const month = parts.b === undefined ? number('m', 1) - 1 : months.indexOf(parts.b.slice(0, 3).toLowerCase());
  const day = number('d', 1);
  const hour = parts.I === undefined ? number('H', 0) : (number('I', 0) % 12) + (parts.p?.toLowerCase() === 'pm' ? 12 : 0);
  const [minute, second] = [number('M', 0), number('S', 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const milliseconds = Number((parts.f ?? '0').padEnd(3, '0').slice(0, 3));
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second, milliseconds);
  return new Date(date.getTime() - offset(parts.z));
}

/** An offset such as `+02:00` in milliseconds. */
function offset(text: string | undefined): number {
  if (text === undefined || text.toUpperCase() === 'Z') return 0;
  const digits = text.replace(/\D/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}
