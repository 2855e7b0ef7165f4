import { isObject } from '../../vendor.js';
import { AixplainResult } from '../result.js';
import type { Json } from '../steps.js';

/** How many tokens a run took; null where the platform does not say. */
export interface TokenUsage {
  /** Tokens that the model read. */
  readonly promptTokens: number | null;
  /** Tokens that the model wrote. */
  readonly completionTokens: number | null;
  /** Tokens in all. */
  readonly totalTokens: number | null;
}

/** A call of a tool that a language model asks for. */
export interface ToolCall {
  /** The id of the call, which its result refers to. */
  readonly id?: string;
  /** The kind of the call: `function`. */
  readonly type?: string;
  /** What is called. */
  readonly function?: {
    /** The name of the function. */
    readonly name: string /** JSON. */;
    /** The arguments, as JSON. */
    readonly arguments: string;
  };
  readonly [key: string]: unknown;
}

/** What a language model said. */
export interface ModelMessage {
  /** Who says it, such as `assistant`. */
  readonly role: string;
  /** The text; null when the model only calls functions. */
  readonly content: string | null;
  /** The functions that the model calls. */
  readonly toolCalls: readonly ToolCall[];
  /** What it thought before; null if it does not say. */
  readonly reasoningContent: string | null;
  /** Why the model refused; null when it did not. */
  readonly refusal: string | null;
  /** Sources and other notes, as the model gives them. */
  readonly annotations: readonly unknown[];
}

/** One of the alternatives that a language model produced. */
export interface ModelChoice {
  /** Which of the choices it is, from 0. */
  readonly index: number;
  /** Why the model stopped, such as `stop` or `tool_calls`. */
  readonly finishReason: string | null;
  /** Probabilities of the tokens, as the model gives them. */
  readonly logprobs: unknown;
  /** What the model says. */
  readonly message: ModelMessage | null;
}

/** The result of a run of a model. */
export class ModelResult<D = unknown> extends AixplainResult<D> {
  declare readonly usage: TokenUsage | null;
  /** The alternatives of a language model; an object, such as the verdict of a guard, as the platform sent it; null if there are none. */
  readonly details: readonly ModelChoice[] | Json | null;

  constructor(raw: Record<string, unknown>) {
    super(raw);
    const { details } = raw;
    (this as { usage: TokenUsage | null }).usage = tokensOf(raw.usage);
    this.details = Array.isArray(details) ? details.filter(isObject).map(choiceOf) : isObject(details) ? details : null;
  }

  /** What a language model said, in its first alternative; null for other models. */
  get message(): ModelMessage | null {
    return Array.isArray(this.details) ? ((this.details[0] as ModelChoice | undefined)?.message ?? null) : null;
  }

  /** The calls of tools that a language model asks for. */
  get toolCalls(): readonly ToolCall[] {
    return this.message?.toolCalls ?? [];
  }
}

/** The result of a run of a language model, whose `data` is its text. */
export class LLMResult extends ModelResult<string> {}

export function tokensOf(usage: unknown): TokenUsage | null {
  if (!isObject(usage)) return null;
  const count = (...keys: string[]): number | null => {
    const found = keys.map((key) => usage[key]).find((value) => value !== undefined && value !== null && value !== '');
    const number = typeof found === 'string' ? Number(found) : found;
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
  };
  return {
    promptTokens: count('prompt_tokens', 'promptTokens'),
    completionTokens: count('completion_tokens', 'completionTokens'),
    totalTokens: count('total_tokens', 'totalTokens'),
  };
}

function choiceOf(choice: Json, position: number): ModelChoice {
  const { index, message, logprobs } = choice;
  return {
    index: typeof index === 'number' ? index : position,
    finishReason: text(choice.finish_reason ?? choice.finishReason),
    logprobs: logprobs ?? null,
    message: isObject(message) ? messageOf(message) : null,
  };
}

function messageOf(message: Json): ModelMessage {
  const calls = message.tool_calls ?? message.toolCalls;
  const { annotations } = message;
  return {
    role: text(message.role) ?? 'assistant',
    content: text(message.content),
    toolCalls: (Array.isArray(calls) ? calls : isObject(calls) ? [calls] : []).filter(isObject) as ToolCall[],
    reasoningContent: reasoningOf(message),
    refusal: text(message.refusal),
    annotations: Array.isArray(annotations) ? annotations : [],
  };
}

/** `reasoning_content`, else `reasoning`, else the texts and summaries of `reasoning_details`; encrypted ones have neither. */
export function reasoningOf(message: Json): string | null {
  const own = text(message.reasoning_content) ?? text(message.reasoning);
  if (own !== null) return own;
  const { reasoning_details: blocks } = message;
  if (!Array.isArray(blocks)) return null;
  const joined = blocks
    .filter(isObject)
    .map((block) => text(block.text) ?? text(block.summary) ?? '')
    .join('');
  return joined === '' ? null : joined;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
