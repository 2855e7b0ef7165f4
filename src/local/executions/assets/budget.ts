import { isRecord } from '../../assets/spelling.js';
import type { JsonRecord } from '../../store/record-kinds.js';

/** What a run of an agent may use. */
export interface Budget {
  /** Turns of the language model of one agent. */
  iterations: number;
  /** Seconds; undefined for any time. */
  seconds: number | undefined;
  /** Credits; undefined for any number. */
  cost: number | undefined;
}

/** How often the language model of an agent is asked, when nothing else is said. */
const defaultIterations = 10;

const number = (value: unknown): number | undefined => (typeof value === 'number' && value >= 0 ? value : undefined);

/** The budget of a run, field by field over that of the agent. `maxIterations` and `maxTime` outside a budget count too. */
export function budgetOf(agent: JsonRecord | undefined, { executionParams }: JsonRecord): Budget {
  const params = isRecord(executionParams) ? executionParams : {};
  const own = isRecord(agent?.budget) ? agent.budget : {};
  const given = isRecord(params.budget) ? params.budget : {};
  const { maxIterations, maxDurationSeconds, maxCost } = {
    maxIterations: params.maxIterations ?? agent?.maxIterations,
    ...withoutNulls(own),
    ...withoutNulls(given),
  } as JsonRecord;
  const times = [number(params.maxTime), number(maxDurationSeconds)].filter((time) => time !== undefined && time > 0) as number[];
  return {
    iterations: number(maxIterations) ?? defaultIterations,
    // The longest time of a timer.
    seconds: times.length > 0 ? Math.min(...times, 2_147_483) : undefined,
    cost: number(maxCost),
  };
}

const withoutNulls = (record: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
