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
 * Reads progress from the forms that platforms use: a number (up to 1 a fraction, above that a percentage), '50%', '3/10', a message, or an
 * object with such members. In an object, a member named as a percentage is always a percentage, and a member `progress` is read like a
 * value of its own. Steps must be whole numbers from 0, a message a non-empty string, and the fraction a number from 0; a fraction above 1
 * becomes 1. Anything else is ignored. Undefined when no progress is found.
 *
 * @param values The values to read, best first. Later values supply what earlier ones leave out.
 */
export function progressFrom(...values: readonly unknown[]): Progress | undefined {
  let all: Progress = {};
  for (const value of values) all = withFraction(join(all, read(value)));
  return onlyDefined(all);
}

/** A copy without undefined members; undefined when none is left. Written out member by member, because polls are frequent. */
function onlyDefined({ fraction, step, steps, message }: Progress): Progress | undefined {
  if (fraction === undefined && step === undefined && steps === undefined && message === undefined) return undefined;
  const defined: Progress = {};
  if (fraction !== undefined) defined.fraction = fraction;
  if (step !== undefined) defined.step = step;
  if (steps !== undefined) defined.steps = steps;
  if (message !== undefined) defined.message = message;
  return defined;
}

/** The members of both; the first wins. */
function join(one: Progress, other: Progress): Progress {
  return {
    fraction: one.fraction ?? other.fraction,
    step: one.step ?? other.step,
    steps: one.steps ?? other.steps,
    message: one.message ?? other.message,
  };
}

/** Computes the fraction from the steps when there is none. */
function withFraction(progress: Progress): Progress {
  const { fraction, step, steps, message } = progress;
  return fraction === undefined && step !== undefined && steps ? { fraction: Math.min(1, step / steps), step, steps, message } : progress;
}

function read(value: unknown): Progress {
  if (typeof value === 'number') return { fraction: fractionOf(value) };
  if (typeof value === 'string') return fromText(value.trim());
  return isObject(value) ? fromObject(value) : {};
}

function fromText(text: string): Progress {
  const [, step, steps] = /^(\d+)\s*(?:\/|of)\s*(\d+)$/.exec(text) ?? [];
  if (step !== undefined) return { step: countOf(Number(step)), steps: countOf(Number(steps)) };
  const fraction = fractionOf(text);
  return fraction === undefined ? { message: textOf(text) } : { fraction };
}

function fromObject(json: Readonly<Record<string, unknown>>): Progress {
  const find = <T>(keys: readonly string[], readOne: (value: unknown) => T | undefined): T | undefined => {
    for (const key of keys) {
      const value = json[key] === undefined ? undefined : readOne(json[key]);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const own: Progress = {
    fraction: fractionOf(json.fraction) ?? find(names.percent, percentOf),
    step: find(names.step, countOf),
    steps: find(names.steps, countOf),
    message: textOf(json.message),
  };
  const block = find(names.block, textOf);
  const message = find(names.state, textOf) ?? (block === undefined ? undefined : `Processing ${block}`);
  // An object in `progress` is not read, so that the nesting of a response does not matter.
  return join(join(own, isObject(json.progress) ? {} : read(json.progress)), { message });
}

/** Reads a fraction: a number up to 1 is one, a larger number is a percentage, and so is a string with a percent sign. */
function fractionOf(value: unknown): number | undefined {
  if (typeof value === 'number') return clamp(value > 1 ? value / 100 : value);
  return typeof value === 'string' && value.trim().endsWith('%') ? percentOf(value) : undefined;
}

/** Converts a percentage to a fraction: a number, or a string with or without a percent sign. */
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
