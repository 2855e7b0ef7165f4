import { ConfigurationError } from '../errors/index.js';
import type { SearchParamsOf } from '../searching/searchable.js';
import type { RecordClass } from '../state/slot.js';
import { type BelongsToOptions, declareRelation, type HasManyOptions } from './declaration.js';
import type { Related, RelatedMany, RelatedOne } from './types.js';

/** A function that returns a class of records. */
type ClassReference = () => RecordClass;

/** One relation of `defineEntity`: the class at its other side, and the key. */
export type RelationDescription =
  | ({
      /** The class that the record belongs to. */
      readonly belongsTo: ClassReference;
      /** The field that has the other record's id. */
      readonly key: string;
    } & Readonly<BelongsToOptions>)
  | ({
      /** The class of the records that belong to this one. */
      readonly hasMany: ClassReference;
    } & Readonly<HasManyOptions>)
  | ({
      /** The class of the record that belongs to this one. */
      readonly hasOne: ClassReference;
    } & Readonly<HasManyOptions>);

/** The relations of `defineEntity`, by property name. */
export type RelationDescriptions = Readonly<Record<string, RelationDescription>>;

type RecordOf<C extends ClassReference> = InstanceType<ReturnType<C>>;

type RelationOf<D> = D extends { readonly belongsTo: infer C extends ClassReference }
  ? Related<RecordOf<C>, D extends { readonly required: true } ? never : null>
  : D extends { readonly hasMany: infer C extends ClassReference }
    ? RelatedMany<RecordOf<C>, SearchParamsOf<ReturnType<C>>>
    : D extends { readonly hasOne: infer C extends ClassReference }
      ? RelatedOne<RecordOf<C>>
      : never;

/** The properties that the relations of a description give to records. */
export type RelationsOf<Relations> = { -readonly [Name in keyof Relations]: RelationOf<Relations[Name]> };

/**
 * Declares a relation of a class without a decorator.
 *
 * @throws ConfigurationError for what is not the description of a relation.
 */
export function describeRelation(target: { readonly name: string }, name: string, description: unknown): void {
  const where = `The relation ${target.name}.${name}`;
  if (typeof description !== 'object' || description === null) throw unlike(where);
  const { belongsTo, hasMany, hasOne, ...rest } = description as Record<string, unknown>;
  const kinds = Object.entries({ belongsTo, hasMany, hasOne }).filter(([, related]) => related !== undefined);
  const [kind, related] = kinds[0] ?? [];
  if (kinds.length !== 1) throw unlike(where);
  if (kind !== 'belongsTo') {
    declareRelation(target, name, { kind: kind as 'hasMany', target: related, key: rest }, where);
    return;
  }
  const { key, ...options } = rest;
  declareRelation(target, name, { kind, target: related, key, options }, where);
}

function unlike(where: string): ConfigurationError {
  return new ConfigurationError(
    `${where} is described by an object with belongsTo, hasMany or hasOne: { belongsTo: () => Post, key: 'postId' }.`,
  );
}
