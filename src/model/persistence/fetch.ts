import type { BaseResource, ResourceClass } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import type { BaseConnection } from '../connection.js';
import { APIError } from '../errors/index.js';
import { snippetOf, unexpectedResponse } from '../errors/unexpected-response.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import { type OwnCallOptions, type TransportRequest, withCallOptions } from '../ports/transport.js';
import { isObject } from '../state/json.js';
import { isRecord } from '../state/slot.js';
import { membersOf } from '../support/members.js';
import { retryAfterOf } from '../support/retry-after.js';
import { addressOf, hasOwnCondition, type KnownVersion } from './entity-tags.js';
import { refuseOther } from './other-record.js';

/** A record as the platform has it. */
export interface FetchedRecord {
  readonly response: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it was asked for; see `addressOf`. */
  readonly address: string | null;
  /** The number of seconds that the platform asked to wait before the next request. */
  readonly retryAfter: number | undefined;
}

/** A request for the JSON of one record. */
export interface FetchRequest {
  readonly path: string;
  /** For messages. */
  readonly attempt: string;
  /** The id that the response must have; undefined where it may have any. */
  readonly id: unknown;
  /** The version that is known here: where the platform still has it, it need not send it again (If-None-Match, RFC 9110 §13.1.2). */
  readonly known?: KnownVersion | undefined;
}

/** Fetches the record's current JSON. @param known A version that the platform need not send. */
export async function fetchRecord(
  record: BaseResource,
  options: OwnCallOptions,
  operation = 'refresh',
  known?: KnownVersion,
): Promise<FetchedRecord> {
  const path = `${pathOf(record.constructor)}/${record.encodedId}`;
  const request = { path, attempt: `${operation} of ${String(record)}`, id: record.id, known };
  return fetchJson(record, requireConnection(record, operation), request, options);
}

/**
 * Fetches the JSON of one record.
 *
 * @param source The record, or its class, which receives the events.
 * @throws APIError for a response that is not the record, and for a 304 (Not Modified) to a request that named no version.
 */
export async function fetchJson(
  source: BaseResource | ResourceClass,
  connection: BaseConnection,
  { path, attempt, id, known }: FetchRequest,
  options: OwnCallOptions,
): Promise<FetchedRecord> {
  const target = (isRecord(source) ? source.constructor : source) as ResourceClass;
  const address = addressOf(path, options);
  const version = known !== undefined && known.address === address && !hasOwnCondition(options) ? known : undefined;
  const request: TransportRequest = { method: 'GET', path, attempt, decodeError: entityOptions(target).errors, exactNumbers: true };
  if (version) request.headers = { ...membersOf(options.headers), 'if-none-match': version.tag };
  const retryAfter = (headers: FetchedRecord['headers']) => retryAfterOf(headers, connection.environment.clock.date());
  try {
    const { body, headers } = await connection.send(withCallOptions(request, options), source);
    if (!isObject(body)) throw unexpectedResponse(`${attempt}: the platform responded with ${snippetOf(body)}, not with a record.`);
    const response = source.readResponse(body);
    refuseOther(target, id, response, attempt);
    return { response, headers, address, retryAfter: retryAfter(headers) };
  } catch (error) {
    if (!(error instanceof APIError) || error.status !== 304 || hasOwnCondition(options)) throw error;
    const { headers } = error;
    if (version) return { response: version.json, headers: { ...headers, etag: version.tag }, address, retryAfter: retryAfter(headers) };
    throw unasked(attempt, error);
  }
}

function unasked(attempt: string, cause: APIError): APIError {
  const { status, headers, method, url, requestId } = cause;
  return new APIError(
    `${attempt}: the platform responded that the record is not modified (304), but the request named no version of it (If-None-Match).`,
    { cause, status, headers, requestId, ...(method !== undefined && { method }), ...(url !== undefined && { url }) },
  );
}
