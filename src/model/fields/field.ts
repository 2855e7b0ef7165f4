import '#reflect-metadata';
import { ConfigurationError } from '../errors/index.js';
import { decoratedMember, MemberNotes, type OfRecord, refuseBare } from '../support/decoration.js';
import { checkSchema, type StandardSchema } from '../support/standard-schema.js';
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
  /** A validator of the field's value, when `schema` of `@Entity` is one of the record; undefined is not validated. */
  schema?: StandardSchema;
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
  /**
   * Whether it is the version of the record, which every update sends back as it was loaded, so that the platform can refuse an update of
   * another version. A clone has none. Default: false.
   */
  version?: boolean;
  /** Whether a clone gets a deep copy of the value or no value. Default: 'copy'; for a read-only field 'reset'. */
  onClone?: 'copy' | 'reset';
  /**
   * Whether its value is for the platform only, such as a password. It is read, changed and sent like any other, but is `[redacted]` when the
   * record is printed, in the changes of `save` events and in errors, also where the server echoes a text or a number of 6 to 4,096 characters of it;
   * `toDict()` and `JSON.stringify` leave it out, but for `toDict({ secrets: true })`. Default: false.
   */
  secret?: boolean;
}

/** A field as its class declared it. */
export interface FieldDeclaration extends FieldOptions {
  property: string;
  /** The class the compiler recorded for the property, if any. */
  designType: AnyClass | undefined;
  /** Whether it is written with the keyword `accessor`. */
  isAccessor: boolean;
}

const declarations = new MemberNotes<FieldDeclaration>();

/** The fields that a class itself declares, in order of declaration; inherited fields are not included. */
export function ownFields(target: object): readonly FieldDeclaration[] {
  return declarations.of(target);
}

/** The values of a property whose field has a `type`: that, or a list of it, or nothing. */
export type FieldValue<T> = [T] extends [never] ? unknown : Instance<T> | readonly Instance<T>[] | null | undefined;

/** What a class of values, or a function that returns one, makes. */
export type Instance<T> = T extends BigIntConstructor
  ? bigint
  : T extends abstract new (
        ...args: never[]
      ) => infer I
    ? I
    : T extends () => infer Referred
      ? Instance<Referred>
      : never;

/** `@Field()` on a property, as a legacy or as a standard decorator. Only the standard one is checked against the type of the property. */
export interface FieldDecorator<Value> {
  (target: object, property: string | symbol, descriptor?: PropertyDescriptor): void;
  <This, Own extends Value>(value: undefined, context: ClassFieldDecoratorContext<This, Own> & OfRecord): void;
  <This, Own extends Value>(
    value: ClassAccessorDecoratorTarget<This, Own>,
    context: ClassAccessorDecoratorContext<This, Own> & OfRecord,
  ): ClassAccessorDecoratorResult<This, Own>;
}

/**
 * Declares a field: a property that is read from the platform and sent to it. The class that declares it needs `@Entity()`. Under standard
 * decorators the compiler does not record the property's class, so that a Date or a class of your own needs `type`.
 *
 * @throws ConfigurationError when the property is static or private, or has the name of a member of every record; under standard
 *   decorators, the latter when its class is defined.
 */
export function Field<T extends TypeReference = never>(options?: FieldOptions & { type?: T }): FieldDecorator<FieldValue<T>>;
export function Field(options: FieldOptions = {}, ...bare: readonly unknown[]): FieldDecorator<unknown> {
  refuseBare('@Field()', options, bare);
  return ((first: unknown, second: unknown, descriptor?: PropertyDescriptor) => {
    const { owner, title, name: property, kind } = decoratedMember('@Field()', first, second);
    const where = `@Field() on ${title}`;
    checkDeclaration(where, options, fieldOptionNames);
    if (options.schema !== undefined) checkSchema(options.schema, where);
    const accessor = accessorOf(where, kind, first, descriptor);
    if (kind === undefined && !accessor) refuseClash(where, first as object, property);
    const designType: unknown = kind === undefined ? Reflect.getMetadata?.('design:type', first as object, property) : undefined;
    declarations.add(owner, {
      ...options,
      property,
      designType: typeof designType === 'function' ? (designType as AnyClass) : undefined,
      isAccessor: accessor !== undefined,
    });
    return accessor && ownPropertyOf(property, accessor, descriptor);
  }) as FieldDecorator<unknown>;
}

