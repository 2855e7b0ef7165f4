import type { Progress, StandardSchema } from '#front';
import { isObject, validated } from '../../vendor.js';
import { AixplainResult } from '../result.js';
import { type Json, stepsOf } from '../steps.js';
import { type AgentStep, creditsText, describeStep, readStep, tokensText } from './agent-step.js';

/** What the governance of the platform decided about a run. */
export interface Governance {
  /** What was decided, such as `ABORTED`. */
  readonly status: unknown;
  /** Which inspector decided it. */
  readonly source: unknown;
  /** Why. */
  readonly reason: unknown;
}

/** What a run of an agent gave. */
export interface AgentData {
  /** What the agent was asked. */
  readonly input: unknown;
  /** The answer: a text, or what the output format makes of it. */
  readonly output: unknown;
  /** What the agent did, in order. */
  readonly steps: readonly AgentStep[];
  /** The session of the run, to which later runs can belong. */
  readonly sessionId: string | null;
  /** Times, credits, calls and assets, as the platform counts them. */
  readonly executionStats: Json | null;
  /** What inspectors and reviewers objected to. */
  readonly critiques: unknown;
  /** What inspectors decided about the run; null when they let it pass. */
  readonly governance: Governance | null;
}

/**
 * The result of a run of an agent, and of each poll of it. `runTime` and `usedCredits` are those of the whole run, wherever the platform
 * puts them.
 */
export class AgentResult extends AixplainResult<AgentData> {
  constructor(raw: Record<string, unknown>) {
    super(raw);
    const data = dataOf(raw);
    (this as { data: AgentData }).data = data;
    (this as { sessionId: string | null }).sessionId ??= data.sessionId;
  }

  /** The answer; same as `data.output`. */
  get output(): unknown {
    return this.data.output;
  }

  /** The steps so far; same as `data.steps`. */
  get steps(): readonly AgentStep[] {
    return this.data.steps;
  }

  /**
   * The answer as a validator returns it; JSON text is parsed first: `await result.parsed(z.object({ city: z.string() }))`.
   *
   * @throws ValidationError for an answer that does not fit, with a detail for each problem.
   */
  parsed<T>(schema: StandardSchema<T>): Promise<T> {
    return validated(schema, jsonOr(this.output), 'The output of the agent');
  }

  /** The number of the latest step, who performs it and what with, and the credits so far. */
  override readProgress(): Progress {
    const { steps } = this;
    const step = steps.at(-1);
    if (step === undefined) return super.readProgress();
    const credits = steps.reduce((sum, each) => sum + each.usedCredits, 0) || this.usedCredits;
    const { agent, unit, action, task, thought } = step;
    const parts = [
      agent?.name,
      action ?? task ?? thought,
      unit?.name === agent?.name ? null : unit?.name,
      credits > 0 && creditsText(credits),
    ];
    const message = parts.filter(Boolean).join(' · ') || this.status;
    return super.readProgress({ step: steps.length, message });
  }

  /** The steps line by line, and what they took together. */
  summary(): string {
    const total = [`${this.steps.length} steps`, tokensText(this.steps), this.usedCredits > 0 ? creditsText(this.usedCredits) : null];
    const time = this.runTime > 0 ? `${Number(this.runTime.toPrecision(3))} s` : null;
    return [...this.steps.map(describeStep), [...total, time].filter(Boolean).join(' · ')].join('\n');
  }
}

/** What a JSON text says; any other value as it is. */
function jsonOr(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function dataOf(raw: Json): AgentData {
  const { data } = raw;
  const found: Json = isObject(data) ? data : {};
  const stats = found.executionStats ?? found.execution_stats;
  const session = found.session_id ?? found.sessionId ?? raw.sessionId;
  return {
    ...found,
    input: found.input ?? null,
    output: (isObject(data) ? data.output : raw.completed === true ? data : null) ?? null,
    steps: stepsOf(raw).map(readStep),
    sessionId: typeof session === 'string' && session !== '' ? session : null,
    executionStats: isObject(stats) ? stats : null,
    critiques: found.critiques ?? null,
    governance: governanceOf(found),
  };
}

function governanceOf(data: Json): Governance | null {
  const own: Json = isObject(data.governance) ? data.governance : {};
  const [status, source, reason] = [
    own.status ?? data.governanceStatus,
    own.source ?? data.governanceSource,
    own.reason ?? data.governanceReason,
  ].map((value) => value ?? null);
  return status === null && source === null && reason === null ? null : { status, source, reason };
}
