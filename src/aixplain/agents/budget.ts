import { isObject } from '../../vendor.js';
import type { Json } from '../steps.js';

/** What a run of an agent may use at most. What is not set is not limited, or as the agent has it. */
export interface Budget {
  /** In credits. */
  maxCost?: number | null | undefined;
  /** In seconds. */
  maxDurationSeconds?: number | null | undefined;
  /** How many turns the language model may take. */
  maxIterations?: number | null | undefined;
}

const members = { maxCost: 'max_cost', maxDurationSeconds: 'max_duration_seconds', maxIterations: 'max_iterations' } as const;

/** A budget as it is sent: without what is not set, zeros included; undefined for an empty one. */
export function budgetToSend(budget: unknown): Record<string, unknown> | undefined {
  if (!isObject(budget)) return undefined;
  const caps = Object.entries(members).flatMap(([name, old]) => {
    const value = budget[name] ?? budget[old];
    return value === null || value === undefined ? [] : [[name, value] as const];
  });
  return caps.length > 0 ? Object.fromEntries(caps) : undefined;
}

/** A budget with the limit of iterations that the platform once kept beside it, unless it has one itself. */
export function withIterations(budget: unknown, maxIterations: unknown): Record<string, unknown> | undefined {
  return budgetToSend(maxIterations === null || maxIterations === undefined ? budget : { maxIterations, ...withoutNulls(budget) });
}

function withoutNulls(budget: unknown): Json {
  return isObject(budget) ? Object.fromEntries(Object.entries(budget).filter(([, value]) => value !== null && value !== undefined)) : {};
}
