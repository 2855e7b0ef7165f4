import type { DateOrder } from './parsing-options.js';

const time = '(?<H>\\d{1,2}):(?<M>\\d{2})(?::(?<S>\\d{2})(?:[.,](?<f>\\d{1,9}))?)?';
const zone = '(?<z>Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)';
const iso = new RegExp(`^(?<Y>\\d{4})-(?<m>\\d{2})-(?<d>\\d{2})(?:[T ]${time}(?:\\s?(?<p>[ap]m))?(?:\\s?${zone})?)?$`, 'i');
const slashed = new RegExp(`^(?<a>\\d{1,2})/(?<b>\\d{1,2})/(?<Y>\\d{4})(?:,? ${time}(?:\\s?(?<p>[ap]m))?(?:\\s?${zone})?)?$`, 'i');
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
  b: '(?<n>[a-z]{3})',
  B: '(?<n>[a-z]{3,9})',
  z: '(?<z>Z|[+-]\\d{2}(?::?\\d{2})?)',
  '%': '%',
};
const patterns = new Map<string, RegExp>();
const patternCapacity = 100;

type Parts = Readonly<Record<string, string | undefined>>;

/** How a date is written. */
export interface DateForm {
  /** In the directives of C's `strptime`. Default: ISO 8601, and with slashes. */
  format?: string | undefined;
  /** The order of a date with slashes. Default: `month-first`. */
  order?: DateOrder | undefined;
}

/**
 * Parses a date. Without a format: ISO 8601 (RFC 3339, also with a space for the T) and `MM/DD/YYYY` or, by `order`, `DD/MM/YYYY`, each with
 * an optional time with AM or PM and an optional offset. Without an offset, it is UTC. Undefined for any other text and for a day that
 * does not exist.
 */
export function parseDate(text: string, format?: string, order?: DateOrder): Date | undefined {
  return build(partsOf(text, { format, order }));
}

/** As `parseDate`, in ISO 8601 and UTC, with milliseconds, or with as many digits of the second as the text has. */
export function readDate(text: string, form: DateForm = {}): string | undefined {
  const parts = partsOf(text, form);
  const date = build(parts);
  const digits = parts?.f?.slice(3).replace(/0+$/, '') ?? '';
  const written = date?.toISOString();
  return digits === '' ? written : written?.replace('Z', `${digits}Z`);
}

/** Parses an ISO 8601 date or time; without an offset, it is UTC. Undefined for any other text and for a day that does not exist. */
export function parseIso(text: string): Date | undefined {
  const parts = iso.exec(text)?.groups;
  return parts?.p === undefined ? build(parts) : undefined;
}

/** The order that a date with slashes shows, `either` when both numbers can be a month, and undefined when the text is no such date. */
export function orderOf(text: string): DateOrder | 'either' | undefined {
  const { a, b } = slashed.exec(text.trim())?.groups ?? {};
  if (a === undefined || b === undefined) return undefined;
  if (Number(a) > 12) return 'day-first';
  if (Number(b) > 12) return 'month-first';
  return Number(a) === Number(b) ? undefined : 'either';
}

/** The order of the first text that shows one. */
export function orderOfAll(texts: Iterable<unknown>): DateOrder | undefined {
  for (const text of texts) {
    const order = typeof text === 'string' ? orderOf(text) : undefined;
    if (order && order !== 'either') return order;
  }
  return undefined;
}

function partsOf(text: string, { format, order = 'month-first' }: DateForm): Parts | undefined {
  const trimmed = text.trim();
  if (format !== undefined) return patternOf(format).exec(trimmed)?.groups;
  const parts = slashed.exec(trimmed)?.groups;
  if (!parts) return iso.exec(trimmed)?.groups;
  const { a = '', b = '' } = parts;
  return order === 'day-first' ? { ...parts, d: a, m: b } : { ...parts, m: a, d: b };
}

/** The pattern of a date format. @throws Error naming an unknown or repeated directive. */
export function patternOf(format: string): RegExp {
  const known = patterns.get(format);
  if (known) return known;
  const used = new Set<string>();
  const source = format.replace(/%(.)|[.*+?^${}()|[\]\\]/gs, (found, directive: string | undefined) => {
    if (directive === undefined) return `\\${found}`;
    const pattern = directives[directive];
    if (pattern === undefined) {
      const all = Object.keys(directives).map((name) => `%${name}`);
      throw new Error(`'%${directive}' in the date format '${format}' is unknown; use ${all.join(' ')}`);
    }
    const group = pattern.slice(0, 4);
    if (directive !== '%' && used.has(group)) throw new Error(`'%${directive}' is repeated in the date format '${format}'`);
    used.add(group);
    return pattern;
  });
  const pattern = new RegExp(`^${source}$`, 'i');
  if (patterns.size >= patternCapacity) patterns.clear();
  patterns.set(format, pattern);
  return pattern;
}

function build(parts: Parts | undefined): Date | undefined {
  if (!parts) return undefined;
  const number = (name: string, fallback: number) => (parts[name] === undefined ? fallback : Number(parts[name]));
  const century = number('y', 0) < 69 ? 2000 : 1900;
  const year = number('Y', parts.y === undefined ? 1900 : century + number('y', 0));
  const month = parts.n === undefined ? number('m', 1) - 1 : months.indexOf(parts.n.slice(0, 3).toLowerCase());
  const day = number('d', 1);
  const hour = hourOf(parts);
  const [minute, second] = [number('M', 0), number('S', 0)];
  if (hour === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const milliseconds = Number((parts.f ?? '0').padEnd(3, '0').slice(0, 3));
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second, milliseconds);
  const shift = offset(parts.z);
  return shift === undefined ? undefined : new Date(date.getTime() - shift);
}

/** The hour from 0 to 23; undefined for one that is not on a clock with AM and PM. */
function hourOf({ H, I, p }: Parts): number | undefined {
  const hour = Number(I ?? H ?? 0);
  if (I === undefined && p === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (p?.toLowerCase() === 'pm' ? 12 : 0);
}

/** An offset such as `+02:00` in milliseconds; undefined for one that does not exist. */
function offset(text: string | undefined): number | undefined {
  if (text === undefined || /^[a-z]/i.test(text)) return 0;
  const digits = text.replace(/\D/g, '');
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  if (hours > 18 || minutes > 59) return undefined;
  const length = (hours * 60 + minutes) * 60_000;
  return text.startsWith('-') ? -length : length;
}
