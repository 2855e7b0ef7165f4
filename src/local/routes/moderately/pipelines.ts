import { deleteObjects } from '../../blobs/objects.js';
import type { AppContext } from '../../context.js';
import { Interrupted } from '../../queue/queue.js';
import { namedRecordRoutes } from './named-records.js';

/**
 * Finds the executions of a record that is about to be deleted. The function it gives, to be called afterwards, stops them
 * and deletes their stored outputs.
 * @param column The column of executions that refers to the record.
 */
export async function executionCleanUp(
  c: AppContext,
  column: 'pipelineId' | 'pipelineConfigurationVersionId',
  id: string,
): Promise<() => Promise<void>> {
  const { platform } = c.var;
  const executions = await platform.store
    .selectFrom('pipelineExecutions')
    .select(['pipelineExecutionId', 'outputObjectKey'])
    .where(column, '=', id)
    .where((is) => is.or([is('status', 'in', ['pending', 'running', 'paused']), is('outputObjectKey', 'is not', null)]))
    .execute();
  return async () => {
    const reason = new Interrupted('The execution was deleted.');
    for (const { pipelineExecutionId } of executions) {
      await platform.queue.requestAbort(platform.store, pipelineExecutionId, reason);
      platform.queue.abort(pipelineExecutionId, reason);
    }
    await deleteObjects(
      platform,
      executions.flatMap(({ outputObjectKey }) => outputObjectKey ?? []),
    );
  };
}

/** Pipelines. Their behaviour is defined by configuration versions. */
export const pipelineRoutes = namedRecordRoutes('pipeline', {
  idsParameter: 'pipelineIds',
  updateConflicts: true,
  cleanUp: (c, id) => executionCleanUp(c, 'pipelineId', id),
});
