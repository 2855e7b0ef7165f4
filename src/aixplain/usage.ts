import { isObject } from '../vendor.js';
import { type Json, stepsOf } from './steps.js';

/** The cost of a run. */
export interface Usage {
  /** In seconds. */
  runTime: number;
  /** What it cost, in credits. */
  usedCredits: number;
}

/**
 * Reads the cost of a run from a response: from its top level, else from `data.executionStats`, else from `data.steps` (the time from the
 * start of the first to the end of the last, and the sum of their credits). A value of 0 counts as missing.
 */
export function usageOf(response: Json): Usage {
  const data = isObject(response.data) ? response.data : {};
  const stats = [data.executionStats, data.execution_stats].find(isObject) ?? {};
  const steps = stepsOf(response);
  return {
    runTime: first(response, 'runTime', 'run_time') || first(stats, 'runtime', 'runTime', 'run_time', 'duration') || secondsOf(steps),
    usedCredits:
      first(response, 'usedCredits', 'used_credits') ||
      first(stats, 'credits', 'usedCredits', 'used_credits', 'totalCredits', 'total_credits') ||
      steps.reduce((sum, step) => sum + first(step, 'usedCredits', 'used_credits', 'credits'), 0),
  };
}

/** The first of the members that is a finite number, else 0. */
function first(from: Json, ...keys: string[]): number {
  const key = keys.find((name) => typeof from[name] === 'number' && Number.isFinite(from[name]));
  return key === undefined ? 0 : (from[key] as number);
}

function secondsOf(steps: readonly Json[]): number {
  const start = timeOf(steps[0]?.start_time ?? steps[0]?.startTime);
  const end = timeOf(steps.at(-1)?.end_time ?? steps.at(-1)?.endTime);
  return end > start ? (end - start) / 1000 : 0;
}

/** The time of an ISO 8601 string in milliseconds since 1970; NaN for anything else, so that comparisons with it are false. */
function timeOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
