import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { objectUri, putObject } from '../blobs/objects.js';
import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { BlockProgress } from '../engine/types.js';
import type { GraphOutput } from '../isolation/protocol.js';
import type { JobRunner } from '../queue/queue.js';
import type { PipelineExecutionRow } from '../store/schema.js';
import { assignments, execute, rowOf } from '../store/statements.js';
import { isInterrupted, rethrowIfUnfinished, withTimeLimit } from './interruption.js';
import { runConfiguration } from './run-configuration.js';

/** Outputs of more bytes of JSON are stored as gzipped objects. */
const inlineLimit = 1024 * 1024;
/** Seconds that an execution may take. */
const timeLimit = 3600;

/** Milliseconds in which reports of progress are collected. */
const progressPeriod = 20;

type Changes = Partial<PipelineExecutionRow>;

/** Runs pipeline executions. */
export function pipelineRunner(platform: Platform): JobRunner {
  const { store, clock } = platform;

  /** Updates an execution that is running; false when it no longer is. */
  async function update(id: string, changes: Changes): Promise<boolean> {
    const values = { ...changes, updatedAt: timestamp(clock) };
    const text = `update "pipelineExecutions" set ${assignments(values)} where "pipelineExecutionId" = ? and status = 'running'`;
    return (await execute(store, { text, parameters: [...Object.values(values), id] })) > 0;
  }

  async function begin(id: string): Promise<PipelineExecutionRow | undefined> {
    const at = timestamp(clock);
    const text = `update "pipelineExecutions"
      set status = 'running', "startedAt" = coalesce("startedAt", ?), "currentStep" = 0, "progressData" = '{}', "updatedAt" = ?
      where "pipelineExecutionId" = ? and status in ('pending', 'running') returning *`;
    return await rowOf<PipelineExecutionRow>(store, text, [at, at, id]);
  }

  async function fail(id: string, message: string, last: Changes = {}): Promise<void> {
    const row = await store
      .selectFrom('pipelineExecutions')
      .select('progressData')
      .where('pipelineExecutionId', '=', id)
      .executeTakeFirst();
    const progress = { ...JSON.parse(last.progressData ?? row?.progressData ?? '{}'), message, error: message, errors: [message] };
    await update(id, { ...last, status: 'failed', failedAt: timestamp(clock), progressData: JSON.stringify(progress) });
  }

  async function complete(execution: PipelineExecutionRow, output: GraphOutput, last: Changes): Promise<void> {
    const { pipelineExecutionId: id, teamId } = execution;
    const done = (): Changes => ({ ...last, status: 'completed', completedAt: timestamp(clock), pipelineOutputSummary: output.summary });
    if ('json' in output) {
      await update(id, { ...done(), pipelineOutput: output.json });
      return;
    }
    const key = `outputs/${teamId}/${id}.json.gz`;
    try {
      await putObject(platform, key, 'application/gzip', createReadStream(output.file));
    } finally {
      await rm(output.file, { force: true });
    }
    await update(id, { ...done(), pipelineOutputFileUri: objectUri(key), outputObjectKey: key });
  }

  return {
    fail,
    async run(id, signal) {
      const execution = await begin(id);
      if (!execution) return;
      const version = await rowOf<{ configuration: string }>(
        store,
        'select configuration from "pipelineConfigurationVersions" where "pipelineConfigurationVersionId" = ?',
        [execution.pipelineConfigurationVersionId],
      );
      if (!version) throw new Error('Its configuration version no longer exists.');
      const progress = new ProgressWriter((changes) => update(id, changes));
      try {
        const output = await withTimeLimit(timeLimit, signal, (limited) =>
          runConfiguration(platform, {
            teamId: execution.teamId,
            configuration: version.configuration,
            input: execution.pipelineInput,
            signal: limited,
            onProgress: (step) => progress.report(step),
            output: 'outputs',
            inlineBytes: inlineLimit,
          }),
        );
        await complete(execution, output, await progress.end());
      } catch (error) {
        const last = await progress.end();
        rethrowIfUnfinished(signal, error);
        if (!isInterrupted(signal)) await fail(id, error instanceof Error ? error.message : String(error), last);
      }
    },
  };
}

/** Writes the progress of an execution: what is reported within a moment, or during a write, is one write. */
class ProgressWriter {
  readonly #write: (changes: Changes) => Promise<boolean>;
  readonly #blocks: Record<string, { type: string; state: string }> = {};
  #latest: BlockProgress | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(write: (changes: Changes) => Promise<boolean>) {
    this.#write = write;
  }

  report(progress: BlockProgress): void {
    this.#blocks[progress.blockId] = { type: progress.blockType, state: progress.state };
    this.#latest = progress;
    this.#timer ??= setTimeout(() => {
      // A write that fails is made up for by the next one.
      this.#writing = this.#writing.then(() => this.#flush()).catch(() => {});
    }, progressPeriod);
  }

  /** Ends the writing. Gives the changes that are not written yet. */
  async end(): Promise<Changes> {
    await this.#writing;
    return this.#take() ?? {};
  }

  async #flush(): Promise<void> {
    const changes = this.#take();
    if (changes) await this.#write(changes);
  }

  #take(): Changes | undefined {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#latest) return undefined;
    const { blockId, message, step, steps } = this.#latest;
    this.#latest = undefined;
    const progressData = JSON.stringify({ message, current_block: blockId, blocks: this.#blocks });
    return { progressData, currentStep: step, totalSteps: Math.max(steps, 1) };
  }
}
