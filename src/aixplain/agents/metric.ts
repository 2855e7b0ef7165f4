import { type Attributes, type BaseRunParams, Entity, type FieldProblem, ResourceError, ValidationError } from '#front';
import { isObject, newRecord, type RecordClass } from '../../vendor.js';
import type { Asset } from '../models/asset.js';
import { Tool } from '../tools/tool.js';

/** What a metric asks a language model. */
export interface MetricDefinition {
  /** The name of the metric. */
  name: string;
  /** What it measures. */
  description?: string | undefined;
  /** The model that judges: as a record, its id or its path. */
  llm: Asset | string;
  /** The whole prompt. Without it, `scoreType` and `instruction` make one. */
  prompt?: string | undefined;
  /** The kind of its scores. Default: `boolean`. */
  scoreType?: 'boolean' | 'numeric' | 'categorical' | undefined;
  /** What is to be judged. */
  instruction?: string | undefined;
  /** The bounds of a numeric score. */
  min?: number | undefined;
  /** The highest score of a numeric metric. */
  max?: number | undefined;
  /** The values of a categorical score. */
  categories?: readonly string[] | undefined;
}

/** What a metric says. */
export interface Measurement {
  /** The score: a boolean, a number or a category. */
  score: unknown;
  /** Why; null when the judge did not say. */
  reasoning: string | null;
  [key: string]: unknown;
}

/** The integration whose tools ask a language model with a prompt of one's own. */
const integration = 'aixplain/custom-llm-prompt/aixplain';

/**
 * Judges what agents answer, with a language model and a prompt:
 * `const metric = await aix.Metric.define({ name, llm, scoreType: 'numeric', instruction, min: 0, max: 10 }).save()`. It is a tool.
 */
@Entity()
export class Metric extends Tool {
  constructor(attributes?: Attributes<Metric>) {
    super(attributes);
  }

  /** A new metric, not yet saved. @throws ValidationError that lists what is missing. */
  static define<M extends Metric>(this: RecordClass<M>, definition: MetricDefinition): M {
    const problems = problemsOf(definition);
    if (problems.length > 0)
      throw new ValidationError(`A metric: ${problems.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, {
        details: problems,
      });
    const { name, description, llm } = definition;
    const llmId = typeof llm === 'string' ? llm : (llm.path ?? llm.id);
    return newRecord(this, { name, description, integration, config: { prompt: promptOf(definition), llmId } });
  }

  /**
   * Judges an answer.
   *
   * @param given What the metric is told of: the question, the steps to the answer, and the answer.
   * @throws ResourceError for a judgement that is not JSON.
   */
  async measure(given: { query?: unknown; trace?: unknown; output?: unknown }, options: BaseRunParams = {}): Promise<Measurement> {
    const parts = { Query: given.query, Trace: given.trace, Output: given.output };
    const lines = Object.entries(parts).filter(([, value]) => value !== undefined);
    const data = lines.map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('');
    const result = await this.run({ data: { data } }, options);
    return measurementOf(result.data, `measure of ${String(this)}`);
  }
}

/**
 * Whether a score passes: a number that is greater than the threshold, or a text that is in its list.
 *
 * @throws ValidationError for any other threshold.
 */
export function passes({ score }: Measurement, threshold: number | readonly string[]): boolean {
  if (isThreshold(threshold))
    return typeof threshold === 'number' ? Number(score ?? Number.NaN) > threshold : threshold.includes(String(score));
  throw new ValidationError('A threshold is a number, or a list of texts.', { details: [{ field: 'threshold', message: 'is neither' }] });
}

export function isThreshold(value: unknown): value is number | readonly string[] {
  return (typeof value === 'number' && !Number.isNaN(value)) || (Array.isArray(value) && value.every((each) => typeof each === 'string'));
}

function problemsOf({ name, llm, prompt, scoreType, instruction, min, max, categories }: MetricDefinition): FieldProblem[] {
  const found: FieldProblem[] = [];
  const need = (isThere: unknown, field: string, message: string): void => {
    if (!isThere) found.push({ field, message });
  };
  need(name?.trim(), 'name', 'is required');
  need(typeof llm === 'string' ? llm : (llm?.path ?? llm?.id), 'llm', 'is required: a model, its id or its path');
  if (prompt?.trim()) return found;
  need(scoreType, 'scoreType', 'is required, unless there is a prompt');
  need(instruction?.trim(), 'instruction', 'is required, unless there is a prompt');
  if (scoreType === 'numeric')
    need(typeof min === 'number' && typeof max === 'number' && min < max, 'min', 'and max are required, min below max');
  if (scoreType === 'categorical') need((categories?.length ?? 0) > 1, 'categories', 'must be two or more');
  return found;
}

function promptOf({ prompt, scoreType, instruction, min, max, categories = [] }: MetricDefinition): string {
  if (prompt?.trim()) return prompt.trim();
  const scores = { boolean: 'true or false', numeric: `a number from ${min} to ${max}`, categorical: `one of: ${categories.join(', ')}` };
  return `${instruction?.trim()}\nAnswer with JSON only: {"score": …, "reasoning": "…"}. The score is ${scores[scoreType ?? 'boolean']}.`;
}

/** A judgement, which may be a text of JSON, in a fenced block and with commas too many. */
function measurementOf(data: unknown, attempt: string): Measurement {
  const json = typeof data === 'string' ? parsed(data) : data;
  if (!isObject(json)) throw new ResourceError(`${attempt}: the judgement is not a JSON object: ${JSON.stringify(data)?.slice(0, 200)}.`);
  return { ...json, score: json.score ?? null, reasoning: typeof json.reasoning === 'string' ? json.reasoning : null };
}

function parsed(text: string): unknown {
  const inner = /```(?:json)?\s*([\s\S]*?)```/.exec(text)?.[1] ?? text;
  for (const candidate of [inner, inner.replace(/,(\s*[}\]])/g, '$1')]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // Without the commas that are too many it may be JSON.
    }
  }
  return undefined;
}
