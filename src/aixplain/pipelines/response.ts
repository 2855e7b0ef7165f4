import { isObject } from '../../vendor.js';
import { AixplainResult } from '../result.js';

/**
 * The result of a pipeline run. Every member of the response can be read as a property (`response.elapsed_time`), by index
 * (`response['elapsed_time']`) and with `get(name, fallback)`; `name in response` tells whether it exists.
 */
export class PipelineResponse<D = unknown> extends AixplainResult<D> {
  /** The platform's own description of the failure; null if there was none. */
  readonly error: unknown;
  /** Seconds from the start of the run to this response. If the start is not known, the platform's own figure, else 0. */
  readonly elapsedTime: number;
  [member: string]: unknown;

  constructor(raw: Record<string, unknown>, elapsedTime?: number) {
    super(unpacked(raw));
    this.error = raw.error ?? null;
    this.elapsedTime = elapsedTime ?? (typeof raw.elapsed_time === 'number' ? raw.elapsed_time : 0);
  }

  /** The member of that name, or the fallback if there is none. */
  override get(name: string, fallback?: unknown): unknown {
    return Object.hasOwn(this, name) ? this[name] : (super.get(name) ?? fallback);
  }
}

/** Some engines send the output as JSON text in an envelope: `{"response": …}`. */
function unpacked(raw: Record<string, unknown>): Record<string, unknown> {
  if (typeof raw.data !== 'string') return raw;
  try {
    const data: unknown = JSON.parse(raw.data);
    return isObject(data) && 'response' in data ? { ...raw, data: data.response } : raw;
  } catch {
    return raw;
  }
}
