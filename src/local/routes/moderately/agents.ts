import { Interrupted } from '../../queue/queue.js';
import { namedRecordRoutes } from './named-records.js';

/** Agents. Their behaviour is defined by configuration versions. */
export const agentRoutes = namedRecordRoutes('agent', {
  idsParameter: 'agentIds',
  updateConflicts: false,
  async cleanUp(c, id) {
    const { store, queue } = c.var.platform;
    const executions = await store.selectFrom('agentExecutions').select('agentExecutionId').where('agentId', '=', id).execute();
    return async () => {
      const reason = new Interrupted('The agent was deleted.');
      for (const { agentExecutionId } of executions) {
        await queue.requestAbort(store, agentExecutionId, reason);
        queue.abort(agentExecutionId, reason);
      }
    };
  },
});
