import { isObject } from '../vendor.js';
import { type Json, stepsOf } from './steps.js';

/** What a run cost. */
export interface Usage {
  /** Seconds. */
  runTime: number;
  usedCredits: number;
}

/**
 * What a run cost, wherever the answer has it: at the top, else in `data.executionStats`, else in `data.steps` (from the start of the
 * first to the end of the last, and the credits of all). 0 counts as not said.
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

/** The first of the members that is a number; 0 when none is. */
function first(from: Json, ...keys: string[]): number {
  const key = keys.find((name) => typeof from[name] === 'number' && Number.isFinite(from[name]));
  return key === undefined ? 0 : (from[key] as number);
}

function secondsOf(steps: readonly Json[]): number {
  const start = timeOf(steps[0]?.start_time ?? steps[0]?.startTime);
  const end = timeOf(steps.at(-1)?.end_time ?? steps.at(-1)?.endTime);
  return end > start ? (end - start) / 1000 : 0;
}

/** Milliseconds since 1970 of an ISO 8601 text; NaN for anything else, which no comparison lets through. */
function timeOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
