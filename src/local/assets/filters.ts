import type { JsonRecord } from '../store/record-kinds.js';
import { isRecord, keysOf, recordsOf } from './spelling.js';

/** A filter by values, which are indexed under its name when a record is saved. */
export interface ValueFilter {
  /** The values of a record: scalars, or objects that `keysOf` knows. */
  values(record: JsonRecord): unknown;
  /** The values that a request asks for. Default: the request's value; a list asks for any of its members. */
  wanted?(value: unknown): unknown;
  /** Whether one wanted value has to match, all of them, or the beginning of one. Default: `any`. */
  match?: 'any' | 'all' | 'prefix';
  /** Whether the case and the spelling matter, as they do in ids. Default: false. */
  exact?: boolean;
}

/** A filter by the time of creation. */
export interface TimeFilter {
  created: '>=' | '<=';
}

export type Filters = Readonly<Record<string, ValueFilter | TimeFilter>>;

const of = (...fields: string[]): ValueFilter => ({ values: (record) => fields.flatMap((field) => record[field] ?? []) });

/** Yes or no, in the forms that clients write: `true`, `True`, `1`; undefined for anything else. */
function truth(value: unknown): 'true' | 'false' | undefined {
  if (/^(true|1)$/i.test(String(value))) return 'true';
  return /^(false|0)$/i.test(String(value)) ? 'false' : undefined;
}

const flag = (field: string): ValueFilter => ({ values: (record) => truth(record[field]) ?? 'false', wanted: truth });

/** The nodes of a pipeline. */
const nodesOf = ({ architecture }: JsonRecord): JsonRecord[] => recordsOf(isRecord(architecture) ? architecture.nodes : undefined);
const nodeTypes = (record: JsonRecord, type: string): unknown[] =>
  nodesOf(record).flatMap((node) => (String(node.type).toUpperCase() === type ? keysOf(node.dataType) : []));

/** The parameters of a model, and the values that one of them can have. */
const paramsOf = ({ params }: JsonRecord): JsonRecord[] => recordsOf(params);
const paramValues = (record: JsonRecord, ...names: string[]): string[] =>
  paramsOf(record).flatMap(({ name, values }) => (names.includes(String(name).toLowerCase()) ? keysOf(values) : []));

/** The languages of a dataset's data, all of it or that of its inputs or outputs. */
function dataLanguages(record: JsonRecord, side?: 'input' | 'output'): unknown[] {
  const ids = side && recordsOf(record[side]).flatMap(({ dataId, dataIds }) => keysOf([dataId, dataIds].flat()));
  const data = recordsOf(record.data).filter(({ id }) => !ids || ids.includes(String(id)));
  return data.flatMap(({ metadata }) => (isRecord(metadata) ? keysOf(metadata.languages) : []));
}

const side = (name: 'input' | 'output'): ValueFilter => ({
  values: (record) => dataLanguages(record, name),
  wanted: (value) => (isRecord(value) ? value.languages : undefined),
});

/** Who a record belongs to. All records of the local platform belong to the team of the key, unless they say otherwise. */
const ownership: ValueFilter = {
  values: (record) =>
    record.ownership ?? [
      'team',
      'owned',
      record.privacy === 'Public' ? 'public' : 'private',
      ...(record.subscription ? ['subscribed'] : []),
    ],
};

/** The id, and the paths that stand for it. */
const ids: ValueFilter = {
  values: ({ id, path, assetInfo }) => [id, path, ...(isRecord(assetInfo) ? [assetInfo.instanceId, assetInfo.assetPath] : [])],
  wanted: (value) => (typeof value === 'string' ? value.split(',').map((id) => id.trim()) : value),
  exact: true,
};

/** What every collection can be searched by. */
const common = { ids, status: of('status'), ownership, saved: flag('saved'), tags: of('tags') } satisfies Filters;

const model = {
  ...common,
  functions: of('function', 'functions'),
  suppliers: of('supplier', 'vendor'),
  hosts: of('host'),
  developers: of('developer'),
  path: { ...ids, wanted: (value) => value, match: 'prefix' },
  isFineTunable: flag('isFineTunable'),
  sourceLanguages: { values: (record) => [...keysOf(record.sourceLanguages), ...paramValues(record, 'sourcelanguage', 'language')] },
  targetLanguages: { values: (record) => [...keysOf(record.targetLanguages), ...paramValues(record, 'targetlanguage')] },
  inputDataTypes: {
    values: (record) => [...keysOf(record.inputDataTypes), ...paramsOf(record).flatMap(({ dataType }) => keysOf(dataType))],
  },
  outputDataTypes: of('outputDataTypes', 'outputDataType'),
  ioFilter: {
    values: (record) => paramsOf(record).flatMap(({ name, values }) => keysOf(values).map((value) => `${String(name)}=${value}`)),
    wanted: (value) => recordsOf(value).map((each) => `${String(each.code)}=${String(each.value)}`),
    match: 'all',
  },
} satisfies Filters;

const data = {
  ...common,
  function: of('function', 'functions', 'suggestedFunction'),
  dataType: { values: (record) => [...keysOf(record.dataType), ...recordsOf(record.data).flatMap(({ dataType }) => keysOf(dataType))] },
  license: of('license'),
} satisfies Filters;

/** The filters of the collections, as aiXplain's clients send them. */
export const filters = {
  common,
  model,
  utility: { ...model, function: model.functions },
  skill: { ...common, suppliers: model.suppliers },
  pipeline: {
    ...common,
    functions: { values: (record) => [...keysOf(record.functions), ...nodesOf(record).flatMap((node) => keysOf(node.function))] },
    suppliers: { values: (record) => [...keysOf(record.supplier), ...nodesOf(record).flatMap((node) => keysOf(node.supplier))] },
    models: { values: (record) => nodesOf(record).map(({ assetId }) => assetId), exact: true },
    inputDataTypes: { values: (record) => nodeTypes(record, 'INPUT') },
    outputDataTypes: { values: (record) => nodeTypes(record, 'OUTPUT') },
    draftsOnly: { values: ({ status }) => String(status === 'draft'), wanted: (value) => (truth(value) === 'true' ? 'true' : undefined) },
  },
  corpus: { ...data, language: { values: (record) => [...keysOf(record.languages), ...dataLanguages(record)] } },
  dataset: { ...data, isReferenceless: flag('isReferenceless'), input: side('input'), output: side('output') },
  metric: {
    ...common,
    modelId: { ...of('modelId', 'models'), exact: true },
    sourceRequired: flag('sourceRequired'),
    referenceRequired: flag('referenceRequired'),
  },
  session: {
    ids,
    status: of('status'),
    agentId: { ...of('agentId'), exact: true },
    userId: { ...of('userId'), exact: true },
    createdAfter: { created: '>=' },
    createdBefore: { created: '<=' },
  },
  trigger: { ids, agentId: { ...of('agentId', 'assetId'), exact: true } },
  message: { ids, requestId: { ...of('requestId'), exact: true } },
} satisfies Record<string, Filters>;
