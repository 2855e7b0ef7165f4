import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ResourceError } from '../errors/index.js';
import { isSecretName } from '../support/secret-names.js';
import { runName } from './response.js';

/**
 * Makes the token of a run that is polled at a URL; `resume.ts` reads it. It contains only the path when the URL is at the origin of the base URL, and the whole
 * URL when it is at another of the connection's own origins.
 *
 * @param deadline In milliseconds since 1970; null for none.
 * @throws ResourceError for a URL outside the connection's own origins, and for one that contains what looks like a credential.
 */
export function runToken(record: BaseResource, address: string, deadline: number | null): string {
  const { environment } = requireConnection(record, 'make a token for');
  const { baseUrl, waiter } = environment;
  const subject = `The ${runName(record, address)}`;
  const url = new URL(address, baseUrl);
  if (!environment.isOwn(url.href)) {
    const advice = 'If it does, add it to the option `origins`.';
    throw new ResourceError(
      `${subject} is polled at ${url.origin}, which does not belong to the connection; a token cannot contain that. ${advice}`,
    );
  }
  const secret = [...url.searchParams.keys()].find(isSecretName);
  if (secret !== undefined || url.username !== '' || url.password !== '') {
    const what = secret === undefined ? 'a user name or a password' : `the parameter "${secret}"`;
    throw new ResourceError(`${subject} is polled at a URL with ${what}; a token must not contain secrets.`);
  }
  const origin = url.origin === new URL(baseUrl).origin ? '' : url.origin;
  return waiter.writeToken({ class: record.constructor.name, path: origin + url.pathname + url.search, deadline });
}
