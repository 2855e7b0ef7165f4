import { rm } from 'node:fs/promises';
import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { PipelineExecutionRow } from '../store/schema.js';
import { completionChanges, failureChanges, messageOf, Progress } from './execution-changes.js';
import { runAtOnce } from './run-configuration.js';

/**
 * Runs an execution that is done at once, so that its row is written once, with its end, and it needs no job: it has ended before its
 * client can know of it. Gives the row; undefined for one that may take time, or whose output is not stored in the row.
 * @param configuration The JSON that it runs.
 */
export async function endedAtOnce(
  platform: Platform,
  row: PipelineExecutionRow,
  configuration: string,
): Promise<PipelineExecutionRow | undefined> {
  const { clock } = platform;
  const startedAt = timestamp(clock);
  const progress = new Progress();
  const ended = { ...row, startedAt, currentStep: 0 };
  try {
    const running = runAtOnce(platform, row.teamId, configuration, row.pipelineInput, (step) => progress.report(step));
    if (!running) return undefined;
    const output = await running;
    if ('json' in output) Object.assign(ended, completionChanges(clock, output, progress.take()));
    else {
      await rm(output.file, { force: true });
      return undefined;
    }
  } catch (error) {
    Object.assign(ended, failureChanges(clock, messageOf(error), progress.take() ?? {}));
  }
  return { ...ended, updatedAt: timestamp(clock) };
}
