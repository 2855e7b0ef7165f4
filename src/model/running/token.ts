import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ResourceError } from '../errors/index.js';
import { isSecretName } from '../support/secret-names.js';
import { runName } from './response.js';

/**
 * The token of a run that is polled at an address. It has the path alone where that is at the origin of the base URL, and the whole
 * address at another origin of the connection's own.
 *
 * @throws ResourceError for an address that does not belong to the connection, and for one that carries what looks like a credential.
 */
export function runToken(record: BaseResource, address: string, deadline: number | null): string {
  const { environment } = requireConnection(record, 'make a token for');
  const { baseUrl, waiter } = environment;
  const subject = `The ${runName(record, address)}`;
  const url = new URL(address, baseUrl);
  if (!environment.isOwn(url.href)) {
    const advice = 'If it does, add it to the option `origins`.';
    throw new ResourceError(
      `${subject} is polled at ${url.origin}, which does not belong to the connection; a token cannot carry that. ${advice}`,
    );
  }
  const secret = [...url.searchParams.keys()].find(isSecretName);
  if (secret !== undefined || url.username !== '' || url.password !== '') {
    const what = secret === undefined ? 'a user name or a password' : `the parameter "${secret}"`;
    throw new ResourceError(`${subject} is polled at an address with ${what}; a token holds no secrets and cannot carry that.`);
  }
  const origin = url.origin === new URL(baseUrl).origin ? '' : url.origin;
  return waiter.writeToken({ class: record.constructor.name, path: origin + url.pathname + url.search, deadline });
}
