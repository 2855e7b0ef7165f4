import { isRecord, recordsOf } from '../../assets/spelling.js';
import { timestamp } from '../../clock.js';
import type { Platform } from '../../context.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRunRow } from '../../store/schema.js';
import { textOf, wholeOf } from './chunks.js';
import { callHandler, questionOf } from './handlers.js';
import { type AssetResult, countTokens, RunFailure, unwrapped } from './results.js';

/** What the handler of an agent may return beside `output`, in place of its output alone. */
const agentMembers = ['steps', 'critiques', 'usedCredits', 'diagnosticErrorCodes', 'governance'];

/**
 * The steps of an agent's inspectors, by which progress displays show what they did. An inspector is asked by the handler of
 * its evaluator; what that says is shown, not acted upon.
 */
async function inspectorSteps(
  platform: Platform,
  run: AssetRunRow,
  inspectors: JsonRecord[],
  output: unknown,
  signal: AbortSignal,
): Promise<JsonRecord[]> {
  return await Promise.all(
    inspectors.map(async (inspector, index) => {
      const { assetId, prompt = null } = isRecord(inspector.evaluator) ? inspector.evaluator : {};
      const start = timestamp(platform.clock);
      const judge = { assetId: String(assetId ?? ''), collection: 'inspectors', teamId: run.teamId };
      const asked = platform.handlers.has(judge.assetId);
      const verdict = asked
        ? textOf(await wholeOf(await callHandler(platform, judge, inspector, { text: output, data: output, prompt }, signal), signal))
        : `Not inspected: register the evaluator with platform.block('${judge.assetId}', handler).`;
      const id = `i${index + 1}`;
      return {
        id,
        agent: { id: `${String(inspector.name)}_inspector`, name: 'Inspector', is_system_agent: true },
        unit: { id, name: 'Inspector', type: 'inspector' },
        action: (isRecord(inspector.action) ? inspector.action.type : inspector.action) ?? null,
        output: verdict,
        start_time: start,
        end_time: timestamp(platform.clock),
      };
    }),
  );
}

/**
 * Runs an agent with its handler, or that of all agents. The result has its output, its steps and what they cost.
 * @throws RunFailure when the output has more tokens than the run may use.
 */
export async function runAgent(
  platform: Platform,
  run: AssetRunRow,
  record: JsonRecord | undefined,
  input: JsonRecord,
  signal: AbortSignal,
): Promise<AssetResult> {
  const returned = await wholeOf(await callHandler(platform, run, record, input, signal), signal);
  const { value: output = null, beside } = unwrapped(returned, 'output', agentMembers);
  const question = questionOf(input) ?? input;
  const inputTokens = countTokens(question);
  const outputTokens = countTokens(output);
  const { maxTokens } = isRecord(input.executionParams) ? input.executionParams : {};
  if (typeof maxTokens === 'number' && outputTokens > maxTokens) {
    throw new RunFailure('token limit reached', { diagnosticErrorCodes: ['MAX_TOKENS_REACHED'] });
  }
  const endedAt = timestamp(platform.clock);
  const startedAt = run.startedAt ?? endedAt;
  const runtime = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  const usedCredits = typeof beside.usedCredits === 'number' ? beside.usedCredits : 0;
  const name = String(record?.name ?? run.assetId);
  const step = {
    id: '1',
    agent: { id: run.assetId, name, is_system_agent: false },
    unit: { id: run.assetId, name, type: 'agent' },
    ...{ input: question, output, thought: null, action: null, task: null, reason: null, error: null },
    ...{ api_calls: 1, used_credits: usedCredits },
    ...{ input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: inputTokens + outputTokens },
    ...{ start_time: startedAt, end_time: endedAt },
  };
  const inspectors = recordsOf(input.inspectors ?? record?.inspectors);
  const steps = Array.isArray(beside.steps) ? beside.steps : [step, ...(await inspectorSteps(platform, run, inspectors, output, signal))];
  const codes = Array.isArray(beside.diagnosticErrorCodes) ? beside.diagnosticErrorCodes : [];
  const governance = isRecord(beside.governance) ? beside.governance : {};
  const data = {
    input: question,
    output,
    session_id: run.sessionId ?? `${run.assetId}_${run.runId}`,
    steps,
    intermediateSteps: [],
    critiques: beside.critiques ?? '',
    diagnosticErrorCodes: codes,
    executionStats: {
      runtime,
      credits: usedCredits,
      api_calls: steps.length,
      assets_used: [name],
      runtime_breakdown: { [name]: runtime },
      credit_breakdown: { [name]: usedCredits },
      request_id: run.runId,
      diagnostic_error_codes: codes,
      sessionId: run.sessionId,
      requestId: run.runId,
    },
    governanceStatus: governance.status ?? null,
    governanceSource: governance.source ?? null,
    governanceReason: governance.reason ?? null,
  };
  return { data, extras: { sessionId: run.sessionId, usedCredits, runTime: runtime }, tokens: inputTokens + outputTokens };
}
