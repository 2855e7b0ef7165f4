/**
 * The milliseconds to wait according to a `Retry-After` header, in either of its forms: a number of seconds or a date
 * (RFC 9110 §10.2.3). A date in the past gives 0; a missing or unreadable header gives undefined.
 *
 * @param date The current time by the clock that the date refers to, in milliseconds since 1970.
 */
export function parseRetryAfter(header: string | undefined, date: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  const seconds = parseNumber(text);
  if (seconds !== undefined) return seconds * 1000;
  const then = parseHttpDate(text);
  return then === undefined ? undefined : Math.max(0, then - date);
}

/**
 * The seconds that a response asks to wait; undefined when it does not say. `retry-after-ms`, in milliseconds, is more precise than
 * `Retry-After` and wins. A date in `Retry-After` is compared with the response's own `Date` (RFC 9110 §6.6.1), since the server's
 * clock may differ from the one here.
 *
 * @param headers Names are in lower case.
 * @param date The current time in milliseconds since 1970, for a response without a readable `Date`.
 */
export function retryAfterOf(headers: Readonly<Record<string, string>>, date: number): number | undefined {
  const { 'retry-after-ms': precise, 'retry-after': asked } = headers;
  // Most responses have neither, and reading their Date takes a while.
  if (precise === undefined && asked === undefined) return undefined;
  const ms = parseNumber(precise?.trim()) ?? parseRetryAfter(asked, parseHttpDate(headers.date?.trim()) ?? date);
  return ms === undefined ? undefined : ms / 1000;
}

function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** An HTTP date in any of its three forms (RFC 9110 §5.6.7), in milliseconds since 1970. */
function parseHttpDate(text: string | undefined): number | undefined {
  // Date.parse would read '-5' or '12 parsecs' as a year; an HTTP date begins with the name of a day.
  if (text === undefined || !/^[a-z]{3,9},? /i.test(text)) return undefined;
  // The asctime form has no time zone and means UTC; Date.parse would take it for local time.
  const then = Date.parse(/\d{4}$/.test(text) ? `${text} GMT` : text);
  return Number.isNaN(then) ? undefined : then;
}
