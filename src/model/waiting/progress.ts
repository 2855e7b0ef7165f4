import type { Progress } from '../ports/waiter.js';
import { isObject } from '../state/json.js';

const names = {
  percent: ['percent', 'percentage', 'progressPercentage'],
  step: ['step', 'currentStep', 'current_step', 'current', 'completed'],
  steps: ['steps', 'totalSteps', 'total_steps', 'total'],
  state: ['status', 'stage'],
  block: ['current_block', 'currentBlock'],
} as const;

/**
 * How far something is, in one shape whatever a platform sends: a number (up to 1 a fraction, above that a percentage), '50%', '3/10',
 * a message, or an object with such members. In an object, what is named a percentage is one, however small; `progress` is read as it
 * would be alone. Steps are whole numbers from 0, a message is a text, and the fraction is 0 to 1; anything else counts as not said.
 * Undefined when nothing of the kind is said.
 *
 * @param said The best first: the others fill in what those before them leave out.
 */
export function progressFrom(...said: readonly unknown[]): Progress | undefined {
  let all: Progress = {};
  for (const one of said) all = counted(join(all, read(one)));
  return onlySaid(all);
}

/** The members that are said, one by one: there may be thousands of polls in a second. Undefined when there are none. */
function onlySaid({ fraction, step, steps, message }: Progress): Progress | undefined {
  if (fraction === undefined && step === undefined && steps === undefined && message === undefined) return undefined;
  const said: Progress = {};
  if (fraction !== undefined) said.fraction = fraction;
  if (step !== undefined) said.step = step;
  if (steps !== undefined) said.steps = steps;
  if (message !== undefined) said.message = message;
  return said;
}

/** What both say; the first wins. */
function join(one: Progress, other: Progress): Progress {
  return {
    fraction: one.fraction ?? other.fraction,
    step: one.step ?? other.step,
    steps: one.steps ?? other.steps,
    message: one.message ?? other.message,
  };
}

/** Steps make a fraction where none is said. */
function counted(said: Progress): Progress {
  const { fraction, step, steps, message } = said;
  return fraction === undefined && step !== undefined && steps ? { fraction: Math.min(1, step / steps), step, steps, message } : said;
}

function read(said: unknown): Progress {
  if (typeof said === 'number') return { fraction: fractionOf(said) };
  if (typeof said === 'string') return fromText(said.trim());
  return isObject(said) ? fromObject(said) : {};
}

function fromText(text: string): Progress {
  const [, step, steps] = /^(\d+)\s*(?:\/|of)\s*(\d+)$/.exec(text) ?? [];
  if (step !== undefined) return { step: countOf(Number(step)), steps: countOf(Number(steps)) };
  const fraction = fractionOf(text);
  return fraction === undefined ? { message: textOf(text) } : { fraction };
}

function fromObject(said: Readonly<Record<string, unknown>>): Progress {
  const find = <T>(keys: readonly string[], readOne: (value: unknown) => T | undefined): T | undefined => {
    for (const key of keys) {
      const value = said[key] === undefined ? undefined : readOne(said[key]);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const own: Progress = {
    fraction: fractionOf(said.fraction) ?? find(names.percent, percentOf),
    step: find(names.step, countOf),
    steps: find(names.steps, countOf),
    message: textOf(said.message),
  };
  const block = find(names.block, textOf);
  const message = find(names.state, textOf) ?? (block === undefined ? undefined : `Processing ${block}`);
  // What stands in `progress` is read as it would be alone, but for another object: answers may be of any depth.
  return join(join(own, isObject(said.progress) ? {} : read(said.progress)), { message });
}

/** Up to 1 it is a fraction, above that a percentage; with a percent sign always that. */
function fractionOf(value: unknown): number | undefined {
  if (typeof value === 'number') return clamp(value > 1 ? value / 100 : value);
  return typeof value === 'string' && value.trim().endsWith('%') ? percentOf(value) : undefined;
}

/** The fraction that a percentage is: a number, or a text with or without the sign. */
function percentOf(value: unknown): number | undefined {
  if (typeof value === 'number') return clamp(value / 100);
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(typeof value === 'string' ? value.trim() : '') ?? [];
  return percent === undefined ? undefined : clamp(Number(percent) / 100);
}

function clamp(fraction: number): number | undefined {
  return fraction >= 0 ? Math.min(1, fraction) : undefined;
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
