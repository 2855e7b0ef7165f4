import { isObject } from '../../vendor.js';
import type { AgentRunParams } from './agent-params.js';

/**
 * The parameters of a run by their names of today: `files` are attachments. @param warn Told of each old name, and of a budget that is not
 * where the platform reads it.
 */
export function renewed(params: AgentRunParams, warn: (message: string) => void): AgentRunParams {
  const { files, ...rest } = params;
  const { maxIterations, max_iterations } = isObject(params.executionParams) ? params.executionParams : {};
  if ((maxIterations ?? max_iterations ?? null) !== null)
    warn('executionParams.maxIterations is an old name: write executionParams.budget.maxIterations. A limit in a budget goes before it.');
  if ((params.budget ?? null) !== null) warn('budget is not a parameter of a run and limits nothing: write executionParams.budget.');
  if (!Array.isArray(files)) return params;
  warn('files is an old name: write attachments.');
  return { ...rest, attachments: [...(rest.attachments ?? []), ...files] };
}
