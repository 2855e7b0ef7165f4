import { ConfigurationError } from '../errors/index.js';
import { accessorFor } from '../state/accessor.js';
import { codecFor } from './codec.js';
import { type EntityOptions, isDecorated, ownEntityOptions } from './entity-options.js';
import { type FieldDeclaration, ownFields } from './field.js';
import type { Codec, FieldMetadata, RecordMetadata } from './metadata.js';
import { type TransformerHints, transformerHints } from './transformer.js';

const compiled = new WeakMap<object, RecordMetadata>();

/**
 * The metadata of a class, inherited fields first.
 *
 * @throws ConfigurationError when a class declares fields without `@Entity`, or two fields share a key on the wire.
 */
export function metadataOf(target: object): RecordMetadata {
  const known = compiled.get(target);
  if (known) return known;
  const metadata = inheritsAll(target) ? metadataOf(Object.getPrototypeOf(target)) : compile(target);
  compiled.set(target, metadata);
  return metadata;
}

/** Whether a class adds nothing to its parent's metadata: a bound class, or a subclass with methods only. */
function inheritsAll(target: object): boolean {
  if (ownEntityOptions(target) || ownFields(target).length > 0) return false;
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

function compile(target: object): RecordMetadata {
  const className = (target as { name: string }).name;
  const declarations = new Map<string, FieldDeclaration>();
  let options: EntityOptions = {};
  for (const ancestor of lineage(target)) {
    const fields = ownFields(ancestor);
    if (fields.length > 0 && !isDecorated(ancestor)) {
      const name = (ancestor as { name: string }).name;
      throw new ConfigurationError(`${name} declares @Field() properties but is not an entity. Write @Entity() above "class ${name}".`);
    }
    for (const field of fields) declarations.set(field.property, field);
    const own = ownEntityOptions(ancestor);
    if (own) options = { ...options, ...own, search: { ...options.search, ...own.search } };
  }
  const id: FieldDeclaration = { property: 'id', name: options.id ?? 'id', designType: undefined };
  const declared = declarations.get('id');
  declarations.delete('id');
  const all = [{ ...id, ...declared, name: id.name as string }, ...declarations.values()];
  let dates = 0;
  const fields = all.map((declaration, index) => {
    const hints = transformerHints(target, declaration.property);
    const codec = codecFor(className, declaration, hints);
    return fieldMetadata(declaration, hints, codec, { index, dateIndex: codec.dates ? dates++ : -1 });
  });
  checkWireNames(className, fields);
  return {
    className,
    fields,
    byProperty: new Map(fields.map((field) => [field.property, field])),
    id: fields[0]!,
    dates: fields.filter(({ codec }) => codec.dates),
    options,
    wireNames: new Set(fields.map((field) => field.wire)),
    scan: null,
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
    readOnly,
    createOnly: declaration.createOnly ?? false,
    required: declaration.required ?? false,
    check: declaration.check,
    nullable: declaration.nullable ?? true,
    reads: hints.reads,
    sends: hints.sends,
    copies: (declaration.onClone ?? (readOnly ? 'reset' : 'copy')) === 'copy',
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
