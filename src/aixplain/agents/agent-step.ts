import { isObject } from '../../vendor.js';
import type { Json } from '../steps.js';

/** Who performs a step, or what with. */
export interface StepActor {
  /** The id of the agent or tool. */
  readonly id: string | null;
  /** The name of the agent or tool. */
  readonly name: string | null;
  /** `llm`, `tool`, `inspector`, …; null if the platform does not say. */
  readonly type: string | null;
  /** Whether it is a part of the platform, such as a planner. */
  readonly isSystemAgent: boolean;
}

/** One step of a run of an agent. */
export interface AgentStep {
  /** The id of the step. */
  readonly id: string | null;
  /** The agent that took the step. */
  readonly agent: StepActor | null;
  /** The model or the tool that it uses. */
  readonly unit: StepActor | null;
  /** What was done, such as the action of a tool. */
  readonly action: string | null;
  /** The task that it belongs to. */
  readonly task: string | null;
  /** What the agent said about it. */
  readonly thought: string | null;
  /** What the tool or the model was given. */
  readonly input: unknown;
  /** Null while it is under way. */
  readonly output: unknown;
  /** Why the step failed; null when it did not. */
  readonly error: string | null;
  /** How many requests it took. */
  readonly apiCalls: number;
  /** What it cost, in credits. */
  readonly usedCredits: number;
  /** Tokens that the model read; null where the platform does not say. */
  readonly inputTokens: number | null;
  /** Tokens that the model wrote; null where the platform does not say. */
  readonly outputTokens: number | null;
  /** Tokens in all; null where the platform does not say. */
  readonly totalTokens: number | null;
  /** When it began. */
  readonly startedAt: Date | null;
  /** When it ended; null while it goes on. */
  readonly endedAt: Date | null;
  /** Whether it has an output or an error. */
  readonly isDone: boolean;
  /** The step as the platform sent it. */
  readonly raw: Json;
}

/** Reads a step, whichever of its spellings the platform uses. */
export function readStep(raw: Json): AgentStep {
  const error = text(raw.error ?? raw.error_message);
  return {
    id: text(raw.id ?? raw.step_id),
    agent: actor(raw.agent ?? raw.agent_name),
    unit: actor(raw.unit),
    action: text(raw.action),
    task: text(raw.task),
    thought: text(raw.thought) ?? text(raw.reason),
    input: raw.input ?? null,
    output: raw.output ?? null,
    error,
    apiCalls: count(raw.api_calls ?? raw.apiCalls) ?? 0,
    usedCredits: count(raw.used_credits ?? raw.usedCredits ?? raw.credits) ?? 0,
    inputTokens: count(raw.input_tokens ?? raw.inputTokens),
    outputTokens: count(raw.output_tokens ?? raw.outputTokens),
    totalTokens: count(raw.total_tokens ?? raw.totalTokens),
    startedAt: time(raw.start_time ?? raw.startTime),
    endedAt: time(raw.end_time ?? raw.endTime),
    isDone: Boolean(raw.output) || error !== null,
    raw,
  };
}

/**
 * A step in one line: who performs it, what it does with which tool, and what it took: `Desk · search (Web) · ↓510 ↑536 (1046) · 0.002
 * credits`.
 */
export function describeStep(step: AgentStep): string {
  const { agent, unit, action, task, thought, error, usedCredits } = step;
  const what = action ?? task ?? thought;
  const unitName = unit?.name && unit.name !== agent?.name ? unit.name : null;
  const doing = what === null ? unitName : unitName === null ? what : `${what} (${unitName})`;
  const cost = usedCredits > 0 ? creditsText(usedCredits) : null;
  const parts = [agent?.name ?? null, doing, tokensText([step]), cost, error === null ? null : `failed: ${error}`];
  return parts.filter((part): part is string => part !== null && part !== '').join(' · ');
}

/** The tokens of steps: in, out and all of them. Null if none of the steps has any. */
export function tokensText(steps: readonly AgentStep[]): string | null {
  const sum = (read: (step: AgentStep) => number | null): number => steps.reduce((total, step) => total + (read(step) ?? 0), 0);
  const [incoming, outgoing] = [sum((step) => step.inputTokens), sum((step) => step.outputTokens)];
  const all = sum((step) => step.totalTokens) || incoming + outgoing;
  return all > 0 ? `↓${incoming} ↑${outgoing} (${all})` : null;
}

export function creditsText(credits: number): string {
  return `${Number(credits.toPrecision(3))} credits`;
}

function actor(value: unknown): StepActor | null {
  if (typeof value === 'string' && value !== '') return { id: null, name: value, type: null, isSystemAgent: false };
  if (!isObject(value)) return null;
  return {
    id: text(value.id),
    name: text(value.name),
    type: text(value.type),
    isSystemAgent: (value.is_system_agent ?? value.isSystemAgent) === true,
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function time(value: unknown): Date | null {
  const date = typeof value === 'string' || typeof value === 'number' ? new Date(value) : null;
  return date === null || Number.isNaN(date.getTime()) ? null : date;
}
