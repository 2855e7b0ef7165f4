import { isObject } from '../../vendor.js';
import type { Json } from '../steps.js';
import { reasoningOf, type TokenUsage, tokensOf } from './model-result.js';

/** A part of a call of a tool. The parts of one call have the same `index`; their arguments are to be joined. */
export interface ToolCallDelta {
  /** Which call of the message it belongs to, from 0. */
  readonly index?: number;
  /** The id of the call, in its first part. */
  readonly id?: string;
  /** The kind of the call: `function`. */
  readonly type?: string;
  /** What is called. */
  readonly function?: {
    /** The name of the function, in the first part. */
    readonly name?: string;
    /** A part of the arguments, which are JSON in all. */
    readonly arguments?: string;
  };
  readonly [key: string]: unknown;
}

/** What a model produced since the chunk before. */
export interface ModelChunk {
  /** Text; '' where the chunk has none. */
  readonly data: string;
  /** What a language model thought. */
  readonly reasoningContent?: string;
  /** Parts of the calls that the model makes. */
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
