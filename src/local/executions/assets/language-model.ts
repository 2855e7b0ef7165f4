import { agentCollections } from '../../assets/collections.js';
import { generatesText, isRecord, keysOf, recordsOf } from '../../assets/spelling.js';
import type { BlockHandler, LanguageModelOptions, PipelineConfiguration } from '../../engine/types.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import { loadEngine } from '../load-engine.js';
import { textOf } from './chunks.js';

interface Message {
  role: unknown;
  content: unknown;
}

/** Whether a language model can stand in for the handler of an asset: it is an agent, or generates text. */
export function answersInText(collection: string, record: JsonRecord | undefined): boolean {
  return agentCollections.includes(collection) || generatesText(record);
}

const messagesIn = (list: unknown): Message[] => recordsOf(list).map(({ role, content }) => ({ role, content }));

/** What an agent is told: its instructions, what was said before, and the question. */
function agentMessages({ description, instructions }: Readonly<JsonRecord>, { query, history }: Readonly<JsonRecord>): Message[] {
  const system = [description, instructions].filter((part) => typeof part === 'string' && part !== '').join('\n\n');
  const question = isRecord(query) && Object.keys(query).length === 1 && 'input' in query ? query.input : query;
  return [
    ...(system === '' ? [] : [{ role: 'system', content: system }]),
    ...messagesIn(history),
    { role: 'user', content: textOf(question) },
  ];
}

/** What a model is told: messages, or a text. */
function modelMessages({ text, data }: Readonly<JsonRecord>): Message[] {
  const said = text ?? data;
  const messages = messagesIn(said);
  return messages.length > 0 ? messages : [{ role: 'user', content: textOf(said) }];
}

/** The model that the endpoint is asked for: the asset's own where the endpoint has it, else its small one. */
function modelOf(record: Readonly<JsonRecord>, { models = {} }: LanguageModelOptions): JsonRecord {
  const names = keysOf([record.model, record.llmId, record.path, record.id]);
  const known = names.find((name) => models[name] !== undefined);
  return known === undefined ? {} : { model_override: known };
}

/** Runs agents, and models that generate text, with the language model of the platform's `llm` option. */
export function languageModel(llm: LanguageModelOptions): BlockHandler {
  return async ({ blockType, config, inputs, services, signal }) => {
    const agent = agentCollections.includes(blockType);
    const { temperature, max_tokens } = inputs;
    const settings = {
      provider: 'openai',
      ...modelOf(config, llm),
      ...(typeof temperature === 'number' && { temperature }),
      ...(typeof max_tokens === 'number' && { max_tokens }),
    };
    const messages = agent ? agentMessages(config, inputs) : modelMessages(inputs);
    const configuration: PipelineConfiguration = {
      id: 'asset',
      name: 'asset',
      blocks: {
        given: { id: 'given', type: 'constant', config: { config_value: messages } },
        model: { id: 'model', type: 'llm', config: settings },
        answer: { id: 'answer', type: 'output', config: { name: 'answer' } },
      },
      connections: [
        { source_block_id: 'given', source_port: 'data', target_block_id: 'model', target_port: 'messages' },
        { source_block_id: 'model', source_port: 'response', target_block_id: 'answer', target_port: 'data' },
      ],
    };
    const { runGraph } = await loadEngine();
    return (await runGraph(configuration, {}, { services, signal })).answer;
  };
}
