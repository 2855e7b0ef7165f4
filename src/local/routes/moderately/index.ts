import { Hono } from 'hono';
import type { AppEnv } from '../../context.js';
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

const collections = {
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

/** Moderately's API. */
export function moderatelyRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>().route('/authentication', authenticationRoutes);
  for (const [path, routes] of Object.entries(collections)) app.route(`/${path}`, routes);
  return app;
}
