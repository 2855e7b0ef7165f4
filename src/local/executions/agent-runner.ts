import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { BlockHandler } from '../engine/types.js';
import type { JobEnd, JobRunner } from '../queue/queue.js';
import type { Store } from '../store/database.js';
import { agentConfigurationVersions, serialize } from '../store/record-kinds.js';
import type { AgentConfigurationVersionRow, AgentExecutionRow } from '../store/schema.js';
import { isInterrupted, rethrowIfUnfinished, withTimeLimit } from './interruption.js';
import { agentBlock } from './job-kinds.js';
import { runConfiguration } from './run-configuration.js';

type Changes = Partial<AgentExecutionRow>;
type Output = Record<string, unknown>;

/** A configuration that runs the agent, as JSON: with its handler where one is registered, otherwise with its language model. */
function configurationOf(version: AgentConfigurationVersionRow, input: string, handler: BlockHandler | undefined): string {
  const config = handler ? serialize(agentConfigurationVersions, version) : modelConfig(version);
  const work = { id: 'agent', type: handler ? agentBlock : 'llm', config };
  const given = handler ? input : JSON.stringify(messages(version, input));
  const answer = { id: 'answer', type: 'output', config: { name: 'answer' } };
  const connections = [
    { source_block_id: 'given', source_port: 'data', target_block_id: 'agent', target_port: handler ? 'data' : 'messages' },
    { source_block_id: 'agent', source_port: handler ? 'data' : 'response', target_block_id: 'answer', target_port: 'data' },
  ];
  const constant = `{"id":"given","type":"constant","config":{"config_value":${given}}}`;
  const blocks = `{"given":${constant},"agent":${JSON.stringify(work)},"answer":${JSON.stringify(answer)}}`;
  const id = JSON.stringify(version.agentConfigurationVersionId);
  return `{"id":${id},"name":"agent","blocks":${blocks},"connections":${JSON.stringify(connections)}}`;
}

function modelConfig(version: AgentConfigurationVersionRow): Output {
  const { thought_llm } = JSON.parse(version.llmConfig) as { thought_llm?: { provider: string; model_tier: string; model?: string } };
  const { provider = 'openai', model_tier = 'small', model } = thought_llm ?? {};
  return { provider, model: model_tier, ...(model !== undefined && { model_override: model }) };
}

function messages(version: AgentConfigurationVersionRow, input: string): { role: string; content: string }[] {
  const system = [version.systemPrompt, version.instructions].filter((part) => part).join('\n\n');
  return [
    { role: 'system', content: system },
    { role: 'user', content: input },
  ];
}

/** Runs agent executions. */
export function agentRunner(platform: Platform): JobRunner {
  const { store, clock, handlers } = platform;

  async function update(
    id: string,
    changes: Changes,
    from: string[] = ['running'],
    on: Store = store,
  ): Promise<AgentExecutionRow | undefined> {
    return await on
      .updateTable('agentExecutions')
      .set({ ...changes, updatedAt: timestamp(clock) })
      .where('agentExecutionId', '=', id)
      .where('status', 'in', from)
      .returningAll()
      .executeTakeFirst();
  }

  /** Adds the next memory state of an execution, as JSON. */
  async function addMemoryState(on: Store, id: string, state: string): Promise<void> {
    const at = timestamp(clock);
    const { highest } = await on
      .selectFrom('agentExecutionMemoryStates')
      .select((of) => of.fn.max('version').as('highest'))
      .where('agentExecutionId', '=', id)
      .executeTakeFirstOrThrow();
    const version = Number(highest ?? 0) + 1;
    const row = { agentExecutionMemoryStateId: platform.newId(), agentExecutionId: id, state, version };
    await on
      .insertInto('agentExecutionMemoryStates')
      .values({ ...row, createdAt: at, updatedAt: at })
      .execute();
  }

  async function fail(id: string, message: string): Promise<JobEnd> {
    const at = timestamp(clock);
    const thoughts = JSON.stringify([{ text: message, createdAt: at }]);
    const changes = { status: 'failed', failedAt: at, agentOutputSummary: message.slice(0, 500), thoughts } as const;
    return async (on) => void (await update(id, changes, ['running'], on));
  }

  async function work(execution: AgentExecutionRow, signal: AbortSignal): Promise<JobEnd> {
    const id = execution.agentExecutionId;
    const { agentInput } = execution;
    const version = await store
      .selectFrom('agentConfigurationVersions')
      .selectAll()
      .where('agentConfigurationVersionId', '=', execution.agentConfigurationVersionId)
      .executeTakeFirstOrThrow();
    const handler = handlers.get(agentBlock);
    if (!handler && !platform.llm) {
      throw new Error(
        `Nothing is set up to run agents: start the platform with \`llm\`, or register a handler with platform.block('${agentBlock}', handler).`,
      );
    }
    const task = { stepType: 'task', task: execution.agentInputSummary, startedAt: execution.startedAt };
    // The input and the output are JSON already, of any length.
    await addMemoryState(store, id, `{"input":${agentInput},"steps":${JSON.stringify([task])}}`);
    const { timeout_minutes } = JSON.parse(version.executionConfig) as { timeout_minutes: number };
    const seconds = timeout_minutes * 60;
    const result = await withTimeLimit(seconds, signal, (limited) =>
      runConfiguration(platform, {
        teamId: execution.teamId,
        configuration: configurationOf(version, agentInput, handler),
        input: '{}',
        signal: limited,
        output: 'answer',
        inlineBytes: Number.POSITIVE_INFINITY,
        blockSeconds: seconds,
      }),
    );
    const output = 'json' in result ? result.json : '{}';
    const final = { stepType: 'final_answer', finalAnswer: { type: 'final_answer', output: result.summary }, endedAt: timestamp(clock) };
    const state = `{"input":${agentInput},"output":${output},"steps":${JSON.stringify([task, final])}}`;
    const changes: Changes = {
      status: 'completed',
      completedAt: timestamp(clock),
      agentOutput: output,
      agentOutputSummary: result.summary.slice(0, 500),
      currentStep: 1,
    };
    return async (on) => {
      if (await update(id, changes, ['running'], on)) await addMemoryState(on, id, state);
    };
  }

  return {
    fail,
    async run(id, signal) {
      const at = timestamp(clock);
      const execution = await update(id, { status: 'running', startedAt: at, currentStep: 0 }, ['pending', 'running']);
      if (!execution) return;
      try {
        return await work(execution, signal);
      } catch (error) {
        rethrowIfUnfinished(signal, error);
        return isInterrupted(signal) ? [] : await fail(id, error instanceof Error ? error.message : String(error));
      }
    },
  };
}
