import type { Progress } from '../ports/waiter.js';
import { isObject } from '../state/json.js';

/** What says nothing, as most polls of most platforms do. */
const nothing: Progress = {};

/**
 * Reads progress from the forms that platforms use: a number (up to 1 a fraction, above that a percentage), '50%', '3/10', a message, or an
 * object with such members. In an object, a member named as a percentage is always a percentage, and a member `progress` is read like a
 * value of its own. Steps must be whole numbers from 0, a message a non-empty string, and the fraction a number from 0; a fraction above 1
 * becomes 1. Anything else is ignored. Undefined when no progress is found.
 *
 * @param values The values to read, best first. Later values supply what earlier ones leave out.
 */
export function progressFrom(...values: readonly unknown[]): Progress | undefined {
  let all = nothing;
  for (const value of values) all = withFraction(join(all, read(value)));
  return all === nothing ? undefined : onlyDefined(all);
}

/** A copy without undefined members. Written out member by member, because polls are frequent. */
function onlyDefined({ fraction, step, steps, message }: Progress): Progress {
  const defined: Progress = {};
  if (fraction !== undefined) defined.fraction = fraction;
  if (step !== undefined) defined.step = step;
  if (steps !== undefined) defined.steps = steps;
  if (message !== undefined) defined.message = message;
  return defined;
}

function progressOf({ fraction, step, steps, message }: Progress): Progress {
  const isNothing = fraction === undefined && step === undefined && steps === undefined && message === undefined;
  return isNothing ? nothing : { fraction, step, steps, message };
}

/** The members of both; the first wins. */
function join(one: Progress, other: Progress): Progress {
  if (one === nothing) return other;
  if (other === nothing) return one;
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
  if (typeof value === 'number') return progressOf({ fraction: fractionOf(value) });
  if (typeof value === 'string') return fromText(value.trim());
  return isObject(value) ? fromObject(value) : nothing;
}

function fromText(text: string): Progress {
  const [, step, steps] = /^(\d+)\s*(?:\/|of)\s*(\d+)$/.exec(text) ?? [];
  if (step !== undefined) return progressOf({ step: countOf(Number(step)), steps: countOf(Number(steps)) });
  const fraction = fractionOf(text);
  return progressOf(fraction === undefined ? { message: textOf(text) } : { fraction });
}

/** The names are written out, because looking each of them up in a list takes several times as long. */
function fromObject(json: Readonly<Record<string, unknown>>): Progress {
  // An object in `progress` is not read, so that the nesting of a response does not matter.
  const inside = isObject(json.progress) ? nothing : read(json.progress);
  return progressOf({
    fraction:
      fractionOf(json.fraction) ??
      percentOf(json.percent) ??
      percentOf(json.percentage) ??
      percentOf(json.progressPercentage) ??
      inside.fraction,
    step:
      countOf(json.step) ??
      countOf(json.currentStep) ??
      countOf(json.current_step) ??
      countOf(json.current) ??
      countOf(json.completed) ??
      inside.step,
    steps: countOf(json.steps) ?? countOf(json.totalSteps) ?? countOf(json.total_steps) ?? countOf(json.total) ?? inside.steps,
    message: textOf(json.message) ?? inside.message ?? textOf(json.status) ?? textOf(json.stage) ?? blockOf(json),
  });
}

function blockOf({ current_block, currentBlock }: Readonly<Record<string, unknown>>): string | undefined {
  const block = textOf(current_block) ?? textOf(currentBlock);
  return block === undefined ? undefined : `Processing ${block}`;
}

/** Reads a fraction: a number up to 1 is one, a larger number is a percentage, and so is a string with a percent sign. */
function fractionOf(value: unknown): number | undefined {
  if (typeof value === 'number') return clamp(value > 1 ? value / 100 : value);
  return typeof value === 'string' && value.trim().endsWith('%') ? percentOf(value) : undefined;
}

/** Converts a percentage to a fraction: a number, or a string with or without a percent sign. */
function percentOf(value: unknown): number | undefined {
  if (typeof value === 'number') return clamp(value / 100);
  if (typeof value !== 'string') return undefined;
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(value.trim()) ?? [];
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
