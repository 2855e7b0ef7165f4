import { APIError } from './api.js';

/** The most characters of a response that the message quotes. */
const snippetLength = 200;

/**
 * The error for a response with a status of success that is not what was asked for, such as a maintenance page or `null` instead of a
 * record. A wait counts it as transient, a few times in a row.
 *
 * @param expected What was asked for: 'a record'.
 */
export function unexpectedResponse(attempt: string, { status, body }: { status: number; body: unknown }, expected: string): APIError {
  const said = JSON.stringify(body) ?? 'nothing';
  const snippet = said.length > snippetLength ? `${said.slice(0, snippetLength)}…` : said;
  return new APIError(`${attempt}: the platform answered with ${snippet}, not with ${expected} (HTTP ${status}).`, { status });
}
