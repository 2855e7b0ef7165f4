/**
 * Milliseconds to wait according to a `Retry-After` header, in either of its forms: a number of seconds or a date
 * (RFC 9110 §10.2.3). A date in the past means 0; undefined when there is no header or it cannot be read.
 * @param epoch the present, in milliseconds since 1970.
 */
export function parseRetryAfter(header: string | undefined, epoch: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Date.parse would take '-5' or '12 parsecs' for a year; an HTTP date begins with the name of a day.
  if (!/^[a-z]{3,9},? /i.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - epoch);
}
