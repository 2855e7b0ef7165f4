import type { BaseResource } from '../base-resource.js';
import { connectionOfClass, requireConnection } from '../binding.js';
import { ResourceError, ValidationError } from '../errors/index.js';
import type { Result } from '../result.js';
import { Run } from '../run.js';
import { isSecretName } from '../secret-names.js';
import { loadRecord, type RecordClass } from '../state/record-state.js';
import { pendingAt } from './answer.js';
import { noteResumed } from './deadlines.js';
import { type RunnableRecord, trackingOf } from './tracking.js';

/**
 * The token of a run that is polled at an address.
 *
 * @throws ResourceError for an address that is not the platform's own, and for one that carries what looks like a credential.
 */
export function runToken(record: BaseResource, address: string, deadline: number | null): string {
  const { baseUrl, waiter } = requireConnection(record, 'make a token for').environment;
  const subject = `The run of ${String(record)}`;
  const url = new URL(address, baseUrl);
  if (url.origin !== new URL(baseUrl).origin)
    throw new ResourceError(`${subject} is polled at ${url.origin}, not at the platform; a token cannot carry that.`);
  const secret = [...url.searchParams.keys()].find(isSecretName);
  if (secret !== undefined || url.username !== '' || url.password !== '') {
    const what = secret === undefined ? 'a user name or a password' : `the parameter "${secret}"`;
    throw new ResourceError(`${subject} is polled at an address with ${what}; a token holds no secrets and cannot carry that.`);
  }
  return waiter.writeToken({ class: record.constructor.name, path: url.pathname + url.search, deadline });
}

/** @throws ValidationError for what is not a token of a run of that class on its platform. */
export function resumeRun(target: RecordClass<BaseResource>, token: string): Run<Result> {
  const { environment } = requireConnection(target, 'resume a run of');
  const { name } = target as { name: string };
  const { path, deadline } = environment.waiter.readToken(token, name);
  if (path === undefined)
    throw new ValidationError(`${name}.resume: the token names no run. Pass the text that token() of a run of ${name} gave.`);
  const { origin } = new URL(environment.baseUrl);
  const url = new URL(path, origin);
  if (url.origin !== origin) throw new ValidationError(`${name}.resume: the token leads to ${url.origin}, not to the platform.`);
  const record = loadRecord(target, {}, connectionOfClass(target)) as RunnableRecord;
  const run = new Run(record, pendingAt(record, url.href), trackingOf(record));
  noteResumed(run, deadline);
  return run;
}
