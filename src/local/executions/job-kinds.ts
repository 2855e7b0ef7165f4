/** The kind of job that runs a pipeline execution. */
export const pipelineJob = 'pipeline-execution';
/** The kind of job that processes a dataset. */
export const datasetJob = 'dataset-processing';
/** The kind of job that runs an agent execution. */
export const agentJob = 'agent-execution';
/** The kind of job that runs an asset of aiXplain's API. */
export const assetJob = 'asset-run';
/** The block type whose handler runs agents. */
export const agentBlock = 'agent';
