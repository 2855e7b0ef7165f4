import { ValidationError } from '#front';
import { isObject } from '../../vendor.js';
import { type ExecutionParams, executionParams } from '../agents/execution-params.js';

/** How the runs of a session are carried out. */
export interface ExecutionConfig {
  /** Parameters of the runs of the session. */
  executionParams?: ExecutionParams | undefined;
  /** What the results have to meet. */
  criteria?: string | null | undefined;
  /** JSON text, or what becomes it. */
  evolve?: unknown;
  /** The user on whose behalf the runs are made. */
  identifier?: string | null | undefined;
  /** Whether a final answer is written of what was found. */
  runResponseGeneration?: boolean | null | undefined;
}

export const configNames = ['executionParams', 'criteria', 'evolve', 'identifier', 'runResponseGeneration'] as const;

/** A config as it is sent: what is set, in the platform's spelling. @throws ValidationError for what is not an object. */
export function configToSend(config: unknown): Record<string, unknown> {
  if (!isObject(config))
    throw new ValidationError('executionConfig must be an object.', {
      details: [{ field: 'executionConfig', message: 'must be an object' }],
    });
  const { budget, executionParams: given, ...rest } = config;
  const params = executionParams({ ...(isObject(given) ? given : {}), ...((budget ?? null) !== null && { budget }) });
  const entries = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  const { evolve, ...others } = Object.fromEntries(entries);
  return {
    ...(Object.keys(params).length > 0 && { executionParams: params }),
    ...others,
    ...(evolve !== undefined && { evolve: typeof evolve === 'string' ? evolve : JSON.stringify(evolve) }),
  };
}
