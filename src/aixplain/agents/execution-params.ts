import { isObject } from '../../vendor.js';
import type { Json } from '../steps.js';
import { type Budget, budgetToSend, withIterations } from './budget.js';
import { type OutputFormat, schemaOrValue } from './output-format.js';

/** How an agent runs. */
export interface ExecutionParams {
  /** The form of the output. */
  outputFormat?: OutputFormat | undefined;
  /** Of the output. */
  maxTokens?: number | undefined;
  /** In seconds. Default: 300. */
  maxTime?: number | undefined;
  /** What happens to a conversation that is too long for the model. Default: the platform's. */
  contextOverflowStrategy?: 'truncate' | 'summarize' | null | undefined;
  /** An example or a description of the output; with the format 'json', an object, JSON text, a JSON Schema, or a validator with one. */
  expectedOutput?: unknown;
  /** Limits of the run; null for none. */
  budget?: Budget | null | undefined;
  [key: string]: unknown;
}

const spellings: Readonly<Record<string, string>> = {
  output_format: 'outputFormat',
  max_tokens: 'maxTokens',
  max_time: 'maxTime',
  expected_output: 'expectedOutput',
  context_overflow_strategy: 'contextOverflowStrategy',
};

/** Parameters as they are sent: with the platform's spelling, and the budget with the limit of iterations in it. */
export function executionParams(given: unknown): Record<string, unknown> {
  const { maxIterations, max_iterations, budget, ...rest } = respelled(given);
  const limits = withIterations(budget, maxIterations ?? max_iterations);
  return { ...rest, ...(limits && { budget: limits }) };
}

/** The parameters of a run: the agent's own, and the caller's above them, the budget limit by limit. */
export function runExecutionParams(agent: ExecutionParams, given: unknown): Record<string, unknown> {
  const { budget: own, ...defaults } = agent;
  const { maxIterations, max_iterations, budget, ...rest } = respelled(given);
  // The limit that was once beside the budgets goes after what they say.
  const old = { maxIterations: maxIterations ?? max_iterations };
  const limits = budgetToSend({ ...budgetToSend(old), ...budgetToSend(own), ...budgetToSend(budget) });
  const merged: Record<string, unknown> = { ...defaults, ...rest };
  merged.expectedOutput = expectedToSend(merged);
  return { ...merged, ...(limits && { budget: limits }) };
}

/** An object is sent as JSON text, a validator as its JSON Schema, and an empty text as null where no JSON is expected. */
function expectedToSend({ expectedOutput, outputFormat }: Record<string, unknown>): unknown {
  const expected = schemaOrValue(expectedOutput) ?? null;
  if (expected !== expectedOutput) return expected;
  if (expected === '' && outputFormat !== 'json') return null;
  return isObject(expected) || Array.isArray(expected) ? JSON.stringify(expected) : expected;
}

function respelled(given: unknown): Json & Record<string, unknown> {
  if (!isObject(given)) return {};
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [spellings[name] ?? name, value]));
}