/** Declares a field of a class without a decorator. @throws ConfigurationError as `Field` does. */
export function declareField(target: AnyClass<object>, property: string, options: FieldOptions): void {
  const where = `The field ${target.name}.${property}`;
  checkDeclaration(where, options, fieldOptionNames);
  if (options.schema !== undefined) checkSchema(options.schema, where);
  refuseClash(where, target.prototype, property);
  declarations.add(target, { ...options, property, designType: undefined, isAccessor: false });
}

/** Checks the fields of a class whose decorators ran before it existed. @throws ConfigurationError as `Field` does. */
export function checkOwnFields(target: AnyClass<object>): void {
  for (const { property, isAccessor } of ownFields(target)) {
    const prototype: object = isAccessor ? Object.getPrototypeOf(target.prototype) : target.prototype;
    refuseClash(`@Field() on ${target.name}.${property}`, prototype, property);
  }
}

function refuseClash(where: string, prototype: object, property: string): void {
  let at: object | null = prototype;
  while (at !== null && !Object.hasOwn(at, property)) at = Object.getPrototypeOf(at);
  if (at === null || ownFields(at.constructor).some((field) => field.property === property && field.isAccessor)) return;
  throw new ConfigurationError(
    `${where}: every record already has a member of that name. ` +
      `Use another property name and keep the key on the wire: @Field({ name: '${property}' }) ${property}Value.`,
  );
}

/**
 * What TypeScript and esbuild make of an `accessor` under legacy decorators, minified or not: a getter and a setter of a private field, or of
 * one that is kept in a WeakMap by a helper. A pair that is written out just so means the same.
 */
const readsStorage = /\{\s*return\s+(?:this\.#[\w$]+|[\w$.]+\(this,[^(){};]*\));?\s*\}$/;
const setsStorage = /\{\s*(?:this\.#[\w$]+\s*=\s*[\w$]+|[\w$.]+\(this,[^(){};]*\));?\s*\}$/;

type Accessor = Pick<PropertyDescriptor, 'get' | 'set'>;

/** Whether a legacy decorator stands above an `accessor`. */
export function isAccessorKeyword(descriptor: PropertyDescriptor | undefined): boolean {
  return (
    descriptor?.get !== undefined &&
    descriptor.set !== undefined &&
    readsStorage.test(String(descriptor.get)) &&
    setsStorage.test(String(descriptor.set))
  );
}

/**
 * The accessor that a compiler makes of `accessor title = ''`; undefined for a property.
 *
 * @throws ConfigurationError for getters and setters that are written out: the values of fields are properties of the record itself.
 */
function accessorOf(
  where: string,
  kind: string | undefined,
  first: unknown,
  descriptor: PropertyDescriptor | undefined,
): Accessor | undefined {
  if (kind === 'accessor') return first as Accessor;
  // Babel gives legacy decorators of properties a descriptor as well, with the initialiser.
  if (kind === 'field' || (kind === undefined && (!descriptor || 'initializer' in descriptor))) return undefined;
  if (isAccessorKeyword(descriptor)) return descriptor;
  throw new ConfigurationError(`${where}: a field must be a property, not a getter, a setter or a method.`);
}

/** An accessor that becomes a property of the record when it is first set, as the other fields are. */
function ownPropertyOf(property: string, { get }: Accessor, descriptor: PropertyDescriptor | undefined): PropertyDescriptor {
  return {
    ...descriptor,
    get,
    set(this: object, value: unknown) {
      Object.defineProperty(this, property, { value, writable: true, enumerable: true, configurable: true });
    },
  };
}
