import type { BaseResource } from '../base-resource.js';
import { ConfigurationError } from '../errors/index.js';
import { isAccessorKeyword } from '../fields/field.js';
import { decoratedMember, type OfRecord } from '../support/decoration.js';
import {
  type BelongsToOptions,
  checkTarget,
  declareRelation,
  type HasManyOptions,
  type RelatedClass,
  type RelationTerms,
} from './declaration.js';
import type { Related, RelatedMany, RelatedOne } from './types.js';

/** A class that has a property; the compiler names the one that is missing. */
type Having<This, Key extends string> = [Key] extends [keyof This] ? unknown : Readonly<Record<Key, unknown>>;

/** `@BelongsTo()` and its like on a property, as a legacy or as a standard decorator. Both are checked against the type of the property. */
export interface RelationDecorator<Value, Key extends string = never> {
  <This extends object, Name extends string>(
    target: This & Readonly<Record<Name, Value>> & Having<This, Key>,
    property: Name,
    descriptor?: PropertyDescriptor,
  ): void;
  <This, Own extends Value>(value: undefined, context: ClassFieldDecoratorContext<This, Own> & OfRecord & Having<This, Key>): void;
  <This, Own extends Value>(
    value: ClassAccessorDecoratorTarget<This, Own>,
    context: ClassAccessorDecoratorContext<This, Own> & OfRecord & Having<This, Key>,
  ): void;
  <This, Own extends Value>(
    value: (this: This) => Own,
    context: ClassGetterDecoratorContext<This, Own> & OfRecord & Having<This, Key>,
  ): void;
}

/**
 * Declares that a record belongs to another one, whose id is in a field of this record: `@BelongsTo(() => Post, 'postId') post!:
 * Related<Post>`. `await comment.post()` loads it, `comment.post = post` and `comment.post.set(post)` set the key.
 *
 * @param target A function that returns the other class.
 * @param key The field that has the other record's id.
 * @throws ConfigurationError for what is not the declaration of a relation, and, when the class is defined, for a key that is not a field and
 *   for a property with the name of another member.
 */
export function BelongsTo<T extends BaseResource, Key extends string>(
  target: RelatedClass<T>,
  key: Key,
  options?: BelongsToOptions,
): RelationDecorator<Related<T>, Key> {
  return decorator('@BelongsTo()', { kind: 'belongsTo', target, key, options });
}

/**
 * Declares that other records belong to a record: `@HasMany(() => Comment, 'postId') comments!: RelatedMany<Comment>`. `post.comments()` is a
 * search of them.
 *
 * @param target A function that returns the other class.
 * @param key The property of the other class that has this record's id, or the parameter that finds by it, or options.
 * @throws ConfigurationError as `BelongsTo` does.
 */
export function HasMany<T extends BaseResource>(
  target: RelatedClass<T>,
  key: string | HasManyOptions,
): RelationDecorator<RelatedMany<T, never>> {
  return decorator('@HasMany()', { kind: 'hasMany', target, key });
}

/**
 * Declares that one other record belongs to a record: `@HasOne(() => Profile, 'userId') profile!: RelatedOne<Profile>`. `await
 * user.profile()` is the first that a search finds, or null.
 *
 * @param target A function that returns the other class.
 * @param key As for `HasMany`. With `list: true` each record should have one at most, for `include` loads them all.
 * @throws ConfigurationError as `BelongsTo` does.
 */
export function HasOne<T extends BaseResource>(target: RelatedClass<T>, key: string | HasManyOptions): RelationDecorator<RelatedOne<T>> {
  return decorator('@HasOne()', { kind: 'hasOne', target, key });
}

function decorator<Value, Key extends string>(name: string, terms: RelationTerms): RelationDecorator<Value, Key> {
  checkTarget(name, terms.target);
  return ((first: unknown, second: unknown, descriptor?: PropertyDescriptor) => {
    const { owner, title, name: property, kind } = decoratedMember(name, first, second);
    const where = `${name} on ${title}`;
    if (kind === 'method' || kind === 'setter' || typeof descriptor?.value === 'function')
      throw new ConfigurationError(`${where}: a relation must be a property or a getter.`);
    const isWritten = kind === 'getter' || (descriptor?.get !== undefined && !isAccessorKeyword(descriptor));
    declareRelation(owner, property, terms, where, isWritten);
  }) as RelationDecorator<Value, Key>;
}
