import { ConfigurationError } from '../errors/index.js';
import type { FieldCheck } from './checks.js';
import { type Codec, codecFor } from './codec.js';
import { type EntityOptions, isDecorated, ownEntityOptions } from './entity.js';
import { type FieldDeclaration, ownFields } from './field.js';
import { transformerHints } from './transformer.js';

/** One field, ready to be used. */
export interface FieldMetadata {
  /** Its place among the fields of its class. */
  index: number;
  property: string;
  /** The key on the wire. */
  wire: string;
  readOnly: boolean;
  createOnly: boolean;
  required: boolean;
  check: FieldCheck | undefined;
  nullable: boolean;
  /** Whether it is read from answers. */
  reads: boolean;
  /** Whether it is sent, and so whether a change of it is a change. */
  sends: boolean;
  copies: boolean;
  equals: ((local: unknown, saved: unknown) => boolean) | undefined;
  codec: Codec;
  /** The own accessor of values that are copied out of the JSON on first read; the same one for all records of the class. */
  accessor: PropertyDescriptor;
}

/** What the decorators of a class and its parents come to, worked out once. */
export interface RecordMetadata {
  className: string;
  fields: readonly FieldMetadata[];
  byProperty: ReadonlyMap<string, FieldMetadata>;
  id: FieldMetadata;
  options: EntityOptions;
  /** Keys on the wire that a field stands for. */
  wireNames: ReadonlySet<string>;
}

/** Makes the accessor of a field; handed in by the state that the accessor reads. */
type AccessorMaker = (field: FieldMetadata) => PropertyDescriptor;
let accessorFor: AccessorMaker = () => ({});
export function setAccessorMaker(make: AccessorMaker): void {
  accessorFor = make;
}

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
      throw new ConfigurationError(`${name} declares @Field()s but is no entity. Write @Entity() above "class ${name}".`);
    }
    for (const field of fields) declarations.set(field.property, field);
    const own = ownEntityOptions(ancestor);
    if (own) options = { ...options, ...own, search: { ...options.search, ...own.search } };
  }
  const id: FieldDeclaration = { property: 'id', name: options.id ?? 'id', designType: undefined };
  const declared = declarations.get('id');
  declarations.delete('id');
  const all = [{ ...id, ...declared, name: id.name as string }, ...declarations.values()];
  const fields = all.map((declaration, index) => fieldMetadata(target, className, declaration, index));
  checkWireNames(className, fields);
  return {
    className,
    fields,
    byProperty: new Map(fields.map((field) => [field.property, field])),
    id: fields[0]!,
    options,
    wireNames: new Set(fields.map((field) => field.wire)),
  };
}

function fieldMetadata(target: object, className: string, declaration: FieldDeclaration, index: number): FieldMetadata {
  const hints = transformerHints(target, declaration.property);
  const readOnly = declaration.readOnly ?? false;
  const field: FieldMetadata = {
    index,
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
    codec: codecFor(className, declaration, hints),
    accessor: {},
  };
  field.accessor = accessorFor(field);
  return field;
}

/** The id and the platform's own name for it may share a key; no others may. */
function checkWireNames(className: string, fields: readonly FieldMetadata[]): void {
  const seen = new Map<string, FieldMetadata>();
  for (const field of fields) {
    const other = seen.get(field.wire);
    if (other && !(other.property === 'id' && field.readOnly)) {
      throw new ConfigurationError(
        `${className}: the fields ${other.property} and ${field.property} both stand for the key "${field.wire}". Give one another name.`,
      );
    }
    seen.set(field.wire, field);
  }
}
