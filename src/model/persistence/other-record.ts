import type { BaseResource } from '../base-resource.js';
import { unexpectedResponse } from '../errors/unexpected-response.js';
import { metadataOf } from '../fields/compile.js';
import { inJson } from '../state/describe.js';
import { WireNumber } from '../state/wire-number.js';
import { isId } from '../support/ids.js';

/**
 * Checks that a response is about the record it was asked for: what it says must not be taken for that record.
 *
 * @param id The id that was asked for; undefined where the request did not name one.
 * @param response As the class reads it.
 * @throws APIError with status 200 for a response without the id, or with another one; a wait counts it as transient, a few times in a row.
 */
export function refuseOther(target: object, id: unknown, response: Record<string, unknown>, attempt: string): void {
  const { wire } = metadataOf(target).id;
  const found = response[wire];
  if (!isId(found) || (typeof found === 'object' && !(found instanceof WireNumber))) {
    throw unexpectedResponse(
      `${attempt}: the platform's response has no "${wire}" (it has ${Object.keys(response).join(', ') || 'no keys'}), so it is not ` +
        `the record. Where the platform calls the id something else, say so with @Entity({ id }).`,
    );
  }
  if (id === undefined || (target as typeof BaseResource).isResponseTo(String(id), response)) return;
  throw unexpectedResponse(`${attempt}: the platform responded with another record: its "${wire}" is ${inJson(found)}, not ${inJson(id)}.`);
}

/** The same for the response to an update, which may say only a part of the record, without its id. */
export function refuseOtherUpdate(target: object, id: unknown, response: Record<string, unknown>, attempt: string): void {
  if (response[metadataOf(target).id.wire] !== undefined) refuseOther(target, id, response, attempt);
}
