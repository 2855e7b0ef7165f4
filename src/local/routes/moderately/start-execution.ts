import type { Context } from 'hono';
import type { AppContext } from '../../context.js';
import { type RecordKind, toWire } from '../../store/records.js';
import type { Tables } from '../../store/schema.js';
import { insertRow } from '../../wire/writes.js';

/** Adds an execution and the job that does its work, and answers the execution as it is before it has begun. */
export async function startExecution<Name extends 'agentExecutions' | 'pipelineExecutions'>(
  c: Context<AppContext>,
  entity: RecordKind<Name>,
  row: Tables[Name],
  job: { kind: string; subjectId: string },
): Promise<Response> {
  const { store, queue } = c.var.platform;
  await store.transaction().execute(async (trx) => {
    await insertRow(c, trx, entity, row, 'execute');
    await queue.add(trx, job.kind, job.subjectId);
  });
  queue.wake();
  return c.json(toWire(entity, row), 201);
}
