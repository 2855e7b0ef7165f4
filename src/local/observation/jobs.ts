import { agentJob, assetJob, datasetJob, pipelineJob } from '../executions/job-kinds.js';
import { type JobEnd, type JobRunner, writeEnd } from '../queue/queue.js';
import type { Store } from '../store/database.js';
import { rowOf } from '../store/statements.js';
import type { Observer } from './observer.js';

/** Where the record of a job has its status. */
const statuses: Readonly<Record<string, string>> = {
  [pipelineJob]: 'select status from "pipelineExecutions" where "pipelineExecutionId" = ?',
  [agentJob]: 'select status from "agentExecutions" where "agentExecutionId" = ?',
  [assetJob]: 'select status from "assetRuns" where "runId" = ?',
  [datasetJob]: 'select "processingStatus" as status from datasets where "datasetId" = ?',
};

async function statusOf(store: Store, kind: string, subjectId: string): Promise<string> {
  const row = await rowOf<{ status: string | null }>(store, statuses[kind] as string, [subjectId]);
  return row === undefined ? 'deleted' : (row.status ?? 'none');
}

/** A runner that tells an observer when jobs start, and with which status their records end. */
export function observedRunner(kind: string, runner: JobRunner, observer: Observer): JobRunner {
  /** The status is read in the transaction that ends the job. It may run several times, and is told of once. */
  const told = (subjectId: string, begin: number, end: JobEnd | undefined): JobEnd => {
    let isTold = false;
    return async (store) => {
      await writeEnd(store, end);
      const status = await statusOf(store, kind, subjectId);
      if (isTold) return;
      isTold = true;
      observer.jobEnded({ kind, subjectId, status, seconds: (performance.now() - begin) / 1000 });
    };
  };
  return {
    async run(subjectId, signal) {
      const begin = performance.now();
      observer.jobStarted(kind);
      return told(subjectId, begin, await runner.run(subjectId, signal));
    },
    async fail(subjectId, message) {
      const begin = performance.now();
      return told(subjectId, begin, await runner.fail(subjectId, message));
    },
  };
}
