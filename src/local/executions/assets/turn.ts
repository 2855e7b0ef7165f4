import { valuesOf } from '../../assets/actions.js';
import { builtinAsset } from '../../assets/builtin.js';
import { bodyOf, findRow } from '../../assets/rows.js';
import { isRecord, keysOf, recordsOf } from '../../assets/spelling.js';
import type { Platform } from '../../context.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import { servicesFor } from '../engine-services.js';
import type { AgentFunction } from './agent-functions.js';
import { textOf, wholeOf } from './chunks.js';
import { callHandler, handlerOf } from './handlers.js';
import { complete, type Message } from './language-model.js';
import { countTokens, RunFailure } from './results.js';

/** A function that a language model wants to have called. */
export interface FunctionCall {
  id: string;
  name: string;
  arguments: JsonRecord;
}

/** What a language model said in one turn. */
export interface Turn {
  content: unknown;
  calls: FunctionCall[];
  usedCredits: number;
  usage: { input: number; output: number };
}

/** The language model of an agent, with the parameters that the agent gives it. */
export interface Speaker {
  readonly unit: { id: string; name: string; type: 'llm' };
  say(messages: readonly Message[], functions: readonly AgentFunction[], signal: AbortSignal): Promise<Turn>;
}

function argumentsOf(value: unknown): JsonRecord {
  if (isRecord(value)) return value;
  try {
    const parsed: unknown = JSON.parse(String(value ?? '{}'));
    return isRecord(parsed) ? parsed : {};
  } catch {
    throw new Error(`The language model called a tool with arguments that are not JSON: ${String(value)}`);
  }
}

/** The calls of a message, in OpenAI's form or as `{ name, arguments }`. */
function callsIn({ tool_calls: listed }: JsonRecord): FunctionCall[] {
  return recordsOf(listed).map((call, index) => {
    const { name, arguments: given } = isRecord(call.function) ? call.function : call;
    return { id: String(call.id ?? `call-${index + 1}`), name: String(name), arguments: argumentsOf(given) };
  });
}

/** The message in what a handler returned: text, a message, a result of a model, or a chat completion. */
function messageIn(returned: unknown): JsonRecord {
  if (!isRecord(returned)) return { content: returned };
  if (Array.isArray(returned.tool_calls) || 'content' in returned) return returned;
  const [choice] = [...recordsOf(returned.choices), ...recordsOf(returned.details)];
  if (choice && isRecord(choice.message)) return choice.message;
  return { content: 'data' in returned ? returned.data : returned };
}

function turnOf(returned: unknown, messages: readonly Message[]): Turn {
  const message = messageIn(returned);
  const { usage: given, usedCredits } = isRecord(returned) ? returned : {};
  const { prompt_tokens: input, completion_tokens: output } = isRecord(given) ? given : {};
  const usage = {
    input: typeof input === 'number' ? input : countTokens(messages.map(({ content }) => textOf(content)).join('\n')),
    output: typeof output === 'number' ? output : countTokens(message.content),
  };
  return {
    content: message.content ?? null,
    calls: callsIn(message),
    usage,
    usedCredits: typeof usedCredits === 'number' ? usedCredits : 0,
  };
}

/** The functions as a chat completion is given them. */
const described = (functions: readonly AgentFunction[]): JsonRecord[] =>
  functions.map(({ name, description, parameters }) => ({ type: 'function', function: { name, description, parameters } }));

/** What was asked last, which handlers of models read as `text`. */
const lastQuestion = (messages: readonly Message[]): unknown => messages.findLast(({ role }) => role === 'user')?.content;

/** The characters before a colon that may be the name of a tool. */
const longestName = 200;

/**
 * What the built-in model says: the result of the tool that was just called; for `tool: input` the call of that tool, whose input is JSON
 * or the value of its first parameter; otherwise what it was asked.
 */
function echoed(messages: readonly Message[], functions: readonly AgentFunction[]): JsonRecord {
  const last = messages.at(-1);
  if (last?.role === 'tool') return { content: last.content };
  const content = lastQuestion(messages);
  const colon = typeof content === 'string' ? content.indexOf(':') : -1;
  if (typeof content !== 'string' || colon < 0 || colon > longestName) return { content };
  const name = content.slice(0, colon).trim().toLowerCase();
  const input = content.slice(colon + 1).trim();
  const called = functions.find(({ aliases }) => aliases.includes(name));
  if (!called || input === '') return { content };
  let given: JsonRecord;
  try {
    const parsed: unknown = JSON.parse(input);
    given = isRecord(parsed) ? parsed : { [called.firstParameter]: parsed };
  } catch {
    given = { [called.firstParameter]: input };
  }
  return { content: null, tool_calls: [{ id: 'call-1', name: called.name, arguments: given }] };
}

/** The model of an agent, by its id or path; the built-in one when the agent names none. */
const modelIdOf = ({ model, llmId }: JsonRecord): string =>
  keysOf(model)[0] ?? (typeof llmId === 'string' && llmId !== '' ? llmId : 'echo');

/**
 * The language model that an agent works with: the handler of its model, else the model of the platform's `llm` option, else the built-in
 * one for a model that is on the platform.
 * @throws RunFailure when there is none of these.
 */
export async function speakerOf(platform: Platform, teamId: string, agent: JsonRecord, parameters: unknown): Promise<Speaker> {
  const modelId = modelIdOf(agent);
  const row = (await findRow(platform.store, [teamId], modelId)) ?? builtinAsset(modelId, teamId);
  const record = row && bodyOf(row);
  const subject = { assetId: row?.assetId ?? modelId, collection: 'models', teamId };
  const unit = { id: subject.assetId, name: String(record?.name ?? modelId), type: 'llm' as const };
  const { parameters: stored } = isRecord(agent.model) ? agent.model : {};
  const inputs = { ...(isRecord(stored) ? stored : valuesOf(stored)), ...valuesOf(parameters) };
  const { llm } = platform;

  if (handlerOf(platform, subject, record)) {
    return {
      unit,
      async say(messages, functions, signal) {
        const tools = functions.length > 0 ? { tools: described(functions) } : {};
        const asked = { ...inputs, text: lastQuestion(messages), messages: [...messages], ...tools };
        return turnOf(await wholeOf(await callHandler(platform, subject, record, asked, signal), signal), messages);
      },
    };
  }
  if (llm) {
    return {
      unit,
      async say(messages, functions, signal) {
        const tools = functions.length > 0 ? { tools: described(functions) } : {};
        const ids = [modelId, ...keysOf([record?.path, record?.id, agent.path, agent.id])];
        const { message, usage } = await complete(llm, servicesFor(platform, teamId), signal, ids, messages, { ...inputs, ...tools });
        return turnOf({ ...message, ...(usage && { usage }) }, messages);
      },
    };
  }
  if (!row) {
    throw new RunFailure(
      `The agent '${String(agent.name ?? '')}' works with the model '${modelId}', which is not on this platform: seed it, register platform.block('${modelId}', handler), or start the platform with the option llm.`,
      {},
    );
  }
  return { unit, say: async (messages, functions) => turnOf(echoed(messages, functions), messages) };
}
