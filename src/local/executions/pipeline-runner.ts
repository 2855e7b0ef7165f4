import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { objectUri, putObject } from '../blobs/objects.js';
import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { BlockProgress } from '../engine/types.js';
import type { GraphOutput } from '../isolation/protocol.js';
import type { JobRunner } from '../queue/queue.js';
import type { PipelineExecutionRow } from '../store/schema.js';
import { assignments, execute, rowOf, type Statement } from '../store/statements.js';
import { type Changes, completionChanges, failureChanges, messageOf, Progress } from './execution-changes.js';
import { isInterrupted, rethrowIfUnfinished, withTimeLimit } from './interruption.js';
import { inlineLimit, runConfiguration } from './run-configuration.js';

/** Seconds that an execution may take. */
const timeLimit = 3600;

/** Milliseconds in which reports of progress are collected. */
const progressPeriod = 20;

/** An execution that begins, with the configuration that it runs. */
type Begun = Pick<PipelineExecutionRow, 'pipelineExecutionId' | 'teamId' | 'pipelineInput' | 'startedAt'> & { configuration: string };

const executionAndConfiguration = `
  select execution."pipelineExecutionId", execution."teamId", execution."pipelineInput", execution."startedAt", version.configuration
  from "pipelineExecutions" as execution
  join "pipelineConfigurationVersions" as version using ("pipelineConfigurationVersionId")
  where execution."pipelineExecutionId" = ? and execution.status in ('pending', 'running')`;

/** Runs pipeline executions. */
export function pipelineRunner(platform: Platform): JobRunner {
  const { store, clock } = platform;

  /** The statement that updates an execution, if it has not ended meanwhile and is not paused. */
  function update(id: string, changes: Changes): Statement {
    const values = { ...changes, updatedAt: timestamp(clock) };
    const text = `update "pipelineExecutions" set ${assignments(values)} where "pipelineExecutionId" = ? and status in ('pending', 'running')`;
    return { text, parameters: [...Object.values(values), id] };
  }

  async function failure(id: string, message: string, last: Changes = {}): Promise<Statement> {
    const row = await rowOf<Pick<PipelineExecutionRow, 'progressData' | 'startedAt'>>(
      store,
      'select "progressData", "startedAt" from "pipelineExecutions" where "pipelineExecutionId" = ?',
      [id],
    );
    const failed = failureChanges(clock, message, { ...last, progressData: last.progressData ?? row?.progressData ?? '{}' });
    // One that could not begin has no start yet.
    return update(id, { startedAt: row?.startedAt ?? failed.failedAt, ...failed });
  }

  async function completion(execution: Begun, output: GraphOutput, last: Changes | undefined): Promise<Statement> {
    const { pipelineExecutionId: id, teamId } = execution;
    if ('json' in output) return update(id, completionChanges(clock, output, last));
    const key = `outputs/${teamId}/${id}.json.gz`;
    try {
      await putObject(platform, key, 'application/gzip', createReadStream(output.file));
    } finally {
      await rm(output.file, { force: true });
    }
    return update(id, { ...completionChanges(clock, output, last), pipelineOutputFileUri: objectUri(key), outputObjectKey: key });
  }

  return {
    fail: async (id, message) => [await failure(id, message)],
    async run(id, signal) {
      const execution = await rowOf<Begun>(store, executionAndConfiguration, [id]);
      if (!execution) return;
      const { teamId, configuration, pipelineInput: input, startedAt } = execution;
      const start: Changes = { status: 'running', startedAt: startedAt ?? timestamp(clock), currentStep: 0, progressData: '{}' };
      await execute(store, update(id, start));
      const progress = new ProgressWriter(async (changes) => void (await execute(store, update(id, changes))));
      const onProgress = (step: BlockProgress): void => progress.report(step);
      const run = { teamId, configuration, input, onProgress, output: 'outputs', inlineBytes: inlineLimit } as const;
      try {
        const output = await withTimeLimit(timeLimit, signal, (limited) => runConfiguration(platform, { ...run, signal: limited }));
        return [await completion(execution, output, await progress.end())];
      } catch (error) {
        const last = await progress.end();
        rethrowIfUnfinished(signal, error);
        return isInterrupted(signal) ? [] : [await failure(id, messageOf(error), last)];
      }
    },
  };
}

/** Writes the progress of an execution: what is reported within a moment, or during a write, is one write. */
class ProgressWriter {
  readonly #write: (changes: Changes) => Promise<void>;
  readonly #progress = new Progress();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(write: (changes: Changes) => Promise<void>) {
    this.#write = write;
  }

  report(progress: BlockProgress): void {
    this.#progress.report(progress);
    this.#timer ??= setTimeout(() => {
      // A write that fails is made up for by the next one.
      this.#writing = this.#writing.then(() => this.#flush()).catch(() => {});
    }, progressPeriod);
  }

  /** Ends the writing. Gives the changes that are not written yet. */
  async end(): Promise<Changes | undefined> {
    await this.#writing;
    return this.#take();
  }

  async #flush(): Promise<void> {
    const changes = this.#take();
    if (changes) await this.#write(changes);
  }

  #take(): Changes | undefined {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#progress.take();
  }
}
