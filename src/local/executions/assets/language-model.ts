import { isRecord, keysOf, recordsOf } from '../../assets/spelling.js';
import type { BlockHandler, EngineServices, LanguageModelOptions } from '../../engine/types.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import { textOf } from './chunks.js';

/** A message of a chat, as OpenAI writes them. */
export interface Message extends JsonRecord {
  role: unknown;
  content: unknown;
}

/** What a language model said: its message, why it ended and what it used. */
export interface Completion {
  message: JsonRecord;
  finishReason: unknown;
  usage: JsonRecord | undefined;
}

/** The messages of a list; none when it is not one. */
export const messagesIn = (list: unknown): Message[] => recordsOf(list).map((message) => ({ role: null, content: null, ...message }));

/** What a model is told: messages, or a text. */
function messagesOf({ messages, text, data }: Readonly<JsonRecord>): Message[] {
  const said = [messages, text, data].map(messagesIn).find((list) => list.length > 0);
  return said ?? [{ role: 'user', content: textOf(text ?? data) }];
}

/** The model that the endpoint is asked for: the asset's own where the endpoint has it, else its small one. */
function modelName(ids: readonly string[], { models = {} }: LanguageModelOptions): string {
  const name = ids.map((id) => models[id]).find((each) => each !== undefined) ?? models.small ?? models['openai/small'];
  if (name !== undefined) return name;
  throw new Error(`The option llm names no model for '${ids[0] ?? 'small'}': give llm.models that key, or 'small'.`);
}

/** A message as an endpoint takes it: text, or parts with a type. */
function sent(message: Message): Message {
  const { role, content } = message;
  const parts = role !== 'tool' && Array.isArray(content) && content.every((part) => isRecord(part) && typeof part.type === 'string');
  return content === null || parts ? message : { ...message, content: textOf(content) };
}

/** Settings of a chat completion that go to the endpoint as they are. */
const settings = ['temperature', 'max_tokens', 'top_p', 'stop', 'seed', 'tools', 'tool_choice', 'response_format'];

/**
 * Asks the endpoint of the platform's `llm` option for a chat completion.
 * @param ids What the model goes by in `llm.models`.
 * @throws Error naming the endpoint when it fails, or has no model of that name.
 */
export async function complete(
  llm: LanguageModelOptions,
  services: EngineServices,
  signal: AbortSignal,
  ids: readonly string[],
  messages: readonly Message[],
  inputs: Readonly<JsonRecord>,
): Promise<Completion> {
  const { callEndpoint } = await import('../../engine/blocks/models/endpoint.js');
  const given = settings.filter((name) => inputs[name] !== undefined && inputs[name] !== null).map((name) => [name, inputs[name]]);
  const body = { model: modelName(ids, llm), messages: messages.map(sent), ...Object.fromEntries(given) };
  const { choices, usage } = await callEndpoint({ blockType: 'llm', services: { ...services, llm }, signal }, '/chat/completions', body);
  const [choice = {}] = recordsOf(choices);
  const message = isRecord(choice.message) ? choice.message : {};
  const finishReason = choice.finish_reason ?? null;
  if (textOf(message.content ?? '') === '' && recordsOf(message.tool_calls).length === 0) {
    throw new Error(`The language model said nothing (finish_reason ${String(finishReason)}).`);
  }
  return { message, finishReason, usage: isRecord(usage) ? usage : undefined };
}

/** Runs models that generate text with the language model of the platform's `llm` option. */
export function languageModel(llm: LanguageModelOptions): BlockHandler {
  return async ({ config, inputs, services, signal }) => {
    const ids = keysOf([config.path, config.id]);
    const { message, finishReason, usage } = await complete(llm, services, signal, ids, messagesOf(inputs), inputs);
    const details = [{ index: 0, finish_reason: finishReason, logprobs: null, message: { tool_calls: null, ...message } }];
    return { data: textOf(message.content ?? ''), details, ...(usage && { usage }) };
  };
}
