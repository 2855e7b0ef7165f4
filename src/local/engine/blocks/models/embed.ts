import { isObject } from '../../values/kinds.js';
import { callEndpoint, type EndpointContext, endpointOf } from './endpoint.js';

/** The embedding model of a config that names none. */
export const defaultEmbeddingModel = 'sentence-transformers/static-retrieval-mrl-en-v1';

/**
 * The vectors of texts, in their order, requested in sequential batches. `llm.models` may map the model's name.
 * @throws Error when no endpoint is configured, it fails, or its response does not have one vector for each text.
 */
export async function embed(caller: EndpointContext, texts: readonly string[], model: string, batchSize: number): Promise<number[][]> {
  const { models = {} } = endpointOf(caller);
  const vectors: number[][] = [];
  for (let start = 0; start < texts.length; start += batchSize) {
    const input = texts.slice(start, start + batchSize);
    const response = await callEndpoint(caller, '/embeddings', { model: models[model] ?? model, input, encoding_format: 'float' });
    vectors.push(...vectorsOf(response, input.length));
  }
  return vectors;
}

function vectorsOf(response: Readonly<Record<string, unknown>>, count: number): number[][] {
  const vectors = new Array<number[] | undefined>(count).fill(undefined);
  for (const [place, item] of (Array.isArray(response.data) ? response.data : []).entries()) {
    if (isObject(item) && isVector(item.embedding)) vectors[typeof item.index === 'number' ? item.index : place] = item.embedding;
  }
  const complete = vectors.filter((vector) => vector !== undefined);
  if (complete.length !== count)
    throw new Error(`the endpoint returned ${complete.length} vectors for ${count} texts; check that the model is an embedding model`);
  return complete;
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

/** The vector scaled to length 1; a zero vector is unchanged. */
export function normalized(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return length === 0 ? [...vector] : vector.map((part) => part / length);
}
