import { ValidationError } from '#front';
import { isObject } from '../../vendor.js';

/**
 * How the input of a run is read. `text`: one value for all input nodes. `inputs`: an object of values by the labels of the input nodes.
 * `json`: the request body itself. `auto`: an object is read as `inputs`, a string that contains a JSON object or array as `json`, and
 * anything else as one value.
 */
export type InputMode = 'auto' | 'text' | 'json' | 'inputs';

/** The request body of a run, without its settings. */
export type RunBody = Record<string, unknown>;

/**
 * Builds the request body from the input of a run, which is not modified.
 *
 * @throws ValidationError if the input does not fit the mode.
 */
export function encodeInput(data: unknown, mode: InputMode = 'auto'): RunBody {
  switch (mode) {
    case 'text':
      return { data };
    case 'inputs':
      if (!isObject(data))
        throw new ValidationError(
          `With the mode 'inputs', data must be an object of values by the labels of the input nodes, not ${kindOf(data)}.`,
        );
      return byLabel(data);
    case 'json':
      return bodyOf(data);
    case 'auto':
      return isObject(data) ? byLabel(data) : typeof data === 'string' ? ofText(data) : { data };
    default:
      throw new ValidationError(`mode must be 'auto', 'text', 'json' or 'inputs', not ${JSON.stringify(mode)}.`);
  }
}

function byLabel(values: Readonly<Record<string, unknown>>): RunBody {
  return { data: Object.entries(values).map(([nodeId, value]) => ({ value, nodeId })) };
}

function bodyOf(data: unknown): RunBody {
  const parsed = typeof data === 'string' ? parse(data) : { value: data };
  if (parsed && isObject(parsed.value)) return { ...parsed.value };
  if (parsed && Array.isArray(parsed.value)) return { data: parsed.value };
  throw new ValidationError("With the mode 'json', data must be an object or array, or a string with the JSON of one.");
}

/** JSON numbers, booleans and strings stay text, because parsing and serializing them could change them. */
function ofText(text: string): RunBody {
  const value = parse(text)?.value;
  if (Array.isArray(value)) return { data: value };
  return isObject(value) ? value : { data: text };
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The corpora or datasets to run on: one id for the only input node, or ids by the labels of the input nodes. */
export type DataAsset = string | Readonly<Record<string, string>>;

/** The kind of a data asset and the ids of its data. */
export interface AssetContent {
  kind: 'corpus' | 'dataset';
  dataIds: ReadonlySet<string>;
}

/** Stands for the label of a pipeline's only input node. */
const onlyLabel = '1';

/**
 * Builds the request body of a run on data that is stored at the platform. `data` is the id of a data item in each asset.
 *
 * @param contentOf Finds an asset by id; resolves to undefined if it does not exist.
 * @throws ValidationError if the labels do not match, or if an asset or data item does not exist.
 */
export async function encodeDataAssets(
  data: unknown,
  dataAsset: DataAsset,
  contentOf: (assetId: string) => Promise<AssetContent | undefined>,
): Promise<RunBody> {
  const { assets, ids } = matched(data, dataAsset);
  const labels = Object.keys(assets);
  const entries = labels.map(async (label) => {
    const assetId = assets[label] as string;
    const dataId = ids[label] as string;
    const content = await contentOf(assetId);
    if (!content) throw new ValidationError(`Data Asset "${assetId}" not found: neither a corpus nor a dataset has this id.`);
    if (!content.dataIds.has(dataId)) {
      const known = [...content.dataIds].join(', ') || 'nothing';
      throw new ValidationError(`Data "${dataId}" not found in Data Asset "${assetId}"; the ${content.kind} has ${known}.`);
    }
    const entry = { dataAsset: { [`${content.kind}_id`]: assetId, data_id: dataId } };
    return labels.length > 1 ? { ...entry, nodeId: label } : entry;
  });
  return { data: await Promise.all(entries) };
}

/** Asset ids and data ids by label. Both must have the same labels. */
function matched(data: unknown, dataAsset: DataAsset): { assets: Record<string, unknown>; ids: Record<string, unknown> } {
  if (typeof dataAsset === 'string') {
    if (typeof data === 'string') return { assets: { [onlyLabel]: dataAsset }, ids: { [onlyLabel]: data } };
    throw new ValidationError(
      'dataAsset is a single id, but data is not: specify the node input label for each in both, as { label: id }.',
    );
  }
  if (!isObject(dataAsset) || !isObject(data))
    throw new ValidationError('dataAsset has labels, so data must have the same labels: { label: data id }.');
  const labels = [...new Set([...Object.keys(dataAsset), ...Object.keys(data)])];
  const details = labels.flatMap((label) => {
    const missing = [typeof data[label] === 'string' ? '' : 'data', typeof dataAsset[label] === 'string' ? '' : 'dataAsset'].filter(
      Boolean,
    );
    return missing.length === 0 ? [] : [{ field: label, message: `has no id in ${missing.join(' and ')}` }];
  });
  if (details.length === 0 && labels.length > 0) return { assets: dataAsset, ids: data };
  const list = details.map(({ field, message }) => `"${field}" ${message}`).join('; ');
  throw new ValidationError(`data and dataAsset must have the same labels: ${list || 'both are empty'}.`, { details });
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
}
