import type { BaseSearchParams } from '#front';

type Several<T> = T | readonly T[];

/** The function of an asset, by its word on the wire. Case, `-` and `_` make no difference. */
export type AssetFunction =
  | 'text-generation'
  | 'translation'
  | 'speech-recognition'
  | 'speech-synthesis'
  | 'image-generation'
  | 'guardrails'
  | 'utilities'
  | (string & {});

/** The filters of models, tools and integrations. */
export interface AssetSearchParams extends BaseSearchParams {
  /** The host of the asset. */
  host?: string | undefined;
  /** Who made it. */
  developer?: string | undefined;
  /** The beginning of its path. */
  path?: string | undefined;
  /** Only assets that do one of these. */
  functions?: Several<AssetFunction> | undefined;
  /** Who supplies it, such as 'openai'. */
  vendors?: Several<string> | undefined;
  /** Only assets in one of these states. */
  status?: Several<'draft' | 'onboarded' | 'hidden' | (string & {})> | undefined;
  /** Whether the team has saved it. */
  saved?: boolean | undefined;
  /** Only assets that read one of these languages. */
  sourceLanguages?: Several<string> | undefined;
  /** Only assets that write one of these languages. */
  targetLanguages?: Several<string> | undefined;
  /** Only assets that can, or cannot, be fine-tuned. */
  isFinetunable?: boolean | undefined;
  sortBy?: 'name' | 'createdAt' | 'updatedAt' | 'normalizedPrice' | 'totalSubscribed' | (string & {}) | undefined;
  sortOrder?: 'asc' | 'desc' | (string & {}) | undefined;
}

/** The names of the filters on the wire; those that take lists are sent one. */
const lists: Readonly<Record<string, string>> = {
  host: 'hosts',
  developer: 'developers',
  functions: 'functions',
  vendors: 'suppliers',
  status: 'status',
  sourceLanguages: 'sourceLanguages',
  targetLanguages: 'targetLanguages',
};

/** The words of `SortBy` that are others on the wire. */
const sortKeys: Readonly<Record<string, string>> = { NAME: 'name', CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt' };

/** The filters of a search as the platform takes them. */
export function assetFilters(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { sortBy, sortOrder, isFinetunable, ...rest } = params;
  const filters = Object.entries(rest).map(([name, value]) => {
    const wire = lists[name];
    if (wire === undefined || value === undefined || value === null) return [name, value];
    return [wire, Array.isArray(value) ? value : [value]];
  });
  return {
    ...Object.fromEntries(filters),
    ...((isFinetunable ?? null) !== null && { isFineTunable: isFinetunable }),
    sort: [sortOf(sortBy ?? null, sortOrder ?? null)],
  };
}

function sortOf(by: unknown, order: unknown): Record<string, unknown> {
  if (by === null && order === null) return {};
  const field = by === null ? 'name' : (sortKeys[String(by)] ?? by);
  return { field, dir: order === null || order === 1 || /^asc/i.test(String(order)) ? 1 : -1 };
}
