import { generatesText, isRecord } from '../../assets/spelling.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRunRow } from '../../store/schema.js';
import { textOf } from './chunks.js';

/** The result of a run: its data, further members of the response, and the tokens it used. */
export interface AssetResult {
  data: unknown;
  extras: JsonRecord;
  tokens: number;
}

/** A failure of a run with further members of the response. */
export class RunFailure extends Error {
  readonly extras: JsonRecord;

  constructor(message: string, extras: JsonRecord) {
    super(message);
    this.extras = extras;
  }
}

/** An estimate of the tokens of a text: one for every four characters, and one for its end. */
export function countTokens(value: unknown): number {
  return Math.ceil(textOf(value ?? '').length / 4) + 1;
}

/** What the handler of a model may return beside `data`, in place of its data alone. */
const modelMembers = ['details', 'usage', 'usedCredits', 'asset'];

/** The main member of what a handler returned, and the members beside it; all of it when it is no such object. */
export function unwrapped(result: unknown, main: string, members: readonly string[]): { value: unknown; beside: JsonRecord } {
  if (!isRecord(result) || !(main in result)) return { value: result, beside: {} };
  const { [main]: value, ...beside } = result;
  const names = Object.keys(beside);
  return names.length > 0 && names.every((name) => members.includes(name)) ? { value, beside } : { value: result, beside: {} };
}

/** What a handler of a model or a tool returned, and what it said beside it. */
export const modelOutput = (result: unknown): { value: unknown; beside: JsonRecord } => unwrapped(result, 'data', modelMembers);

/** What a handler of a model or a tool returned, without what it said beside it. */
export const dataOf = (result: unknown): unknown => modelOutput(result).value;

/** The text that a model is given. */
const promptOf = ({ text, data, query }: JsonRecord): unknown => text ?? data ?? query;

/** The result of a model. One that generates text has its usage and its message, as language models do. */
export function modelResult(record: JsonRecord | undefined, run: AssetRunRow, input: JsonRecord, result: unknown): AssetResult {
  const { value, beside } = modelOutput(result);
  const asset = { assetId: run.assetId, id: typeof record?.path === 'string' ? record.path : run.assetId };
  const prompt = countTokens(promptOf(input));
  const completion = countTokens(value);
  const usage = isRecord(beside.usage)
    ? beside.usage
    : { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  const generates = generatesText(record) && typeof value === 'string';
  const message = { role: 'assistant', content: value, tool_calls: null };
  const spoken = generates && { usage, details: [{ index: 0, finish_reason: 'stop', logprobs: null, message }] };
  const tokens = Number(usage.total_tokens ?? prompt + completion);
  return { data: value ?? null, extras: { asset, ...spoken, ...beside }, tokens: Number.isFinite(tokens) ? tokens : 0 };
}
