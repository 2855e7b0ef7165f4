import { isObject } from '../vendor.js';

export type Json = Readonly<Record<string, unknown>>;

/** The steps of an agent's run so far, which poll responses have in `data.steps`. */
export function stepsOf({ data }: Json): readonly Json[] {
  return isObject(data) && Array.isArray(data.steps) ? data.steps.filter(isObject) : [];
}

/**
 * What is known about the progress of an agent's run, most specific first: the number of its latest step, from 1, and what that step does,
 * else who performs it, else the run's status. Empty for a run without steps.
 */
export function latestStep(response: Json): object[] {
  const steps = stepsOf(response);
  const step = steps.at(-1);
  if (step === undefined) return [];
  const { task, action, thought, reason, unit, agent, agent_name } = step;
  const messages = [task, action, thought, reason, nameOf(unit), nameOf(agent), nameOf(agent_name), response.status];
  return [{ step: steps.length }, ...messages.map((message) => ({ message }))];
}

/** The `name` of an object; any other value is returned as it is. */
function nameOf(named: unknown): unknown {
  return isObject(named) ? named.name : named;
}
