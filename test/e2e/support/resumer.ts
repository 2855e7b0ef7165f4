import { Moderately, type ModeratelyOptions } from '../../../src/moderately/index.js';

/** What a process is told to do: start executions and wait, or go on waiting by tokens. */
export type Task = { options: ModeratelyOptions } & ({ start: { versionId: string; count: number } } | { resume: string[] });

/** A process of its own: tells the tokens of what it waits for, then how each ended. */
process.once('message', async ({ options, ...task }: Task) => {
  const { PipelineExecution } = new Moderately(options);
  const executions =
    'resume' in task
      ? task.resume.map((token) => PipelineExecution.resume(token))
      : await Promise.all(Array.from({ length: task.start.count }, (_, n) => PipelineExecution.start(task.start.versionId, { in: n })));
  process.send!(executions.map((execution) => execution.token({ timeout: 60 })));
  const ended = await Promise.all(executions.map((execution) => execution.wait({ waitTime: 0.05 })));
  process.send!(ended.map(({ id, status, pipelineOutput }) => ({ id, status, output: pipelineOutput })));
  process.disconnect();
});
