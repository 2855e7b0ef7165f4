import { type CallOptions, ResourceError, ValidationError } from '#front';
import { callOptionNames, callOptions, checkOptionNames, isObject, namesOf } from '../../vendor.js';
import type { AixplainConnection } from '../endpoints.js';
import { readError } from '../errors.js';
import { IssueSeverity } from '../statuses.js';

/** What is reported beside the description. */
export interface IssueDetails {
  /** A title. Default: the platform makes one of the description. */
  title?: string | undefined;
  /** How serious it is, `SEV1` being the most. Default: the platform's. */
  severity?: IssueSeverity | undefined;
  /** Words to find it by. */
  tags?: readonly string[] | undefined;
  /** The version of the client. Default: that of this package. */
  sdkVersion?: string | undefined;
  /** What was going on; nothing is added to it. */
  runtimeContext?: Readonly<Record<string, unknown>> | undefined;
  /** Whom to write to. Default: nobody. */
  reporterEmail?: string | undefined;
}

const names = [
  ...callOptionNames,
  ...namesOf<IssueDetails>({ title: true, severity: true, tags: true, sdkVersion: true, runtimeContext: true, reporterEmail: true }),
];

/** Reports a problem to the platform. Resolves to the id of the report. */
export async function reportIssue(aix: AixplainConnection, description: string, options: IssueDetails & CallOptions = {}): Promise<string> {
  checkOptionNames('reportIssue', options, names);
  const { title, severity, tags, sdkVersion, runtimeContext, reporterEmail } = options;
  const details = [
    ...(typeof description === 'string' && description.trim() ? [] : [{ field: 'description', message: 'is required' }]),
    ...(severity === undefined || Object.values(IssueSeverity).includes(severity)
      ? []
      : [{ field: 'severity', message: `must be one of ${Object.values(IssueSeverity).join(', ')}` }]),
  ];
  if (details.length > 0)
    throw new ValidationError(`reportIssue: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, { details });
  const given = {
    description,
    title,
    severity,
    tags,
    sdk_version: sdkVersion,
    runtime_context: runtimeContext,
    reporter_email: reporterEmail,
  };
  const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
  const response = await aix.send({
    ...callOptions(options),
    method: 'POST',
    path: 'v1/issue',
    body,
    once: true,
    attempt: 'report of an issue',
    decodeError: readError,
  });
  const id = isObject(response.body) ? response.body.issue_id : undefined;
  if (typeof id === 'string' && id !== '') return id;
  throw new ResourceError(`report of an issue: the platform took it (HTTP ${response.status}), but its response has no "issue_id".`);
}
