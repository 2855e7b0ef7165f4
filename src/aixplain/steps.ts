import { isObject } from '../vendor.js';

export type Json = Readonly<Record<string, unknown>>;

/** The steps of an agent's run up to now, which the answers to its polls have in `data.steps`. */
export function stepsOf({ data }: Json): readonly Json[] {
  return isObject(data) && Array.isArray(data.steps) ? data.steps.filter(isObject) : [];
}

/**
 * What an agent's run has come to, the best first: the number of its latest step, from 1, and what that does, else who does it, else
 * the run's status word. Nothing for a run without steps.
 */
export function latestStep(response: Json): object[] {
  const steps = stepsOf(response);
  const step = steps.at(-1);
  if (step === undefined) return [];
  const { task, action, thought, reason, unit, agent, agent_name } = step;
  const words = [task, action, thought, reason, nameOf(unit), nameOf(agent), nameOf(agent_name), response.status];
  return [{ step: steps.length }, ...words.map((message) => ({ message }))];
}

/** Of something that is a name, or has one. */
function nameOf(named: unknown): unknown {
  return isObject(named) ? named.name : named;
}
