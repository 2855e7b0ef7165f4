import { z } from 'zod';
import { toList, toText } from '../../values/convert.js';
import { isAsyncIterable } from '../../values/kinds.js';
import { dataPorts, defineBlock } from '../definition.js';
import { defaultEmbeddingModel, embed, normalized } from './embed.js';

/**
 * Gives the vector of a text, or the vectors of a list of texts or rows (as JSON), from the OpenAI-compatible endpoint of the
 * platform's `llm` option. Vectors have length 1 unless `normalize` is false; a request has up to `batch_size` texts (100 by
 * default).
 * @throws when no endpoint is configured, or it fails.
 */
export const embeddings = defineBlock({
  type: 'embeddings',
  config: z.looseObject({
    model: z.string().default(defaultEmbeddingModel),
    batch_size: z.int().min(1).max(1000).default(100),
    normalize: z.boolean().default(true),
  }),
  ports: dataPorts('list', ['text', 'list', 'rows', 'file', 'any']),
  run: async (context) => {
    const { config } = context;
    const { data } = context.inputs;
    const isList = Array.isArray(data) || isAsyncIterable(data);
    const items = isList ? await toList(data) : [data];
    const texts = await Promise.all(items.map((item) => toText(item, context)));
    const vectors = await embed(context, texts, config.model, config.batch_size);
    const finished = config.normalize ? vectors.map(normalized) : vectors;
    return isList ? finished : finished[0];
  },
});
