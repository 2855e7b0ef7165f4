import type { BaseResource } from '../base-resource.js';
import { ConfigurationError } from '../errors/index.js';
import { checkDeclaration } from '../fields/option-names.js';
import { isRecordClass, type RecordClass } from '../state/slot.js';
import { MemberNotes } from '../support/decoration.js';
import { namesOf } from '../support/names.js';

/**
 * A function that returns the class at the other side, for classes that refer to each other. It is given the class of the record whose
 * relation it is.
 */
export type RelatedClass<T extends BaseResource = BaseResource> = (owner: object) => RecordClass<T>;

/** Options of `@BelongsTo`. */
export interface BelongsToOptions {
  /** Whether a missing record is an error instead of null. Default: false. */
  required?: boolean;
}

/** Options of `@HasMany` and `@HasOne`: `key` or `by`, or both. */
export interface HasManyOptions {
  /** The property of the other class that has this record's id. Without it, `include` takes one request for each record. */
  key?: string;
  /** The parameter that finds the other records by this record's id. Default: what `key` is called on the wire. */
  by?: string;
  /**
   * Whether that parameter takes a list of ids: `include` then loads what belongs to a page in one list for each 100 records. Default: false.
   */
  list?: boolean;
  /** Further parameters of every search of the relation. */
  where?: Readonly<Record<string, unknown>>;
}

/** A relation as its class declared it. */
export interface Relation extends Readonly<HasManyOptions> {
  readonly kind: 'belongsTo' | 'hasMany' | 'hasOne';
  readonly name: string;
  readonly target: RelatedClass;
  readonly required: boolean;
  /** Whether the class has written the accessor of the property itself. */
  readonly isWritten: boolean;
}

const declarations = new MemberNotes<Relation>();

/** The relations that a class itself declares; inherited ones are not included. */
export function ownRelations(target: object): readonly Relation[] {
  return declarations.of(target);
}

const belongsToNames = namesOf<BelongsToOptions>({ required: true });
const hasManyNames = namesOf<HasManyOptions>({ key: true, by: true, list: true, where: true });

/** What a decorator says of a relation, besides where it stands. */
export interface RelationTerms {
  readonly kind: Relation['kind'];
  readonly target: unknown;
  /** The name of a key, or options. */
  readonly key: unknown;
  readonly options?: unknown;
}

/**
 * Declares a relation of a class.
 *
 * @param owner The class, or the metadata that its standard decorators share.
 * @param where The relation, for error messages.
 * @throws ConfigurationError for what is not the declaration of a relation.
 */
export function declareRelation(owner: object, name: string, terms: RelationTerms, where: string, isWritten = false): void {
  const { kind, target, options = {} } = terms;
  checkTarget(where, target);
  const base = { kind, name, isWritten, target: target as RelatedClass, required: false };
  if (kind !== 'belongsTo') {
    declarations.add(owner, { ...base, ...manyOptions(where, terms.key) });
    return;
  }
  if (!isName(terms.key)) throw new ConfigurationError(`${where}: the key must be the name of a field of this class.`);
  if (typeof options !== 'object' || options === null) throw new ConfigurationError(`${where}: the options must be an object.`);
  checkDeclaration(where, options, belongsToNames);
  declarations.add(owner, { ...base, key: terms.key, required: (options as BelongsToOptions).required === true });
}

/** @throws ConfigurationError for what does not return a class, as where a decorator lacks its parentheses. */
export function checkTarget(where: string, target: unknown): void {
  if (typeof target !== 'function' || isRecordClass(target))
    throw new ConfigurationError(`${where} takes a function that returns the class, such as () => Post, and then a key.`);
}

function manyOptions(where: string, key: unknown): HasManyOptions {
  if (isName(key)) return { key };
  if (typeof key === 'object' && key !== null) {
    checkDeclaration(where, key, hasManyNames);
    const { key: property, by } = key as HasManyOptions;
    if ([property, by].every((name) => name === undefined || isName(name)) && (property ?? by) !== undefined) return key;
  }
  throw new ConfigurationError(
    `${where} needs the key of the other class that has the id of this record, or the parameter that finds by it: 'postId', or { key, by }.`,
  );
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
