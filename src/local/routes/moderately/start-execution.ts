import type { AppContext } from '../../context.js';
import { respond } from '../../requests/respond.js';
import { insertRow } from '../../requests/writes.js';
import { type RecordKind, serialize } from '../../store/record-kinds.js';
import type { Tables } from '../../store/schema.js';

/** Creates an execution and its job. The response has the execution in its initial state. */
export async function startExecution<Name extends 'agentExecutions' | 'pipelineExecutions'>(
  c: AppContext,
  kind: RecordKind<Name>,
  row: Tables[Name],
  job: { kind: string; subjectId: string },
): Promise<Response> {
  const { store, queue } = c.get('platform');
  await store.transaction().execute(async (trx) => {
    await insertRow(c, trx, kind, row, 'execute');
    await queue.add(trx, job.kind, job.subjectId);
  });
  queue.wake();
  return respond(c, serialize(kind, row), 201);
}
