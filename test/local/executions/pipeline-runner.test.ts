import { expect } from 'chai';
import type { Platform } from '../../../src/local/context.js';
import { pipelineRunner } from '../../../src/local/executions/pipeline-runner.js';
import { inMemory, openSqlite } from '../../../src/local/store/sqlite/database.js';
import { executeAll, insertion, rowOf } from '../../../src/local/store/statements.js';
import type { Store } from '../../../src/local/store/store.js';

const [before, now] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
const times = { createdAt: before, updatedAt: before };

describe('The job of a pipeline execution that ends without a result', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openSqlite(inMemory);
    const version = { pipelineConfigurationVersionId: 'v', pipelineId: 'p', teamId: 't' };
    const execution = { ...version, pipelineInput: '{}', pipelineInputSummary: '', progressData: '{}', ...times };
    await executeAll(store, [
      insertion('teams', { teamId: 't', name: 't', ...times }),
      insertion('pipelines', { pipelineId: 'p', teamId: 't', name: 'p', nameLower: 'p', ...times }),
      insertion('pipelineConfigurationVersions', { ...version, configuration: '{}', version: 1, status: 'current', ...times }),
      insertion('pipelineExecutions', { ...execution, pipelineExecutionId: 'instant', status: 'pending' }),
      insertion('pipelineExecutions', { ...execution, pipelineExecutionId: 'running', status: 'running', startedAt: before }),
      insertion('pipelineExecutions', { ...execution, pipelineExecutionId: 'cancelled', status: 'cancelled' }),
    ]);
  });
  afterEach(() => store.destroy());

  it('fails the execution, which has a start, unless it has ended', async () => {
    const runner = pipelineRunner({ store, clock: { now: () => Date.parse(now) } } as Platform);
    const states = [];
    for (const id of ['instant', 'running', 'cancelled']) {
      await runner.fail(id, 'No.');
      const text = 'select status, "startedAt", "failedAt" from "pipelineExecutions" where "pipelineExecutionId" = ?';
      states.push(await rowOf(store, text, [id]));
    }
    expect(states).to.deep.equal([
      { status: 'failed', startedAt: now, failedAt: now },
      { status: 'failed', startedAt: before, failedAt: now },
      { status: 'cancelled', startedAt: null, failedAt: null },
    ]);
  });
});
