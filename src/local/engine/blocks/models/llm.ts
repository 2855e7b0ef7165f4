import { z } from 'zod';
import type { LanguageModelOptions } from '../../types.js';
import { type RunContext, toTable, toText } from '../../values/convert.js';
import { patternProblems, schemaProblems } from '../../values/json-schema.js';
import { describe, isAsyncIterable, isObject, jsonText, messageOf } from '../../values/kinds.js';
import { collect } from '../../values/table.js';
import { jsonSchema } from '../data.js';
import { defineBlock } from '../definition.js';
import { callEndpoint, endpointOf } from './endpoint.js';

const llmConfig = z.looseObject({
  provider: z.enum(['openai', 'anthropic', 'cohere', 'groq', 'cerebras', 'google', 'vertexai']),
  model: z.enum(['small', 'medium', 'large']).default('small'),
  model_override: z.string().optional(),
  temperature: z.number().min(0).max(2).default(0.2),
  max_tokens: z.number().positive().max(100_000).default(8192),
  output_schema: jsonSchema.optional(),
});

/**
 * Requests a chat completion from the OpenAI-compatible endpoint of the platform's `llm` option.
 *
 * `messages` takes a text (a user message), a message `{ role, content }`, or a list of either. `datasets` takes dataset ids or
 * rows; each dataset precedes the messages as JSON lines in a system message. `model_override` names the model; otherwise
 * `llm.models` maps `provider/size` or the size to one.
 *
 * Gives the text of the response; with `output_schema`, structured output is requested, parsed as JSON and validated.
 * @throws when no endpoint is configured, it fails, or the response is empty or does not match the schema.
 */
export const llm = defineBlock({
  type: 'llm',
  config: llmConfig,
  ports: () => ({
    inputs: [{ name: 'messages', required: true, accepts: ['text', 'list', 'any'] }, { name: 'datasets' }],
    outputs: [{ name: 'response', gives: 'any' }],
  }),
  check: ({ output_schema }) => patternProblems(output_schema).map((problem) => problem.replace(/^json_schema/, 'output_schema')),
  run: async (context) => {
    const { config, inputs } = context;
    const endpoint = endpointOf(context);
    const messages = [...(await datasetMessages(inputs.datasets, context)), ...(await messagesOf(inputs.messages, context))];
    const { output_schema: schema } = config;
    const response = await callEndpoint(context, '/chat/completions', {
      model: modelName(config, endpoint),
      messages,
      temperature: config.temperature,
      max_tokens: config.max_tokens,
      ...(schema && { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
    });
    const text = contentOf(response);
    return schema ? structured(text, schema) : text;
  },
});

function modelName({ provider, model, model_override }: z.output<typeof llmConfig>, { models = {} }: LanguageModelOptions): string {
  const name = model_override ? (models[model_override] ?? model_override) : (models[`${provider}/${model}`] ?? models[model]);
  if (name !== undefined) return name;
  throw new Error(
    `the endpoint's model for '${provider}/${model}' is not configured; give llm.models the key '${model}' or '${provider}/${model}', or set model_override in the block's config`,
  );
}

async function messagesOf(value: unknown, context: RunContext): Promise<Record<string, unknown>[]> {
  const items = Array.isArray(value) ? value.flat() : [value];
  if (items.length === 0) throw new Error("the list on port 'messages' is empty; give at least one message");
  return Promise.all(
    items.map(async (item) => {
      if (isObject(item) && typeof item.role === 'string' && 'content' in item) return item;
      if (typeof item === 'string') return { role: 'user', content: await toText(item, context) };
      throw new Error(`a message is expected on port 'messages', but ${describe(item)} arrived; give text or { role, content }`);
    }),
  );
}

async function datasetMessages(value: unknown, context: RunContext): Promise<Record<string, unknown>[]> {
  return Promise.all(
    datasetsOf(value).map(async (dataset, index) => {
      const rows = await collect(await toTable(dataset, context));
      return {
        role: 'system',
        content: `Dataset ${index + 1}, a JSON object a row:\n${rows.map(jsonText).join('\n')}`,
      };
    }),
  );
}

/** The datasets of an input: an id, rows, a list of objects, or a list of these. */
function datasetsOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [value];
  const isRows = value.length > 0 && value.every((item) => isObject(item) && !isAsyncIterable(item));
  return isRows ? [value] : value.flatMap(datasetsOf);
}

function contentOf(response: Readonly<Record<string, unknown>>): string {
  const choice: unknown = Array.isArray(response.choices) ? response.choices[0] : undefined;
  const message = isObject(choice) ? choice.message : undefined;
  const content = isObject(message) ? message.content : undefined;
  if (typeof content === 'string' && content !== '') return content;
  const reason = isObject(choice) && typeof choice.finish_reason === 'string' ? ` (finish_reason ${choice.finish_reason})` : '';
  throw new Error(`the endpoint's response has no text${reason}; raise max_tokens or try another model`);
}

/** Parses the text of a response as JSON, with or without a code fence around it, and validates it. */
async function structured(text: string, schema: Readonly<Record<string, unknown>>): Promise<unknown> {
  const bare = /^\s*```(?:json)?\s*([\s\S]*?)\s*```\s*$/.exec(text)?.[1] ?? text;
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch (cause) {
    throw new Error(`the response is not the JSON that output_schema requires (${messageOf(cause)}): ${bare.slice(0, 200)}`, { cause });
  }
  const problems = await schemaProblems(schema, value);
  if (problems.length > 0) throw new Error(`the response does not match output_schema: ${problems.join('; ')}`);
  return value;
}
