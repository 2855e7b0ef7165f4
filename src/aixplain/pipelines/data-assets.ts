import { NotFoundError } from '#front';
import { asText, isObject, pathSegment } from '../../vendor.js';
import type { AixplainConnection } from '../endpoints.js';
import { readError } from '../errors.js';
import type { AssetContent } from './input.js';

/** The corpus with an id, else the dataset; undefined if neither exists. */
export async function findDataAsset(aix: AixplainConnection, assetId: string, signal?: AbortSignal): Promise<AssetContent | undefined> {
  const corpus = await overview(aix, 'corpora', assetId, signal);
  if (corpus) return { kind: 'corpus', dataIds: idsIn(corpus) };
  const dataset = await overview(aix, 'datasets', assetId, signal);
  return dataset && { kind: 'dataset', dataIds: idsIn(dataset) };
}

async function overview(
  aix: AixplainConnection,
  collection: 'corpora' | 'datasets',
  assetId: string,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown> | undefined> {
  const path = `sdk/${collection}/${pathSegment(assetId, 'The id of a data asset')}/overview`;
  try {
    const { body } = await aix.send({
      method: 'GET',
      path,
      signal,
      attempt: `look-up of the data asset ${assetId}`,
      decodeError: readError,
    });
    return isObject(body) ? body : undefined;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function idsIn({ data }: Record<string, unknown>): ReadonlySet<string> {
  const items = Array.isArray(data) ? data.filter(isObject) : [];
  return new Set(items.map(({ id }) => asText(id)));
}
