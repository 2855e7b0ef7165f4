import { z } from 'zod';
import { toJson } from '../values/convert.js';
import { patternProblems, schemaProblems } from '../values/json-schema.js';
import { isObject, listed } from '../values/kinds.js';
import { dataPorts, defineBlock } from './definition.js';

export const jsonSchema = z.record(z.string(), z.unknown());

/** Gives `config_value`, null by default. */
export const constant = defineBlock({
  type: 'constant',
  config: z.looseObject({ config_value: z.unknown().optional() }),
  ports: () => ({ inputs: [], outputs: [{ name: 'data', gives: 'any' }] }),
  run: ({ config }) => config.config_value ?? null,
});

/**
 * Gives the run's input under the block's id or key, or the schema's `default`.
 * @throws when there is neither, and when the value does not match `json_schema`.
 */
export const input = defineBlock({
  type: 'input',
  config: z.looseObject({ json_schema: jsonSchema }),
  ports: () => ({ inputs: [], outputs: [{ name: 'data', gives: 'any' }] }),
  check: ({ json_schema }) => patternProblems(json_schema),
  run: async ({ config, blockId, blockKey, pipelineInput }) => {
    const name = [blockId, blockKey].find((key) => Object.hasOwn(pipelineInput, key));
    if (name === undefined && !('default' in config.json_schema)) {
      throw new Error(
        `the run has no input for it; add the key '${blockId}' to pipelineInput (its keys: ${listed(Object.keys(pipelineInput))})`,
      );
    }
    const value = name === undefined ? config.json_schema.default : pipelineInput[name];
    const problems = await schemaProblems(config.json_schema, value);
    if (problems.length > 0) throw new Error(`its input does not match json_schema: ${problems.join('; ')}`);
    return value;
  },
});

/**
 * Makes the value on `data` the run's output under `name` (`output` by default), as JSON: rows are read to the end here.
 * @throws when the value does not match `json_schema`.
 */
export const output = defineBlock({
  type: 'output',
  config: z.looseObject({ name: z.string().default('output'), json_schema: jsonSchema.optional() }),
  ports: () => ({ inputs: [{ name: 'data', required: true }], outputs: [] }),
  check: ({ json_schema }) => patternProblems(json_schema),
  run: async ({ config, inputs }) => {
    const value = await toJson(inputs.data);
    const problems = config.json_schema ? await schemaProblems(config.json_schema, value) : [];
    if (problems.length > 0) throw new Error(`its input does not match json_schema: ${problems.join('; ')}`);
    return value;
  },
});

/** Passes on its input. */
export const identity = defineBlock({
  type: 'identity',
  config: z.looseObject({}),
  ports: dataPorts('any'),
  run: ({ inputs }) => inputs.data,
});

/**
 * Adds a name and a description to a result: `{ name, description, json_schema, data }`, or only the data when
 * `include_metadata` is false. Values that are not configured are null.
 * @throws when the data does not match `json_schema`.
 */
export const artifact = defineBlock({
  type: 'artifact',
  config: z.looseObject({
    json_schema: jsonSchema.optional(),
    name: z.string().default('artifact'),
    description: z.string().optional(),
    include_metadata: z.boolean().default(true),
  }),
  ports: dataPorts('any'),
  check: ({ json_schema }) => patternProblems(json_schema),
  run: async ({ config, inputs }) => {
    const { json_schema = null, name, description = null } = config;
    const data = await toJson(inputs.data);
    const problems = isObject(json_schema) ? await schemaProblems(json_schema, data) : [];
    if (problems.length > 0) throw new Error(`its input does not match json_schema: ${problems.join('; ')}`);
    return config.include_metadata ? { name, description, json_schema, data } : data;
  },
});
