import { isRecord, recordsOf } from '../../assets/spelling.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import { untilAborted } from '../../until-aborted.js';

/**
 * A piece of what a model says: text, `{ data: text }`, or a chunk of OpenAI's chat completions with `choices`.
 * A handler returns an async iterable of them to stream its result.
 */
export type AssetChunk =
  | string
  | {
      /** Text. */
      data: string;
      [member: string]: unknown;
    }
  | {
      /** The choices of a chunk of a chat completion. */
      choices: unknown[];
      [member: string]: unknown;
    };

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** A value as text: JSON, unless it is text already. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** The pieces of a result: those that the handler yields, as it yields them, otherwise the words of its text. */
export async function* chunksOf(result: unknown, signal: AbortSignal): AsyncGenerator<unknown> {
  if (!isAsyncIterable(result)) {
    yield* textOf(result).match(/\s*\S+\s*$|\s*\S+/g) ?? [];
    return;
  }
  const iterator = result[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await untilAborted(() => iterator.next(), signal);
      ended = next.done === true;
      if (ended) return;
      yield next.value;
    }
  } catch (error) {
    // A handler that is still at work would only return when it is done.
    ended ||= !signal.aborted;
    throw error;
  } finally {
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

/** The text of a piece; undefined for one that is not text. */
export function textOfChunk(chunk: unknown): string | undefined {
  if (typeof chunk === 'string') return chunk;
  if (!isRecord(chunk)) return undefined;
  if (typeof chunk.data === 'string') return chunk.data;
  const [choice] = recordsOf(chunk.choices);
  if (!choice) return undefined;
  return isRecord(choice.delta) && typeof choice.delta.content === 'string' ? choice.delta.content : '';
}

/** A result as a whole. Pieces of text are joined; other pieces become a list. */
export async function wholeOf(result: unknown, signal: AbortSignal): Promise<unknown> {
  if (!isAsyncIterable(result)) return result ?? null;
  const chunks: unknown[] = [];
  for await (const chunk of chunksOf(result, signal)) chunks.push(chunk);
  const texts = chunks.map(textOfChunk);
  return texts.every((text) => text !== undefined) ? texts.join('') : chunks;
}

/** The usage that a piece states, as the last chunk of a chat completion does. */
export function usageOfChunk(chunk: unknown): JsonRecord | undefined {
  return isRecord(chunk) && isRecord(chunk.usage) ? chunk.usage : undefined;
}
