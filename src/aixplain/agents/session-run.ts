import { ValidationError } from '#front';
import { attachConnection, isObject } from '../../vendor.js';
import type { AixplainRecord } from '../record.js';
import { configNames, configToSend, type ExecutionConfig } from '../sessions/execution-config.js';
import { Session } from '../sessions/session.js';
import type { Json } from '../steps.js';
import { type AgentRunOptions, type AgentRunParams, notInSessions } from './agent-params.js';

/**
 * The session of a run, with the agent's connection if it has none.
 *
 * @throws ValidationError for parameters that a session cannot have, and for a query that is neither a text nor left out beside attachments.
 */
export async function sessionOf(agent: AixplainRecord, params: AgentRunParams, { signal, apiKey }: AgentRunOptions): Promise<Session> {
  const { session, query, attachments = [] } = params;
  const refused = notInSessions.filter((name) => (params[name] ?? null) !== null);
  const details = refused.map((field) => ({ field: field as string, message: 'cannot be given with a session' }));
  if (query === undefined ? attachments.length === 0 : typeof query !== 'string')
    details.push({ field: 'query', message: 'must be a text, or left out beside attachments' });
  if (!(session instanceof Session) && typeof session !== 'string')
    details.push({ field: 'session', message: 'must be a Session or its id' });
  if (details.length > 0)
    throw new ValidationError(
      `run of ${String(agent)} in a session: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}.`,
      {
        details,
      },
    );
  const connection = agent.requireConnection('run');
  if (typeof session === 'string') return connection.bind(Session).get(session, { signal, apiKey });
  attachConnection(session as Session, connection);
  return session as Session;
}

/** Saves what a run says of how it is carried out as the session's own, which is where the platform reads it, and warns of that. */
export async function updateSession(
  session: Session,
  params: AgentRunParams,
  { identifier, signal, apiKey }: AgentRunOptions,
): Promise<void> {
  const given = Object.fromEntries(
    Object.entries({ ...pick(params), identifier: params.identifier ?? identifier }).filter(
      ([, value]) => value !== null && value !== undefined,
    ),
  ) as Json;
  if (Object.keys(given).length === 0) return;
  const before = session.executionConfig ? configToSend(session.executionConfig) : {};
  const after = configToSend({ ...before, ...configToSend(given) });
  if (sameJson(before, after)) return;
  session.context?.warn(`The execution config of ${String(session)} is changed for this run and the later ones.`, session);
  await session.save({ executionConfig: after as ExecutionConfig }, { signal, apiKey });
}

function pick(params: AgentRunParams): Json {
  return Object.fromEntries(configNames.map((name) => [name, params[name]]));
}

function sameJson(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return JSON.stringify(one) === JSON.stringify(other);
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => sameJson(one[key], other[key]));
}
