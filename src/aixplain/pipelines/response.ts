import { isObject } from '../../vendor.js';
import { AixplainResult } from '../result.js';

/**
 * What a run of a pipeline answers. Every member of the answer can be read as a property (`response.elapsed_time`), by index
 * (`response['elapsed_time']`) and with `get(name, fallback)`; `name in response` says whether it is there.
 */
export class PipelineResponse<D = unknown> extends AixplainResult<D> {
  /** What went wrong, as the platform put it; null when nothing did. */
  readonly error: unknown;
  /** Seconds from the start of the run to this answer; what the platform says of it where the start is not known. */
  readonly elapsedTime: number;
  [member: string]: unknown;

  constructor(raw: Record<string, unknown>, elapsedTime?: number) {
    super(unpacked(raw));
    this.error = raw.error ?? null;
    this.elapsedTime = elapsedTime ?? (typeof raw.elapsed_time === 'number' ? raw.elapsed_time : 0);
  }

  /** A member by name, else the fallback. */
  override get(name: string, fallback?: unknown): unknown {
    return Object.hasOwn(this, name) ? this[name] : (super.get(name) ?? fallback);
  }
}

/** Engines may send the output as JSON text in an envelope: `{"response": …}`. */
function unpacked(raw: Record<string, unknown>): Record<string, unknown> {
  if (typeof raw.data !== 'string') return raw;
  try {
    const data: unknown = JSON.parse(raw.data);
    return isObject(data) && 'response' in data ? { ...raw, data: data.response } : raw;
  } catch {
    return raw;
  }
}
