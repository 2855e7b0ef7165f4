import { Hono } from 'hono';
import type { AppEnv } from '../../context.js';
import { anyOf, flag, type ListDescription, listAll, numbers } from '../../requests/lists.js';
import { loadRow, newRecordId, newTimestamps, show } from '../../requests/records.js';
import { body, schema } from '../../requests/validation.js';
import { insertRow, updateRow, write } from '../../requests/writes.js';
import type { Store } from '../../store/database.js';
import { agentConfigurationVersions, agents, serialize } from '../../store/record-kinds.js';
import type { AgentConfigurationVersionRow } from '../../store/schema.js';

const listing: ListDescription = {
  kind: agentConfigurationVersions,
  filters: {
    agentIds: anyOf('agentId'),
    agentConfigurationVersionIds: anyOf('agentConfigurationVersionId'),
    versionNumbers: numbers('versionNumber'),
    isCurrent: flag('isCurrent'),
  },
  orderBy: [],
};

const creation = schema(async () => (await import('./agent-configuration.js')).creation);
const change = schema(async () => (await import('./agent-configuration.js')).change);

/** Unsets the agent's current version, of which there is at most one. */
async function unsetCurrent(store: Store, agentId: string): Promise<void> {
  await store
    .updateTable('agentConfigurationVersions')
    .set({ isCurrent: 0 })
    .where('agentId', '=', agentId)
    .where('isCurrent', '=', 1)
    .execute();
}

const json = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));

/** Configuration versions of agents. */
export const agentConfigurationVersionRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json(await listAll(c, listing)))

  .post('/', async (c) => {
    const request = await body(c, creation);
    const agent = await loadRow(c, agents, request.agentId);
    const row: AgentConfigurationVersionRow = {
      agentConfigurationVersionId: newRecordId(c),
      agentId: agent.agentId,
      teamId: agent.teamId,
      instructions: request.instructions,
      inputSchema: JSON.stringify(request.inputSchema),
      outputSchema: JSON.stringify(request.outputSchema),
      versionNumber: request.versionNumber,
      isCurrent: Number(request.isCurrent),
      systemPrompt: request.systemPrompt,
      llmConfig: JSON.stringify(request.llmConfig),
      toolConfig: JSON.stringify(request.toolConfig),
      executionConfig: JSON.stringify(request.executionConfig),
      ...newTimestamps(c),
    };
    await write(c, `This agent already has a version ${row.versionNumber}.`, async (store) => {
      if (request.isCurrent) await unsetCurrent(store, agent.agentId);
      await insertRow(c, store, agentConfigurationVersions, row);
    });
    return c.json(serialize(agentConfigurationVersions, row), 201);
  })

  .get('/:id', show(agentConfigurationVersions))

  .patch('/:id', async (c) => {
    const id = c.req.param('id');
    const { isCurrent, instructions, systemPrompt, ...request } = await body(c, change);
    const updated = await c.var.platform.store.transaction().execute(async (store) => {
      const { agentId } = await loadRow(c, agentConfigurationVersions, id, store);
      if (isCurrent) await unsetCurrent(store, agentId);
      return await updateRow(c, store, agentConfigurationVersions, id, {
        instructions,
        systemPrompt,
        isCurrent: isCurrent == null ? undefined : Number(isCurrent),
        inputSchema: json(request.inputSchema),
        outputSchema: json(request.outputSchema),
        llmConfig: json(request.llmConfig),
        toolConfig: json(request.toolConfig),
        executionConfig: json(request.executionConfig),
      });
    });
    return c.json(serialize(agentConfigurationVersions, updated));
  });
