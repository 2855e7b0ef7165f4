import { isRecord } from '../../assets/spelling.js';
import { timestamp } from '../../clock.js';
import type { Platform } from '../../context.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRunRow } from '../../store/schema.js';
import { withTimeLimit } from '../interruption.js';
import { AgentWork, type Subagent } from './agent-work.js';
import { budgetOf } from './budget.js';
import { Inspectors, Refusal } from './inspectors.js';
import { questionOf } from './question.js';
import { type AssetResult, countTokens, RunFailure } from './results.js';
import { Trace } from './trace.js';

/** The input with another question, where the client put the first one. */
function withQuestion(input: JsonRecord, question: unknown): JsonRecord {
  return { ...input, query: isRecord(input.query) && 'input' in input.query ? { ...input.query, input: question } : question };
}

/**
 * Runs an agent: its inspectors look at the question, the agent works, and they look at the steps and at the output.
 * @throws RunFailure when the output has more tokens than the run may use, or a limit of its budget is exceeded.
 */
export async function runAgent(
  platform: Platform,
  run: AssetRunRow,
  record: JsonRecord | undefined,
  input: JsonRecord,
  signal: AbortSignal,
): Promise<AssetResult> {
  const agent: Subagent = { id: run.assetId, collection: run.collection, name: String(record?.name ?? run.assetId), record };
  const budget = budgetOf(record, input);
  const trace = new Trace(platform, run);
  const inspectors = new Inspectors(platform, run.teamId, trace, input.inspectors ?? record?.inspectors);
  const work = new AgentWork(platform, run, trace, inspectors, budget);
  let governance: JsonRecord = {};
  let question = questionOf(input) ?? input;

  const produce = async (limited: AbortSignal): Promise<unknown> => {
    question = await inspectors.inspect('input', question, limited);
    const asked = question === (questionOf(input) ?? input) ? input : withQuestion(input, question);
    const reasons: string[] = [];
    const once = (): Promise<unknown> => work.answer(agent, reasons.length > 0 ? { ...asked, critiques: [...reasons] } : asked, limited);
    const again = (reason: string): Promise<unknown> => {
      reasons.push(reason);
      return once();
    };
    const output = await inspectors.inspect('steps', await once(), limited, again, () => trace.steps);
    return await inspectors.inspect('output', output, limited, again);
  };

  let output: unknown;
  try {
    output = budget.seconds === undefined ? await produce(signal) : await withTimeLimit(budget.seconds, signal, produce);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    output = `Stopped by the inspector '${error.inspector}': ${error.message}`;
    governance = { status: 'ABORTED', source: error.inspector, reason: error.message };
  }
  await inspectors.end();
  const { maxTokens } = isRecord(input.executionParams) ? input.executionParams : {};
  if (typeof maxTokens === 'number' && countTokens(output) > maxTokens) {
    throw new RunFailure('token limit reached', { diagnosticErrorCodes: ['MAX_TOKENS_REACHED'] });
  }
  return resultOf(platform, run, agent, { question, output, trace, work, governance, critiques: inspectors.critiques });
}

/** The result of a run in the vendor's form. */
function resultOf(
  platform: Platform,
  run: AssetRunRow,
  { id, name }: Subagent,
  end: { question: unknown; output: unknown; trace: Trace; work: AgentWork; governance: JsonRecord; critiques: string },
): AssetResult {
  const { question, output, trace, work } = end;
  const endedAt = timestamp(platform.clock);
  const runtime = (Date.parse(endedAt) - Date.parse(run.startedAt ?? endedAt)) / 1000;
  const { steps, usedCredits } = trace;
  const said = work.said;
  const governance = { ...said.governance, ...end.governance };
  const data = {
    input: question,
    output,
    session_id: run.sessionId ?? `${id}_${run.runId}`,
    steps,
    intermediateSteps: [],
    critiques: [said.critiques, end.critiques].filter((text) => text !== undefined && text !== '').join('\n'),
    diagnosticErrorCodes: said.codes,
    executionStats: {
      runtime,
      credits: usedCredits,
      api_calls: steps.length,
      assets_used: [...new Set([name, ...work.used])],
      runtime_breakdown: { [name]: runtime },
      credit_breakdown: { [name]: usedCredits },
      request_id: run.runId,
      diagnostic_error_codes: said.codes,
      sessionId: run.sessionId,
      requestId: run.runId,
    },
    governanceStatus: governance.status ?? null,
    governanceSource: governance.source ?? null,
    governanceReason: governance.reason ?? null,
  };
  return { data, extras: { sessionId: run.sessionId, usedCredits, runTime: runtime }, tokens: trace.tokens };
}
