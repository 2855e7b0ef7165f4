import type { JsonRecord } from '../store/record-kinds.js';
import type { AssetRow } from '../store/schema.js';

const version = '2026-01-01T00:00:00.000Z';
const text = { required: true, multipleValues: false, isFixed: false, dataType: 'text', dataSubType: 'text' };

/** The assets that every platform has, by their ids. */
const records: Readonly<Record<string, { collection: string; record: JsonRecord }>> = {
  echo: {
    collection: 'models',
    record: {
      name: 'Echo',
      description: 'Says back what it is told. `tool: input` calls the tool of that name.',
      path: 'local/echo',
      status: 'onboarded',
      type: 'model',
      function: { id: 'text-generation', name: 'Text generation' },
      functionType: 'ai',
      supportsStreaming: true,
      connectionType: ['synchronous', 'asynchronous'],
      params: [{ name: 'text', ...text, values: [], defaultValues: [], availableOptions: [] }],
    },
  },
  calculator: {
    collection: 'tools',
    record: {
      name: 'Calculator',
      description: 'Evaluates an arithmetic expression, such as 6 * (3 + 4).',
      path: 'local/calculator',
      status: 'onboarded',
      type: 'tool',
      function: { id: 'utilities', name: 'Utilities' },
      functionType: 'connection',
      actionsAvailable: true,
      allowedActions: [],
      actions: [
        {
          name: 'calculate',
          displayName: 'Calculate',
          description: 'Evaluates an arithmetic expression.',
          inputs: [{ name: 'expression', code: 'expression', datatype: 'string', required: true, description: 'Such as 6 * (3 + 4)' }],
        },
      ],
    },
  },
};

/**
 * An asset that every platform has: the model `echo` and the tool `calculator`, by id or path. A record that was saved under the
 * id takes its place. Searches do not have them.
 */
export function builtinAsset(key: string, teamId: string): AssetRow | undefined {
  const id = Object.keys(records).find((each) => key === each || key === records[each]?.record.path);
  const builtin = id === undefined ? undefined : records[id];
  if (id === undefined || !builtin) return undefined;
  const { collection, record } = builtin;
  const name = String(record.name);
  return {
    ...{ assetId: id, teamId, collection, parentId: null, name, nameLower: name.toLowerCase(), body: JSON.stringify({ ...record, id }) },
    ...{ createdAt: version, updatedAt: version },
  };
}

/** Whether a record is one that every platform has, which cannot be changed. */
export function isBuiltin({ assetId, createdAt }: AssetRow): boolean {
  return createdAt === version && Object.hasOwn(records, assetId);
}
