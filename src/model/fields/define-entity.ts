import { BaseResource } from '../base-resource.js';
import { ConfigurationError } from '../errors/index.js';
import { describeRelation, type RelationDescriptions, type RelationsOf } from '../relations/describe.js';
import { hasMembers } from '../support/has-members.js';
import { checkMixinBase, type RecordBase } from '../support/mixin.js';
import { namesOf, suggestion } from '../support/names.js';
import { Entity } from './entity.js';
import type { EntityOptions } from './entity-options.js';
import { type AnyClass, declareField, type FieldOptions, type Instance, type TypeReference } from './field.js';
import { checkDeclaration, entityOptionNames } from './option-names.js';

/** Adds a capability to a record class: `SearchResourceMixin`, `GetResourceMixin` … */
export type Mixin = (base: RecordBase) => RecordBase;

declare const jsonType: unique symbol;

/** The TypeScript type of a field whose values are plain JSON: `config: Object as JsonOf<Config>`. */
export type JsonOf<T> = ObjectConstructor & {
  /** For the compiler; there is no such member. */
  readonly [jsonType]: T;
};

/** What a field holds: a class, a function that returns one, or a list with one of them. */
export type FieldType = TypeReference | readonly [TypeReference];

/** One field of `defineEntity`: what it holds, or that and the options of `@Field`. */
export type FieldDescription =
  | FieldType
  | (Omit<FieldOptions, 'type'> & {
      /** The class of the values, or a function that returns it. Default: values are as JSON has them. */
      readonly type?: FieldType | undefined;
    });

/** The fields of `defineEntity`, by property name. */
export type FieldDescriptions = Readonly<Record<string, FieldDescription>>;

/** Methods that take part in operations, by name; they are called with the record as `this`. */
export type HookMethods = {
  [Name in 'onPoll' | `before${string}` | `after${string}`]?: (...args: never[]) => unknown;
};

/** What `defineEntity` makes a class of: the options of `@Entity`, and these. */
export interface EntityDescription<
  Base extends RecordBase,
  Mixins extends Mixin,
  Fields extends FieldDescriptions,
  Relations extends RelationDescriptions = Record<never, never>,
> extends EntityOptions {
  /** The name of the class. */
  name: string;
  /** The class it extends. Default: BaseResource. */
  extends?: Base;
  /** What records of the class can do beside saving; the first one is applied first. Default: none. */
  mixins?: readonly Mixins[];
  /** The fields of its records, by property name. Default: none beside `id`. */
  fields?: Fields;
  /** The relations of its records, by property name: `{ post: { belongsTo: () => Post, key: 'postId' } }`. Default: none. */
  relations?: Relations;
  /** `beforeSave()`, `afterSave()` and the like, `onPoll()`. */
  hooks?: HookMethods & ThisType<InstanceType<Base> & Abilities<Mixins> & FieldsOf<Fields> & RelationsOf<Relations>>;
}

type Value<T> = T extends { readonly [jsonType]: infer V }
  ? V
  : T extends StringConstructor
    ? string
    : T extends NumberConstructor
      ? number
      : T extends BooleanConstructor
        ? boolean
        : T extends ObjectConstructor
          ? Record<string, unknown>
          : T extends readonly [infer Item]
            ? Value<Item>[]
            : T extends BigIntConstructor | AnyClass
              ? Instance<T>
              : T extends () => infer Referred
                ? Value<Referred>
                : unknown;

type ValueOfField<D> = D extends FieldType
  ? Value<D>
  : D extends { readonly type: infer T }
    ? Value<T> | (D extends { readonly nullable: true } ? null : never)
    : unknown;

type ReadOnlyNames<Fields> = { [Name in keyof Fields]: Fields[Name] extends { readonly readOnly: true } ? Name : never }[keyof Fields];

/** The properties that the fields of a description give to records. */
export type FieldsOf<Fields> = { -readonly [Name in Exclude<keyof Fields, ReadOnlyNames<Fields>>]: ValueOfField<Fields[Name]> } & {
  readonly [Name in ReadOnlyNames<Fields>]: ValueOfField<Fields[Name]>;
};

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void ? All : never;

type Mixed<Mixins extends Mixin> = [Mixins] extends [never] ? unknown : Intersection<ReturnType<Mixins>>;

/** What the mixins give to records. */
type Abilities<Mixins extends Mixin> = Mixed<Mixins> extends abstract new (...args: never[]) => infer R ? R : unknown;

/** The statics of a class: its members without its constructor. */
type Statics<C> = { [Name in Exclude<keyof C, 'prototype'>]: C[Name] };

/** The class that `defineEntity` makes. */
export type DefinedEntity<
  Base extends RecordBase,
  Mixins extends Mixin,
  Fields extends FieldDescriptions,
  Relations extends RelationDescriptions = Record<never, never>,
> = (new (
  attributes?: object,
) => InstanceType<Base> & Abilities<Mixins> & FieldsOf<Fields> & RelationsOf<Relations>) &
  Statics<Base> &
  Statics<Mixed<Mixins>>;

