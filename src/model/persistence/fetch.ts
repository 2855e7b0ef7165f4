import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { snippetOf, unexpectedResponse } from '../errors/unexpected-response.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import { callOptions, type OwnCallOptions } from '../ports/transport.js';
import { isObject } from '../state/json.js';
import { retryAfterOf } from '../support/retry-after.js';
import { refuseOther } from './other-record.js';

/** A record as the platform has it. */
export interface FetchedRecord {
  readonly response: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;
  /** The number of seconds that the platform asked to wait before the next request. */
  readonly retryAfter: number | undefined;
}

/** Fetches the record's current JSON. */
export async function fetchRecord(record: BaseResource, options: OwnCallOptions, operation = 'refresh'): Promise<FetchedRecord> {
  const attempt = `${operation} of ${String(record)}`;
  const connection = requireConnection(record, operation);
  const { id } = record;
  const { body, headers } = await connection.send(
    {
      ...callOptions(options),
      method: 'GET',
      path: `${pathOf(record.constructor)}/${record.encodedId}`,
      attempt,
      decodeError: entityOptions(record.constructor).errors,
      exactNumbers: true,
    },
    record,
  );
  if (!isObject(body)) throw unexpectedResponse(`${attempt}: the platform responded with ${snippetOf(body)}, not with a record.`);
  const response = record.readResponse(body);
  refuseOther(record.constructor, id, response, attempt);
  return { response, headers, retryAfter: retryAfterOf(headers, connection.environment.clock.date()) };
}
