import { type BaseRunParams, type ManyOptions, runMany, ValidationError } from '#front';
import type { Json } from '../steps.js';
import type { Agent } from './agent.js';
import type { AgentResult } from './agent-result.js';
import { isThreshold, type Measurement, Metric, passes } from './metric.js';

/** What agents are asked in an evaluation. Members beside the query, such as a reference, are for metrics of one's own. */
export interface EvaluationCase {
  /** What the agents are asked. */
  query: string | Json;
  [key: string]: unknown;
}

/** How an answer is judged: by a metric of the platform, or by a function. */
export type Judge = Metric | ((row: AnsweredRow) => Measurement | Promise<Measurement>);

/** A judge, and which of its scores pass: numbers above the threshold, or the texts in the list. */
export interface EvaluationMetric {
  /** What judges: a metric of the platform, or a function. */
  metric: Judge;
  /** What passes: the lowest number, or the accepted categories. Default: nothing is said about passing. */
  threshold?: number | readonly string[] | undefined;
}

export interface EvaluationOptions extends BaseRunParams, Pick<ManyOptions, 'concurrency'> {
  /** The judges by name. Default: none. */
  metrics?: Readonly<Record<string, Judge | EvaluationMetric>> | undefined;
}

/** What a metric said of an answer. */
export interface EvaluationScore {
  /** The score: a boolean, a number or a category. */
  readonly score: unknown;
  /** Why; null when the judge did not say. */
  readonly reasoning: string | null;
  /** Null without a threshold, or when it could not be judged. */
  readonly passed: boolean | null;
  /** Why it could not be judged; null if it was. */
  readonly error: Error | null;
}

/** One case, as one agent answered it. */
export interface EvaluationRow {
  /** The agent that was asked. */
  readonly agent: Agent;
  /** What it was asked. */
  readonly case: EvaluationCase;
  /** Null if the run failed. */
  readonly result: AgentResult | null;
  /** Why the run failed; null if it did not. */
  readonly error: Error | null;
  /** By the names of the metrics; empty if the run failed. */
  readonly scores: Readonly<Record<string, EvaluationScore>>;
}

/** A row whose run has ended well, as judges see it. */
export type AnsweredRow = Omit<EvaluationRow, 'result' | 'error' | 'scores'> & {
  /** What the agent's run resulted in. */
  readonly result: AgentResult;
};

/**
 * Asks each agent about each case and judges the answers: `for await (const { result, scores } of evaluate([agent], cases, { metrics }))`.
 * Rows come in the order of the cases, and of the agents within a case; up to `concurrency` (default 10) are under way. A run or a metric
 * that fails is recorded in its row. Other options are those of the runs; `timeout`, `waitTime` and `apiKey` are also those of the metrics.
 *
 * @throws ValidationError for a threshold that is neither a number nor a list of texts; AbortedError on abort.
 */
export async function* evaluate(
  agents: readonly Agent[],
  cases: Iterable<EvaluationCase> | AsyncIterable<EvaluationCase>,
  { metrics = {}, concurrency, signal, ...options }: EvaluationOptions = {},
): AsyncGenerator<EvaluationRow, void, void> {
  const judges = Object.entries(metrics).map(([name, given]) => [name, judgeOf(name, given)] as const);
  async function* asked(): AsyncGenerator<{ agent: Agent; case: EvaluationCase }> {
    for await (const each of cases) for (const agent of agents) yield { agent, case: each };
  }
  const many = { order: 'input' as const, ...(concurrency !== undefined && { concurrency }), ...(signal && { signal }) };
  const rows = runMany(asked(), (row, _index, own) => answered(row, judges, { ...options, signal: own }), many);
  for await (const outcome of rows) {
    if (outcome.status === 'rejected') throw outcome.reason;
    yield outcome.value;
  }
}

async function answered(
  row: { agent: Agent; case: EvaluationCase },
  judges: readonly (readonly [string, EvaluationMetric])[],
  options: BaseRunParams,
): Promise<EvaluationRow> {
  try {
    const result = await row.agent.run({ query: row.case.query }, options);
    const scores = judges.map(async ([name, judge]) => [name, await scoreOf(judge, { ...row, result }, options)] as const);
    return { ...row, result, error: null, scores: Object.fromEntries(await Promise.all(scores)) };
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return { ...row, result: null, error: error as Error, scores: {} };
  }
}

async function scoreOf({ metric, threshold }: EvaluationMetric, row: AnsweredRow, options: BaseRunParams): Promise<EvaluationScore> {
  const { result, case: given } = row;
  try {
    const { query } = given;
    const trace = result.steps.map(({ raw }) => raw);
    const { signal, timeout, waitTime, apiKey } = options;
    const call = { signal, timeout, waitTime, apiKey };
    const told = metric instanceof Metric ? metric.measure({ query, trace, output: result.output }, call) : metric(row);
    const { score, reasoning } = await told;
    return { score, reasoning, passed: threshold === undefined ? null : passes({ score, reasoning }, threshold), error: null };
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return { score: null, reasoning: null, passed: null, error: error as Error };
  }
}

function judgeOf(name: string, given: Judge | EvaluationMetric): EvaluationMetric {
  const judge = given instanceof Metric || typeof given === 'function' ? { metric: given } : given;
  const { metric, threshold } = judge;
  const problem =
    metric instanceof Metric || typeof metric === 'function'
      ? threshold === undefined || isThreshold(threshold)
        ? undefined
        : 'has a threshold that is neither a number nor a list of texts'
      : 'is neither a Metric nor a function';
  if (problem === undefined) return judge;
  throw new ValidationError(`evaluate: the metric ${name} ${problem}.`, { details: [{ field: `metrics.${name}`, message: problem }] });
}
