import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, wherever the tests were compiled to. */
function repository(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

const path = join(repository(), '..', 'shared', 'contracts', 'moderately.openapi.json');
const isThere = existsSync(path);

/** The paths of an OpenAPI document, each with its operations by method. */
export interface VendorDocument<Operation> {
  paths: Record<string, Record<string, Operation>>;
}

/** Moderately's OpenAPI document, which is not part of the repository; undefined where it is not at hand. */
export function vendorDocument<Operation>(): VendorDocument<Operation> | undefined {
  return isThere ? (JSON.parse(readFileSync(path, 'utf8')) as VendorDocument<Operation>) : undefined;
}

/** A test that needs Moderately's OpenAPI document. Where it is not at hand the test is skipped, and its title says why. */
export function itWithDocument(title: string, test: () => void | Promise<void>): void {
  if (isThere) it(title, test);
  else it(`${title} (skipped: the vendor's OpenAPI document is not at ${path})`);
}

/** The JSON Schema of an OpenAPI 3.0 schema: `nullable` and the boolean `exclusiveMinimum` are the dialect's own. */
export function jsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, exclusiveMinimum, minimum, example: _example, ...rest } = value as Record<string, unknown>;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, key === 'enum' ? inner : jsonSchema(inner)]));
  if (minimum !== undefined) schema[exclusiveMinimum === true ? 'exclusiveMinimum' : 'minimum'] = minimum;
  return nullable === true && 'type' in schema ? { anyOf: [schema, { type: 'null' }] } : schema;
}
