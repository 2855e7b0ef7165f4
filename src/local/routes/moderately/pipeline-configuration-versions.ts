import { Hono } from 'hono';
import type { AppEnv } from '../../context.js';
import { loadEngine } from '../../executions/load-engine.js';
import { reads } from '../../requests/authentication.js';
import { badRequest, conflict } from '../../requests/errors.js';
import { anyOf, exactly, type ListDescription, list } from '../../requests/lists.js';
import { loadRow, newRecordId, newTimestamps, show } from '../../requests/records.js';
import { body, schema } from '../../requests/validation.js';
import { deleteRow, insertRow, updateRow } from '../../requests/writes.js';
import type { Store } from '../../store/database.js';
import { pipelineConfigurationVersions, pipelines, serialize } from '../../store/record-kinds.js';
import type { PipelineConfigurationVersionRow } from '../../store/schema.js';
import { configurationRequests, configurationStatuses } from './configuration.js';
import { executionCleanUp } from './pipelines.js';

const validation = schema(({ anyObject, z }) => z.object({ configuration: anyObject }));

const listing: ListDescription = {
  kind: pipelineConfigurationVersions,
  filters: {
    pipelineIds: anyOf('pipelineId'),
    pipelineConfigurationVersionIds: anyOf('pipelineConfigurationVersionId'),
    teamIds: anyOf('teamId'),
    status: exactly('status', configurationStatuses),
    statuses: anyOf('status'),
  },
  orderBy: ['version', 'createdAt', 'updatedAt'],
};

/** @throws HttpError 409 when the pipeline has another current version. */
async function checkNoneCurrent(store: Store, pipelineId: string, except?: string): Promise<void> {
  const current = await store
    .selectFrom('pipelineConfigurationVersions')
    .select(['pipelineConfigurationVersionId', 'version'])
    .where('pipelineId', '=', pipelineId)
    .where('status', '=', 'current')
    .executeTakeFirst();
  if (current && current.pipelineConfigurationVersionId !== except) {
    throw conflict(`Version ${current.version} (${current.pipelineConfigurationVersionId}) is the current one: archive it first.`);
  }
}

async function nextVersion(store: Store, pipelineId: string): Promise<number> {
  const { highest } = await store
    .selectFrom('pipelineConfigurationVersions')
    .select((of) => of.fn.max('version').as('highest'))
    .where('pipelineId', '=', pipelineId)
    .executeTakeFirstOrThrow();
  return Number(highest ?? 0) + 1;
}

/** Configuration versions of pipelines. A configuration is a graph of blocks. */
export const pipelineConfigurationVersionRoutes = new Hono<AppEnv>()
  .post('/validate', reads, async (c) => {
    const request = await body(c, validation);
    const { validateConfiguration } = await loadEngine();
    return c.json(validateConfiguration(request.configuration, { knownTypes: c.var.platform.handlers.keys() }));
  })

  .get('/schema', async (c) => c.json((await loadEngine()).configurationSchema()))

  .get('/', async (c) => c.json(await list(c, listing)))

  .post('/', async (c) => {
    const { platform } = c.var;
    const request = await body(c, (await configurationRequests()).creation);
    const pipeline = await loadRow(c, pipelines, request.pipelineId);
    const row = await platform.store.transaction().execute(async (store) => {
      if (request.status === 'current') await checkNoneCurrent(store, pipeline.pipelineId);
      return await insertRow(c, store, pipelineConfigurationVersions, {
        pipelineConfigurationVersionId: newRecordId(c),
        pipelineId: pipeline.pipelineId,
        teamId: pipeline.teamId,
        configuration: JSON.stringify(request.configuration),
        version: await nextVersion(store, pipeline.pipelineId),
        status: request.status,
        ...newTimestamps(c),
      });
    });
    return c.json(serialize(pipelineConfigurationVersions, row), 201);
  })

  .get('/:id', show(pipelineConfigurationVersions))

  .patch('/:id', async (c) => {
    const id = c.req.param('id');
    const { status, configuration } = await body(c, (await configurationRequests()).change);
    const updated = await c.var.platform.store.transaction().execute(async (store) => {
      const row = await loadRow(c, pipelineConfigurationVersions, id, store);
      if (row.status === 'current' && status === 'draft')
        throw badRequest('The current version cannot become a draft: archive it instead.');
      if (row.status === 'current' && configuration !== undefined) {
        throw badRequest('The configuration of the current version cannot be changed: archive it first, or clone it and change the clone.');
      }
      if (status === 'current') await checkNoneCurrent(store, row.pipelineId, id);
      return await updateRow(c, store, pipelineConfigurationVersions, id, {
        status,
        configuration: configuration && JSON.stringify(configuration),
      });
    });
    return c.json(serialize(pipelineConfigurationVersions, updated));
  })

  .delete('/:id', async (c) => {
    const id = c.req.param('id');
    const clean = await executionCleanUp(c, 'pipelineConfigurationVersionId', id);
    await c.var.platform.store.transaction().execute(async (store) => {
      const row = await loadRow(c, pipelineConfigurationVersions, id, store);
      if (row.status === 'current') throw badRequest('The current version cannot be deleted: archive it first.');
      await deleteRow(c, store, pipelineConfigurationVersions, row);
    });
    await clean();
    return c.json({});
  })

  .post('/:id/clone', async (c) => {
    const { platform } = c.var;
    const source = await loadRow(c, pipelineConfigurationVersions, c.req.param('id'));
    const row = await platform.store.transaction().execute(async (store) => {
      const copy: PipelineConfigurationVersionRow = {
        ...source,
        pipelineConfigurationVersionId: newRecordId(c),
        version: await nextVersion(store, source.pipelineId),
        status: 'draft',
        ...newTimestamps(c),
      };
      return await insertRow(c, store, pipelineConfigurationVersions, copy);
    });
    return c.json(serialize(pipelineConfigurationVersions, row), 201);
  });
