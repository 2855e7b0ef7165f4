import { Hono } from 'hono';
import type { Environment } from '../../context.js';
import { authenticate } from '../../wire/auth.js';
import { authenticationRoutes } from './authentication.js';
import { datasetDataVersionRoutes } from './dataset-data-versions.js';
import { datasetSchemaVersionRoutes } from './dataset-schema-versions.js';
import { datasetRoutes } from './datasets.js';
import { fileRoutes } from './files.js';
import { healthRoute } from './health.js';
import { pipelineConfigurationVersionRoutes } from './pipeline-configuration-versions.js';
import { pipelineExecutionRoutes } from './pipeline-executions.js';
import { pipelineRoutes } from './pipelines.js';

const entities = {
  files: fileRoutes,
  datasets: datasetRoutes,
  'dataset-schema-versions': datasetSchemaVersionRoutes,
  'dataset-data-versions': datasetDataVersionRoutes,
  pipelines: pipelineRoutes,
  'pipeline-configuration-versions': pipelineConfigurationVersionRoutes,
  'pipeline-executions': pipelineExecutionRoutes,
};

/** Moderately's wire. */
export function moderatelyRoutes(): Hono<Environment> {
  const app = new Hono<Environment>({ strict: false }).get('/health', healthRoute).route('/authentication', authenticationRoutes);
  for (const [path, routes] of Object.entries(entities)) {
    app.use(`/${path}`, authenticate).use(`/${path}/*`, authenticate).route(`/${path}`, routes);
  }
  return app;
}
