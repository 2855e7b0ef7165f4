import { APIError, ConnectionError, OperationFailedError, OperationTimeoutError, TimeoutError } from '#front';
import type { Clock } from '../../vendor.js';
import type { PipelineRunOptions } from './params.js';
import type { PipelineResponse } from './response.js';

/** The first response format: the last answer of the platform as it came, or what went wrong. */
export interface FirstFormatResponse {
  /** The platform's word, or 'failed' when there was no answer. */
  status: string;
  /** Seconds since the run was started; null when it never was. */
  elapsed_time: number | null;
  /** What went wrong, if something did. */
  error?: unknown;
  [member: string]: unknown;
}

/**
 * Turns the outcome of a run into the first response format. Failures of the run, of the network and of the platform and the end of the
 * waiting time become values; mistakes of the caller and aborts are still thrown.
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
      const said = error instanceof OperationFailedError ? error.reason : error.message;
      return { status: 'failed', error: said, ...result?.raw, elapsed_time: elapsed() };
    }
    if (error instanceof APIError || error instanceof ConnectionError || error instanceof TimeoutError)
      return { status: 'failed', error: `Error in request for ${name}: ${error.message}`, elapsed_time: null, ...params };
    throw error;
  }
}
