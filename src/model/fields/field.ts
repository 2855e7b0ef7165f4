import 'reflect-metadata';
import { ConfigurationError } from '../errors/index.js';
import type { FieldCheck } from './checks.js';
import { checkDeclaration, fieldOptionNames } from './option-names.js';

/** A class. */
export type AnyClass<T = unknown> = abstract new (...args: never[]) => T;

/** A property's class, or a function that returns it (for classes that refer to each other). */
export type TypeReference = AnyClass | (() => AnyClass);

/**
 * The type of a property whose class is declared later or elsewhere in a cycle: `@Field({ type: () => Asset }) asset!: Rel<Asset>`.
 * It keeps the compiler from writing the class into decorator metadata, where it would be read too early.
 */
export type Rel<T> = T;

export interface FieldOptions {
  /** Set by the platform: never sent on create or PATCH, left out of clones; a changed one makes `save()` a ValidationError. */
  readOnly?: boolean;
  /** Chosen when the record is created and fixed from then on: a changed one makes `save()` a ValidationError. Default: false. */
  createOnly?: boolean;
  /** Whether a create without it is a ValidationError. Default: false. */
  required?: boolean;
  /** Checks a value before it is sent; what it says is wrong makes `save()` a ValidationError with this detail. */
  check?: FieldCheck;
  /** Whether null is a value of this field. Default: true. A null in a field declared `nullable: false` makes `save()` a ValidationError. */
  nullable?: boolean;
  /** The key on the wire. Default: the property's name. */
  name?: string;
  /** `Date`, a class, or a function that returns one. Default: what the compiler's decorator metadata says, when it names a class. */
  type?: TypeReference;
  /** Whether a local value equals the saved one, both as property values. Default: deep equality. */
  equals?: (local: unknown, saved: unknown) => boolean;
  /** What a clone gets: a deep copy, or nothing. Default: 'copy', and 'reset' for a read-only field. */
  onClone?: 'copy' | 'reset';
}

/** A field as its class declared it. */
export interface FieldDeclaration extends FieldOptions {
  property: string;
  /** The class the compiler recorded for the property, if any. */
  designType: AnyClass | undefined;
}

const declarations = new WeakMap<object, FieldDeclaration[]>();

/** The fields that this very class declares, in order; inherited ones are not in it. */
export function ownFields(target: object): readonly FieldDeclaration[] {
  return declarations.get(target) ?? [];
}

/**
 * Declares a field: a property that is read from and sent to the platform. The class it stands in carries `@Entity()`.
 *
 * @throws ConfigurationError when the property is named like a member every record has, or the class is not compiled with
 *   `experimentalDecorators`.
 */
export function Field(options: FieldOptions = {}): PropertyDecorator {
  return (target: object, property: string | symbol): void => {
    if (typeof target !== 'object' || target === null || typeof property === 'object') {
      throw new ConfigurationError('@Field() needs the compiler option "experimentalDecorators": true (legacy decorators).');
    }
    const className = target.constructor.name;
    checkDeclaration(`@Field() on ${className}.${String(property)}`, options, fieldOptionNames);
    if (typeof property !== 'string') throw new ConfigurationError(`@Field() on ${className}: a field's name must be text, not a symbol.`);
    if (property in target) {
      throw new ConfigurationError(
        `@Field() on ${className}.${property}: every record already has a member of that name. ` +
          `Use another property name and keep the key on the wire: @Field({ name: '${property}' }) ${property}Value.`,
      );
    }
    const own = declarations.get(target.constructor) ?? [];
    const designType: unknown = Reflect.getMetadata?.('design:type', target, property);
    own.push({ ...options, property, designType: typeof designType === 'function' ? (designType as AnyClass) : undefined });
    declarations.set(target.constructor, own);
  };
}
