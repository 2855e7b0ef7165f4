import { z } from 'zod';
import { toList, toText } from '../../values/convert.js';
import { defineBlock } from '../definition.js';
import { defaultEmbeddingModel, embed, normalized } from './embed.js';

/** Tolerates rounding errors, so that a text reaches the threshold 1 with itself. */
const rounding = 1e-9;

/**
 * Gives the items of the list or rows on `data` that are most similar in meaning to the text on `query`, in descending order of
 * similarity: at most `top_k` (10 by default), with a cosine similarity of at least `similarity_threshold` (0 by default). Items
 * that are not text are compared by their JSON. Vectors come from the OpenAI-compatible endpoint of the platform's `llm` option,
 * up to `batch_size` texts (100 by default) in a request.
 * @throws when no endpoint is configured, or it fails.
 */
export const semanticFilter = defineBlock({
  type: 'semantic_filter',
  config: z.looseObject({
    embedding_model: z.string().default(defaultEmbeddingModel),
    filter_strategy: z.enum(['cosine_similarity_top_k']).default('cosine_similarity_top_k'),
    top_k: z.int().min(1).max(1000).default(10),
    similarity_threshold: z.number().min(0).max(1).default(0),
    batch_size: z.int().min(1).max(1000).default(100),
  }),
  ports: () => ({
    inputs: [
      { name: 'data', required: true, accepts: ['list', 'rows', 'any'] },
      { name: 'query', required: true, accepts: ['text', 'file', 'any'] },
    ],
    outputs: [{ name: 'data', gives: 'list' }],
  }),
  run: async (context) => {
    const { config, inputs } = context;
    const items = await toList(inputs.data);
    const texts = await Promise.all([inputs.query, ...items].map((item) => toText(item, context)));
    const [query = [], ...vectors] = (await embed(context, texts, config.embedding_model, config.batch_size)).map(normalized);
    return items
      .map((item, index) => ({ item, score: dot(query, vectors[index] ?? []) }))
      .filter(({ score }) => score + rounding >= config.similarity_threshold)
      .sort((a, b) => b.score - a.score)
      .slice(0, config.top_k)
      .map(({ item }) => item);
  },
});

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, part, index) => sum + part * (right[index] ?? 0), 0);
}
