import { timestamp } from '../../clock.js';
import type { Platform } from '../../context.js';
import type { AssetRunRow } from '../../store/schema.js';

/** What one step of a run says, apart from its id and its times. */
export interface Step {
  agent: { id: string; name: string; is_system_agent: boolean };
  unit: { id: string; name: string; type: string };
  input?: unknown;
  output: unknown;
  action?: unknown;
  reason?: unknown;
  error?: unknown;
  usedCredits?: number;
  usage?: { input: number; output: number };
}

/** The steps of a run of an agent, which polls see as they happen, and what they used. */
export class Trace {
  readonly #platform: Platform;
  readonly #runId: string;
  readonly #steps: unknown[] = [];
  usedCredits = 0;
  tokens = 0;

  constructor(platform: Platform, { runId }: AssetRunRow) {
    this.#platform = platform;
    this.#runId = runId;
  }

  get steps(): readonly unknown[] {
    return this.#steps;
  }

  /** The time, as the start of a step. */
  now(): string {
    return timestamp(this.#platform.clock);
  }

  /** Adds a step that began at `startedAt` and ends now; or, where `given` has steps, these in its place. */
  async add(step: Step, startedAt: string, given?: readonly unknown[]): Promise<void> {
    const { agent, unit, input = null, output, action = null, reason = null, error = null } = step;
    const { usedCredits = 0, usage = { input: 0, output: 0 } } = step;
    this.usedCredits += usedCredits;
    this.tokens += usage.input + usage.output;
    const own = {
      ...{ id: String(this.#steps.length + 1), agent, unit, input, output, thought: null, action, task: null, reason, error },
      ...{ api_calls: 1, used_credits: usedCredits },
      ...{ input_tokens: usage.input, output_tokens: usage.output, total_tokens: usage.input + usage.output },
      ...{ start_time: startedAt, end_time: this.now() },
    };
    this.#steps.push(...(given ?? [own]));
    await this.#platform.store
      .updateTable('assetRuns')
      .set({ output: JSON.stringify({ steps: this.#steps }) })
      .where('runId', '=', this.#runId)
      .where('status', '=', 'IN_PROGRESS')
      .execute();
  }
}
