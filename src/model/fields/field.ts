import 'reflect-metadata';
import { ConfigurationError } from '../errors/index.js';
import { refuseStandardDecorator } from '../support/legacy-decorator.js';
import type { FieldCheck } from './metadata.js';
import { checkDeclaration, fieldOptionNames } from './option-names.js';

/** Any class, abstract or not. */
export type AnyClass<T = unknown> = abstract new (...args: never[]) => T;

/** A property's class, or a function that returns it, for classes that refer to each other. */
export type TypeReference = AnyClass | BigIntConstructor | (() => AnyClass | BigIntConstructor);

/**
 * The type of a property whose class is declared later, or in a module of an import cycle: `@Field({ type: () => Asset }) asset!:
 * Rel<Asset>`. It keeps the compiler from writing the class into decorator metadata, which would be evaluated before the class exists.
 */
export type Rel<T> = T;

/** Options of `@Field`. */
export interface FieldOptions {
  /**
   * Whether the platform sets the field: it is never sent on create or PATCH and is left out of clones, and `save()` throws a
   * ValidationError when it has changed. Default: false.
   */
  readOnly?: boolean;
  /** Whether the field can only be set on create; after that, `save()` throws a ValidationError when it has changed. Default: false. */
  createOnly?: boolean;
  /** Whether creating a record without a value for the field throws a ValidationError. Default: false. */
  required?: boolean;
  /** Checks the value before it is sent. A problem it returns makes `save()` throw a ValidationError that has it among its `details`. */
  check?: FieldCheck;
  /** Whether the field may be null; if not, `save()` throws a ValidationError when it is. Default: true. */
  nullable?: boolean;
  /** The key on the wire. Default: the property's name. */
  name?: string;
  /**
   * `Date`, `BigInt` (for a `bigint` property), a class, or a function that returns one. Default: the class in the compiler's decorator
   * metadata, if there is one.
   */
  type?: TypeReference;
  /** Compares a local value with the saved one, both decoded as the property holds them. Default: deep equality. */
  equals?: (local: unknown, saved: unknown) => boolean;
  /** Whether a clone gets a deep copy of the value or no value. Default: 'copy'; for a read-only field 'reset'. */
  onClone?: 'copy' | 'reset';
}

/** A field as its class declared it. */
export interface FieldDeclaration extends FieldOptions {
  property: string;
  /** The class the compiler recorded for the property, if any. */
  designType: AnyClass | undefined;
}

const declarations = new WeakMap<object, FieldDeclaration[]>();

/** The fields that a class itself declares, in order of declaration; inherited fields are not included. */
export function ownFields(target: object): readonly FieldDeclaration[] {
  return declarations.get(target) ?? [];
}

/**
 * Declares a field: a property that is read from the platform and sent to it. The class that declares it needs `@Entity()`.
 *
 * @throws ConfigurationError when the property has the name of a member of every record, or the class is not compiled with
 *   `experimentalDecorators`.
 */
export function Field(options: FieldOptions = {}): PropertyDecorator {
  return (target: object, property: string | symbol): void => {
    refuseStandardDecorator('@Field()', property);
    if (typeof target !== 'object' || target === null || typeof property === 'object') {
      throw new ConfigurationError('@Field() needs the compiler option "experimentalDecorators": true (legacy decorators).');
    }
    const className = target.constructor.name;
    checkDeclaration(`@Field() on ${className}.${String(property)}`, options, fieldOptionNames);
    if (typeof property !== 'string')
      throw new ConfigurationError(`@Field() on ${className}: a field's name must be a string, not a symbol.`);
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
