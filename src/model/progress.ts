import type { Progress } from './events.js';
import { isObject } from './state/json.js';

const names = {
  fraction: ['fraction', 'progress', 'percent', 'percentage', 'progressPercentage'],
  step: ['step', 'currentStep', 'current_step', 'current', 'completed'],
  steps: ['steps', 'totalSteps', 'total_steps', 'total'],
  message: ['message', 'status', 'stage', 'current_block', 'currentBlock'],
} as const;

/**
 * How far something is, in one shape whatever a platform sends: a fraction or a percentage (a number above 1, or '50%'), '3/10', a
 * message, or an object with such members. Undefined when it says nothing of the kind.
 */
export function progressFrom(said: unknown): Progress | undefined {
  if (typeof said === 'number') return progressOf({ fraction: fractionOf(said) });
  if (typeof said === 'string') return fromText(said.trim());
  if (!isObject(said)) return undefined;
  const find = <T>(keys: readonly string[], read: (value: unknown) => T | undefined): T | undefined =>
    keys.map((key) => read(said[key])).find((value) => value !== undefined);
  const steps = find(names.steps, countOf);
  return progressOf({
    fraction: find(names.fraction, fractionOf),
    step: find(names.step, countOf),
    steps,
    message: find(names.message, textOf),
  });
}

/** The members that are there, with the fraction that steps make; undefined when there are none. */
function progressOf({ fraction, step, steps, message }: Progress): Progress | undefined {
  const counted = step !== undefined && steps ? Math.min(1, step / steps) : undefined;
  const all = { fraction: fraction ?? counted, step, steps, message };
  const known = Object.entries(all).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function fromText(text: string): Progress | undefined {
  if (text === '') return undefined;
  const [, step, steps] = /^(\d+)\s*(?:\/|of)\s*(\d+)$/.exec(text) ?? [];
  if (step !== undefined) return progressOf({ step: Number(step), steps: Number(steps) });
  const fraction = fractionOf(text);
  return progressOf(fraction === undefined ? { message: text } : { fraction });
}

/** Up to 1 it is a fraction, above that a percentage; with a percent sign always that. */
function fractionOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 ? Math.min(1, value > 1 ? value / 100 : value) : undefined;
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%$/.exec(typeof value === 'string' ? value.trim() : '') ?? [];
  return percent === undefined ? undefined : Math.min(1, Number(percent) / 100);
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
