import type { Context } from 'hono';
import { deleteObjects } from '../../blobs/objects.js';
import type { AppContext } from '../../context.js';
import { Interrupted } from '../../executions/interrupted.js';
import { namedRecordRoutes } from './named-records.js';

/**
 * Stops the executions that are under way and removes the outputs that are in storage, once their records are deleted.
 * @param column Which of their columns names what is deleted.
 */
export async function executionsToClear(
  c: Context<AppContext>,
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
    for (const { pipelineExecutionId } of executions) {
      platform.queue.abort(pipelineExecutionId, new Interrupted('The execution was deleted.'));
    }
    await deleteObjects(
      platform,
      executions.flatMap(({ outputObjectKey }) => outputObjectKey ?? []),
    );
  };
}

/** Pipelines. What they do is in their configuration versions. */
export const pipelineRoutes = namedRecordRoutes('pipeline', {
  idsParameter: 'pipelineIds',
  updateConflicts: true,
  cleanUp: (c, id) => executionsToClear(c, 'pipelineId', id),
});
