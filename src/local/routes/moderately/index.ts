import { Hono } from 'hono';
import type { AppContext } from '../../context.js';
import { authenticate } from '../../wire/auth.js';
import { agentConfigurationVersionRoutes } from './agent-configuration-versions.js';
import { agentExecutionRoutes } from './agent-executions.js';
import { agentRoutes } from './agents.js';
import { apiTokenRoutes } from './api-tokens.js';
import { auditLogRoutes } from './audit-logs.js';
import { authenticationRoutes } from './authentication.js';
import { datasetDataVersionRoutes } from './dataset-data-versions.js';
import { datasetSchemaVersionRoutes } from './dataset-schema-versions.js';
import { datasetRoutes } from './datasets.js';
import { fileRoutes } from './files.js';
import { pipelineConfigurationVersionRoutes } from './pipeline-configuration-versions.js';
import { pipelineExecutionRoutes } from './pipeline-executions.js';
import { pipelineRoutes } from './pipelines.js';
import { teamUserRoutes } from './team-users.js';
import { teamRoutes } from './teams.js';
import { userRoutes } from './users.js';

const entities = {
  users: userRoutes,
  teams: teamRoutes,
  'team-users': teamUserRoutes,
  'api-tokens': apiTokenRoutes,
  'audit-logs': auditLogRoutes,
  agents: agentRoutes,
  'agent-configuration-versions': agentConfigurationVersionRoutes,
  'agent-executions': agentExecutionRoutes,
  files: fileRoutes,
  datasets: datasetRoutes,
  'dataset-schema-versions': datasetSchemaVersionRoutes,
  'dataset-data-versions': datasetDataVersionRoutes,
  pipelines: pipelineRoutes,
  'pipeline-configuration-versions': pipelineConfigurationVersionRoutes,
  'pipeline-executions': pipelineExecutionRoutes,
};

/** Moderately's wire. */
export function moderatelyRoutes(): Hono<AppContext> {
  const app = new Hono<AppContext>().route('/authentication', authenticationRoutes);
  for (const [path, routes] of Object.entries(entities)) {
    app.use(`/${path}/*`, authenticate).route(`/${path}`, routes);
  }
  return app;
}
