import type { AppContext } from '../../context.js';
import type { NewJob } from '../../queue/queue.js';
import { respond } from '../../requests/respond.js';
import { insertions } from '../../requests/writes.js';
import { type RecordKind, serialize } from '../../store/record-kinds.js';
import type { Tables } from '../../store/schema.js';
import { executeAll } from '../../store/statements.js';

/** Creates an execution and its job. The response has the execution in its initial state. */
export async function startExecution<Name extends 'agentExecutions' | 'pipelineExecutions'>(
  c: AppContext,
  kind: RecordKind<Name>,
  row: Tables[Name],
  job: Omit<NewJob, 'teamId'>,
): Promise<Response> {
  const { store, queue } = c.get('platform');
  const created = insertions(c, kind, row, 'execute');
  const { teamId } = row;
  await queue.checkRoom(teamId);
  await queue.addAndRun({ ...job, teamId }, (addition) => executeAll(store, [...created, addition]));
  return respond(c, serialize(kind, row), 201);
}
