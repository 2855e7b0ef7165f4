import { ValidationError } from '#front';
import { isObject } from '../../vendor.js';

/**
 * How what a pipeline is given is read: `text` is one text for all inputs, `inputs` an object of values by the labels of the inputs,
 * `json` the request's body itself. `auto` takes objects as inputs, texts that are JSON objects as a body, texts that are JSON arrays as
 * such, and everything else as one value.
 */
export type InputMode = 'auto' | 'text' | 'json' | 'inputs';

/** A request's body for a run, before its settings. */
export type RunBody = Record<string, unknown>;

/**
 * The body for what a pipeline is given. What was given is never altered.
 *
 * @throws ValidationError for what the mode cannot read.
 */
export function encodeInput(data: unknown, mode: InputMode = 'auto'): RunBody {
  switch (mode) {
    case 'text':
      return { data };
    case 'inputs':
      if (!isObject(data)) throw new ValidationError(`Inputs are an object of values by the labels of the inputs, not ${kindOf(data)}.`);
      return byLabel(data);
    case 'json':
      return bodyOf(data);
    case 'auto':
      return isObject(data) ? byLabel(data) : typeof data === 'string' ? ofText(data) : { data };
    default:
      throw new ValidationError(`The mode of an input is 'auto', 'text', 'json' or 'inputs', not ${JSON.stringify(mode)}.`);
  }
}

function byLabel(values: Readonly<Record<string, unknown>>): RunBody {
  return { data: Object.entries(values).map(([nodeId, value]) => ({ value, nodeId })) };
}

function bodyOf(data: unknown): RunBody {
  const parsed = typeof data === 'string' ? parse(data) : { value: data };
  if (parsed && isObject(parsed.value)) return { ...parsed.value };
  if (parsed && Array.isArray(parsed.value)) return { data: parsed.value };
  throw new ValidationError('With the mode json, give a JSON object or array, or the text of one.');
}

/** Numbers, booleans and quoted texts stay the text they are: writing them again could change them. */
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

/** Which corpora or datasets a pipeline runs on: one id for its only input, or ids by the labels of the inputs. */
export type DataAsset = string | Readonly<Record<string, string>>;

/** One corpus or dataset, and the ids of the data in it. */
export interface AssetContent {
  kind: 'corpus' | 'dataset';
  dataIds: ReadonlySet<string>;
}

/** The label of a pipeline's only input. */
const onlyLabel = '1';

/**
 * The body for a run on data the platform has. `data` names one piece of data of each asset.
 *
 * @param contentOf Looks up an asset by its id; undefined when there is none.
 * @throws ValidationError for labels that do not match, and for assets and data that are not there.
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
    if (!content) throw new ValidationError(`Data Asset "${assetId}" not found: there is no corpus and no dataset with this id.`);
    if (!content.dataIds.has(dataId)) {
      const known = [...content.dataIds].join(', ') || 'nothing';
      throw new ValidationError(`Data "${dataId}" not found in Data Asset "${assetId}"; the ${content.kind} has ${known}.`);
    }
    const entry = { dataAsset: { [`${content.kind}_id`]: assetId, data_id: dataId } };
    return labels.length > 1 ? { ...entry, nodeId: label } : entry;
  });
  return { data: await Promise.all(entries) };
}

/** Assets and ids of data by label; both must have the same labels. */
function matched(data: unknown, dataAsset: DataAsset): { assets: Record<string, unknown>; ids: Record<string, unknown> } {
  if (typeof dataAsset === 'string') {
    if (typeof data === 'string') return { assets: { [onlyLabel]: dataAsset }, ids: { [onlyLabel]: data } };
    throw new ValidationError('dataAsset is one id, but data is not: specify the node input label of each in both, { label: id }.');
  }
  if (!isObject(dataAsset) || !isObject(data))
    throw new ValidationError('dataAsset has labels, so data must have the same: { label: id of the data }.');
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
