import { isObject } from '../../vendor.js';
import type { Json } from '../steps.js';
import { reasoningOf, type TokenUsage, tokensOf } from './model-result.js';

/** A part of a call of a tool. The parts of one call have the same `index`; their arguments are to be joined. */
export interface ToolCallDelta {
  readonly index?: number;
  readonly id?: string;
  readonly type?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
  readonly [key: string]: unknown;
}

/** What a model produced since the chunk before. */
export interface ModelChunk {
  /** Text; '' where the chunk has none. */
  readonly data: string;
  /** What a language model thought. */
  readonly reasoningContent?: string;
  readonly toolCalls?: readonly ToolCallDelta[];
  /** How many tokens the run took, usually in the last chunk. */
  readonly usage?: TokenUsage;
  /** Why a language model ended, such as `stop` or `tool_calls`. */
  readonly finishReason?: string;
}

/** A chunk of a model's stream: `{ data }`, a chunk of OpenAI's chat completions, of which the first choice is read, or plain text. */
export function modelChunk(raw: unknown): ModelChunk {
  if (!isObject(raw)) return { data: typeof raw === 'string' ? raw : '' };
  const choice: Json = Array.isArray(raw.choices) && isObject(raw.choices[0]) ? raw.choices[0] : {};
  const delta: Json = isObject(choice.delta) ? choice.delta : raw;
  const { tool_calls: calls } = delta;
  const content = delta === raw ? raw.data : delta.content;
  const reasoning = reasoningOf(delta);
  const usage = tokensOf(raw.usage);
  const finish = choice.finish_reason ?? raw.finish_reason;
  return {
    data: typeof content === 'string' ? content : '',
    ...(reasoning !== null && { reasoningContent: reasoning }),
    ...(isObject(calls) && { toolCalls: [calls] }),
    ...(Array.isArray(calls) && { toolCalls: calls.filter(isObject) }),
    ...(usage && { usage }),
    ...(typeof finish === 'string' && { finishReason: finish }),
  };
}