/**
 * Makes an entity class without decorators: the same class that `@Entity`, `@Field` and methods would make. Its records are typed from the
 * description: a value is not null unless its field is `nullable`, and readonly where its field is. The class can be extended.
 *
 * ```ts
 * const Note = defineEntity({
 *   name: 'Note',
 *   path: 'api/notes',
 *   mixins: [SearchResourceMixin, GetResourceMixin],
 *   fields: { title: String, tags: [String], createdAt: { type: Date, readOnly: true } },
 * });
 * ```
 *
 * @throws ConfigurationError for unknown options, for fields and relations with the name of a member of every record, and for relations whose
 * key is not a field.
 */
export function defineEntity<
  Base extends RecordBase = typeof BaseResource,
  Mixins extends Mixin = never,
  const Fields extends FieldDescriptions = Record<never, never>,
  const Relations extends RelationDescriptions = Record<never, never>,
>(description: EntityDescription<Base, Mixins, Fields, Relations>): DefinedEntity<Base, Mixins, Fields, Relations> {
  const { name, extends: parent = BaseResource, mixins = [], fields = {}, relations = {}, hooks = {}, ...options } = checked(description);
  let base: RecordBase = parent;
  for (const mixin of mixins) base = mixin(base);
  const target = { [name]: class extends (base as typeof BaseResource) {} }[name]!;
  for (const [property, field] of Object.entries(fields)) declareField(target, property, optionsOf(`${name}.${property}`, field));
  for (const [property, relation] of Object.entries(relations)) describeRelation(target, property, relation);
  for (const [method, value] of Object.entries(hooks)) addHook(target, method, value);
  return Entity(options)(target) as unknown as DefinedEntity<Base, Mixins, Fields, Relations>;
}

const descriptionNames = [
  ...entityOptionNames,
  ...namesOf<Omit<EntityDescription<RecordBase, Mixin, FieldDescriptions, RelationDescriptions>, keyof EntityOptions>>({
    name: true,
    extends: true,
    mixins: true,
    fields: true,
    relations: true,
    hooks: true,
  }),
];

type AnyDescription = EntityDescription<RecordBase, Mixin, FieldDescriptions, RelationDescriptions>;

function checked(given: unknown): AnyDescription {
  if (!hasMembers(given)) throw new ConfigurationError(`defineEntity() takes an object (got ${described(given)}).`);
  const { name, extends: base, mixins, fields, relations, hooks } = given;
  if (typeof name !== 'string' || name.trim() === '')
    throw new ConfigurationError(`defineEntity(): name must be a text, the name of the class (got ${described(name)}).`);
  checkDeclaration(`defineEntity(${name})`, given, descriptionNames);
  if (base !== undefined) checkMixinBase(base, 'extends: ');
  if (mixins !== undefined && !(Array.isArray(mixins) && mixins.every((mixin) => typeof mixin === 'function')))
    throw new ConfigurationError(
      `defineEntity(${name}): mixins must be a list of mixins, such as [SearchResourceMixin, GetResourceMixin].`,
    );
  for (const [option, value] of Object.entries({ fields, relations, hooks })) {
    if (value !== undefined && !hasMembers(value))
      throw new ConfigurationError(`defineEntity(${name}): ${option} must be an object (got ${described(value)}).`);
  }
  return given as unknown as AnyDescription;
}

function optionsOf(where: string, description: unknown): FieldOptions {
  if (typeof description === 'function' || Array.isArray(description)) return { type: typeOf(where, description) };
  if (!hasMembers(description)) {
    throw new ConfigurationError(
      `${where}: a field is described by a class, a list with a class, or an object of options (got ${described(description)}).`,
    );
  }
  const { type, ...options } = description;
  return type === undefined ? options : { ...options, type: typeOf(where, type) };
}

/** The class of a list's items is that of the list for us: a field decodes each item of the lists that it holds. */
function typeOf(where: string, type: unknown): TypeReference {
  const item: unknown = Array.isArray(type) && type.length === 1 ? type[0] : type;
  if (typeof item === 'function') return item as TypeReference;
  throw new ConfigurationError(`${where}: type must be a class, a function that returns one, or a list with one (got ${described(type)}).`);
}

const commonHooks = ['Save', 'Clone', 'Delete', 'Refresh', 'Run'].flatMap((name) => [`before${name}`, `after${name}`]);

function addHook(target: typeof BaseResource, name: string, method: unknown): void {
  if (name !== 'onPoll' && !/^(?:before|after)[A-Z]/.test(name)) {
    throw new ConfigurationError(`${target.name}: '${name}' is not a hook (${suggestion(name, [...commonHooks, 'onPoll'])}).`);
  }
  if (typeof method !== 'function')
    throw new ConfigurationError(`${target.name}: the hook ${name} must be a method (got ${described(method)}).`);
  Object.defineProperty(target.prototype, name, { value: method, writable: true, configurable: true });
}

function described(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
}
