import { ConfigurationError } from '../errors/index.js';
import type { TransformOptions } from '../ports/transform-options.js';
import { ownRelations, type Relation } from '../relations/declaration.js';
import { accessorFor } from '../state/accessor.js';
import { codecFor } from './codec.js';
import { type EntityOptions, isDecorated, ownEntityOptions } from './entity-options.js';
import { type FieldDeclaration, ownFields } from './field.js';
import type { Codec, FieldMetadata, RecordMetadata } from './metadata.js';
import { computedValues, excludesAll, type TransformerHints, transformerHints } from './transformer.js';

const compiled = new WeakMap<object, Map<string, RecordMetadata>>();
const noOptions: TransformOptions = {};

/**
 * The metadata of a class, inherited fields first, as class-transformer's decorators make it for some groups and a version.
 *
 * @throws ConfigurationError when a class declares fields without `@Entity`, or two fields share a key on the wire.
 */
export function metadataOf(target: object, options = noOptions): RecordMetadata {
  let views = compiled.get(target);
  if (!views) {
    views = new Map();
    compiled.set(target, views);
  }
  const key = options === noOptions ? '' : keyOf(options);
  let metadata = views.get(key);
  if (!metadata) {
    metadata = inheritsAll(target) ? metadataOf(Object.getPrototypeOf(target), options) : compile(target, options);
    views.set(key, metadata);
  }
  return metadata;
}

function keyOf({ groups = [], version }: TransformOptions): string {
  return groups.length === 0 && version === undefined ? '' : JSON.stringify([[...new Set(groups)].sort(), version]);
}

/** Whether a class adds nothing to its parent's metadata: a bound class, or a subclass with methods only. */
function inheritsAll(target: object): boolean {
  if (ownEntityOptions(target) || ownFields(target).length > 0 || ownRelations(target).length > 0) return false;
  const parent = Object.getPrototypeOf(target);
  return typeof parent === 'function' && parent.prototype !== undefined && ownEntityOptions(parent) !== undefined;
}

/** The class and its parents, base class first. */
function lineage(target: object): object[] {
  const chain: object[] = [];
  for (let at: object | null = target; typeof at === 'function' && at !== Function.prototype; at = Object.getPrototypeOf(at))
    chain.unshift(at);
  return chain;
}

function compile(target: object, transform: TransformOptions): RecordMetadata {
  const className = (target as { name: string }).name;
  const declarations = new Map<string, FieldDeclaration>();
  const relations = new Map<string, Relation>();
  let options: EntityOptions = {};
  for (const ancestor of lineage(target)) {
    const fields = ownFields(ancestor);
    const own = ownRelations(ancestor);
    if (fields.length + own.length > 0 && !isDecorated(ancestor)) {
      const name = (ancestor as { name: string }).name;
      const what = fields.length > 0 ? '@Field() properties' : 'relations';
      throw new ConfigurationError(`${name} declares ${what} but is not an entity. Write @Entity() above "class ${name}".`);
    }
    for (const field of fields) declarations.set(field.property, field);
    for (const relation of own) relations.set(relation.name, relation);
    const given = ownEntityOptions(ancestor);
    if (given) options = { ...options, ...given, search: { ...options.search, ...given.search } };
  }
  const id: FieldDeclaration = { property: 'id', name: options.id ?? 'id', designType: undefined, isAccessor: false };
  const declared = declarations.get('id');
  declarations.delete('id');
  const all = [{ ...id, ...declared, name: id.name as string }, ...declarations.values()];
  const keys = new Set([...relations.values()].map(({ kind, key }) => (kind === 'belongsTo' ? key : undefined)));
  let dates = 0;
  const fields = all.map((declaration, index) => {
    const hints = transformerHints(target, declaration.property, transform);
    const isId = (declaration.name ?? hints.name ?? declaration.property) === id.name;
    const isKey = keys.has(declaration.property);
    const codec = codecFor(className, declaration, hints, { isId, isKey, options: transform });
    return fieldMetadata(declaration, hints, codec, { index, dateIndex: codec.dates ? dates++ : -1 });
  });
  checkWireNames(className, fields);
  const byProperty = new Map(fields.map((field) => [field.property, field]));
  const computed = computedValues(target, (property) => byProperty.has(property), transform);
  return {
    className,
    fields,
    byProperty,
    id: fields[0]!,
    secrets: fields.filter(({ secret }) => secret),
    dates: fields.filter(({ codec }) => codec.dates),
    options,
    relations: relations.size > 0 ? relations : null,
    computed,
    keepsUnknown: !excludesAll(target),
    transform,
    wireNames: new Set([...fields.flatMap(({ wire, sentAs }) => [wire, sentAs]), ...computed.map(({ name }) => name)]),
    scan: null,
    hydrator: null,
  };
}

function fieldMetadata(
  declaration: FieldDeclaration,
  hints: TransformerHints,
  codec: Codec,
  position: { index: number; dateIndex: number },
): FieldMetadata {
  const readOnly = declaration.readOnly ?? false;
  const accessor: PropertyDescriptor = {};
  const field: FieldMetadata = {
    ...position,
    property: declaration.property,
    wire: declaration.name ?? hints.name ?? declaration.property,
    sentAs: declaration.name ?? hints.sentName ?? declaration.property,
    readOnly,
    createOnly: declaration.createOnly ?? false,
    required: declaration.required ?? false,
    check: declaration.check,
    nullable: declaration.nullable ?? true,
    isVersion: declaration.version ?? false,
    schema: declaration.schema,
    secret: declaration.secret ?? false,
    // Without its id a record could neither be found nor saved again.
    reads: hints.reads || declaration.property === 'id',
    sends: hints.sends || declaration.property === 'id',
    copies: (declaration.onClone ?? (readOnly || declaration.version ? 'reset' : 'copy')) === 'copy',
    equals: declaration.equals,
    codec,
    accessor,
  };
  Object.assign(accessor, accessorFor(field));
  return field;
}

/** The id and a read-only field with the platform's own name for it may share a key; no other fields may. */
function checkWireNames(className: string, fields: readonly FieldMetadata[]): void {
  const seen = new Map<string, FieldMetadata>();
  for (const field of fields) {
    const other = seen.get(field.wire);
    if (other && !(other.property === 'id' && field.readOnly)) {
      throw new ConfigurationError(
        `${className}: the fields ${other.property} and ${field.property} both use the key "${field.wire}". Give one of them another name.`,
      );
    }
    seen.set(field.wire, field);
  }
}
