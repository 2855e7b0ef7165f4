import { APIError, ConnectionError, OperationFailedError, OperationTimeoutError, TimeoutError } from '#front';
import type { Clock } from '../../vendor.js';
import type { PipelineRunOptions } from './params.js';
import type { PipelineResponse } from './response.js';

/** The first response format: the platform's last response as it came, or the failure. */
export interface FirstFormatResponse {
  /** The platform's status, or 'failed' if there was no response. */
  status: string;
  /** Seconds since the run was started; null if it was not. */
  elapsed_time: number | null;
  /** The failure, if there was one. */
  error?: unknown;
  [member: string]: unknown;
}

/**
 * Converts the outcome of a run to the first response format. Timeouts and failures of the run, the network or the platform become values;
 * invalid calls and aborts are still thrown.
 */
export async function inFirstFormat(
  outcome: Promise<PipelineResponse>,
  clock: Clock,
  { name = 'pipeline_process', params }: PipelineRunOptions,
): Promise<FirstFormatResponse> {
  const start = clock.now();
  const elapsed = (): number => (clock.now() - start) / 1000;
  try {
    const { raw, status } = await outcome;
    return { ...raw, status, elapsed_time: elapsed() };
  } catch (error) {
    if (error instanceof OperationFailedError || error instanceof OperationTimeoutError) {
      const result = error.result as PipelineResponse | undefined;
      const reason = error instanceof OperationFailedError ? error.reason : error.message;
      return { status: 'failed', error: reason, ...result?.raw, elapsed_time: elapsed() };
    }
    if (error instanceof APIError || error instanceof ConnectionError || error instanceof TimeoutError)
      return { status: 'failed', error: `Error in request for ${name}: ${error.message}`, elapsed_time: null, ...params };
    throw error;
  }
}
