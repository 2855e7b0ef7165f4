import type { BaseResource } from '../base-resource.js';
import { connectionOfClass, requireConnection } from '../binding.js';
import { ValidationError } from '../errors/index.js';
import { loadRecord } from '../state/construction.js';
import type { RecordClass } from '../state/slot.js';
import { noteResumed } from '../waiting/deadlines.js';
import { pendingAt } from './response.js';
import type { Result } from './result.js';
import { Run } from './run.js';
import { type RunnableRecord, trackingOf } from './tracking.js';

/**
 * Continues a run from its token.
 *
 * @throws ValidationError for what is not a token of a run of this class, and for a URL outside the connection's own origins.
 */
export function resumeRun(target: RecordClass<BaseResource>, token: string): Run<Result> {
  const { environment } = requireConnection(target, 'resume a run of');
  const { name } = target as { name: string };
  const { path, deadline } = environment.waiter.readToken(token, name);
  if (path === undefined)
    throw new ValidationError(`${name}.resume: the token is not for a run. Pass the string that token() of a run of ${name} returned.`);
  const url = new URL(path, environment.baseUrl);
  if (!environment.isOwn(url.href))
    throw new ValidationError(
      `${name}.resume: the token leads to ${url.origin}, which does not belong to the connection. If it does, add it to the option \`origins\`.`,
    );
  const record = loadRecord(target, {}, connectionOfClass(target)) as RunnableRecord;
  const run = new Run(record, pendingAt(record, url.href), trackingOf(record));
  noteResumed(run, deadline);
  return run;
}
