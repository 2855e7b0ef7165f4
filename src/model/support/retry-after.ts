/**
 * The milliseconds to wait according to a `Retry-After` header, in either of its forms: a number of seconds or a date
 * (RFC 9110 §10.2.3). A date in the past gives 0; a missing or unreadable header gives undefined.
 *
 * @param date The current time, in milliseconds since 1970.
 */
export function parseRetryAfter(header: string | undefined, date: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Date.parse would read '-5' or '12 parsecs' as a year; an HTTP date begins with the name of a day.
  if (!/^[a-z]{3,9},? /i.test(text)) return undefined;
  const then = Date.parse(text);
  return Number.isNaN(then) ? undefined : Math.max(0, then - date);
}

/** The seconds that a response asks to wait before the next poll; undefined without a `Retry-After` header. */
export function retryAfterOf(headers: Readonly<Record<string, string>>, date: number): number | undefined {
  const ms = parseRetryAfter(headers['retry-after'], date);
  return ms === undefined ? undefined : ms / 1000;
}
