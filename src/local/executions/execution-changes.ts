import { type Clock, timestamp } from '../clock.js';
import type { BlockProgress } from '../engine/types.js';
import type { GraphOutput } from '../isolation/protocol.js';
import type { PipelineExecutionRow } from '../store/schema.js';

/** Changes of the row of an execution. */
export type Changes = Partial<PipelineExecutionRow>;

/** What is reported of the blocks of an execution, as its row has it. */
export class Progress {
  readonly #blocks: Record<string, { type: string; state: string }> = {};
  #latest: BlockProgress | undefined;

  report(progress: BlockProgress): void {
    this.#blocks[progress.blockId] = { type: progress.blockType, state: progress.state };
    this.#latest = progress;
  }

  /** What has changed since it was asked for; undefined for nothing. */
  take(): Changes | undefined {
    if (!this.#latest) return undefined;
    const { blockId, message, step, steps } = this.#latest;
    this.#latest = undefined;
    const progressData = JSON.stringify({ message, current_block: blockId, blocks: this.#blocks });
    return { progressData, currentStep: step, totalSteps: Math.max(steps, 1) };
  }
}

/** How an execution ends that completes. `last` is the progress that is not written yet. */
export function completionChanges(clock: Clock, output: GraphOutput, last: Changes | undefined): Changes {
  const done = { ...last, status: 'completed', completedAt: timestamp(clock), pipelineOutputSummary: output.summary } as const;
  return 'json' in output ? { ...done, pipelineOutput: output.json } : done;
}

/** How an execution ends that fails. `last` has its progress. */
export function failureChanges(clock: Clock, message: string, last: Changes): Changes & { failedAt: string } {
  const progress = { ...JSON.parse(last.progressData ?? '{}'), message, error: message, errors: [message] };
  return { ...last, status: 'failed', failedAt: timestamp(clock), progressData: JSON.stringify(progress) };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
