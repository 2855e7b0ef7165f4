import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { NotFoundError, ResourceError, ValidationError } from '../errors/index.js';
import { metadataOf } from '../fields/compile.js';
import type { CallOptions } from '../ports/transport.js';
import { refineSearch } from '../searching/mixin.js';
import { Page } from '../searching/page.js';
import { Search } from '../searching/search.js';
import { isId } from '../support/ids.js';
import { callOptionNames } from '../support/known-options.js';
import { checkOptionNames, suggestion } from '../support/names.js';
import { part } from '../support/part.js';
import { assignRelated } from './assign.js';
import type { Relation } from './declaration.js';
import { keyOf, loadedOf, noteLoaded, now } from './loaded.js';
import { findingBy, searchableTarget, targetOn } from './target.js';
import type { RelatedSearchOptions, RelationOptions } from './types.js';

const finding = part(() => import('../persistence/find.js'));

/**
 * The relation of a record by its name: what the property is. For accessors that are written out, so that the compiler lets a record be
 * assigned: `get post(): Related<Post> { return relationOf(this, 'post'); }`.
 *
 * @throws ValidationError for a name that is not a relation.
 */
export function relationOf<R extends BaseResource, Name extends keyof R & string>(record: R, name: Name): R[Name] {
  const { relations, className } = metadataOf(record.constructor);
  const relation = relations?.get(name);
  if (relation) return handleOf(record, relation) as R[Name];
  throw new ValidationError(`${className} has no relation ${name} (${suggestion(name, [...(relations?.keys() ?? [])])}).`);
}

/** What the property of a relation reads as: a function that loads, with what has been loaded beside it. */
export function handleOf(record: object, relation: Relation): object {
  const source = record as BaseResource;
  const call =
    relation.kind === 'hasMany'
      ? (params?: object, options?: RelatedSearchOptions) => searchMany(source, relation, params, options)
      : (options?: RelationOptions) => loadOne(source, relation, options);
  return Object.defineProperties(call, {
    name: { value: relation.name },
    loaded: { get: () => loadedOf(record, relation) },
    ...(relation.kind === 'belongsTo' && { set: { value: (value: unknown) => assignRelated(record, relation, value) } }),
  });
}

async function loadOne(record: BaseResource, relation: Relation, given: RelationOptions = {}): Promise<BaseResource | null> {
  checkOptionNames(`${relation.name} of ${String(record)}`, given, [...callOptionNames, 'reload']);
  const { reload = false, ...options } = given;
  const { kind, required } = relation;
  if (kind === 'hasOne') record.requireId(`load the ${words(relation.name)} of`);
  const key = keyOf(record, relation);
  if (kind === 'belongsTo' && !isId(key)) return required ? refuseMissing(record, relation) : null;
  const known = reload ? undefined : loadedOf(record, relation);
  if (known !== undefined && (known !== null || !required)) return known as BaseResource | null;
  return isWithout(given) ? loadTogether(record, relation, key) : load(record, relation, key, options);
}

/** What is being loaded for calls without options, by relation. */
const underWay = new WeakMap<BaseResource, Map<string, { key: unknown; found: Promise<BaseResource | null> }>>();

/** One request for all calls that are made before its response. */
function loadTogether(record: BaseResource, relation: Relation, key: unknown): Promise<BaseResource | null> {
  const own = underWay.get(record) ?? new Map();
  underWay.set(record, own);
  const before = own.get(relation.name);
  if (before?.key === key) return before.found;
  const found = load(record, relation, key, {}).finally(() => {
    if (own.get(relation.name)?.found === found) own.delete(relation.name);
  });
  own.set(relation.name, { key, found });
  return found;
}

async function load(record: BaseResource, relation: Relation, key: unknown, options: CallOptions): Promise<BaseResource | null> {
  const isParent = relation.kind === 'belongsTo';
  const since = now();
  let found: BaseResource | null = null;
  let missing: NotFoundError | undefined;
  try {
    found = isParent ? await loadParent(record, relation, key, options) : await loadFirst(record, relation, options);
  } catch (error) {
    if (!isParent || !(error instanceof NotFoundError)) throw error;
    missing = error;
  }
  const { required } = relation;
  // One that is searched for may have been created by the next time.
  noteLoaded(record, relation, key, found ?? (isParent && !required ? null : undefined), since);
  if (found === null && required) throw missing ?? noneWithId(record, relation, key);
  return found;
}

async function loadParent(record: BaseResource, relation: Relation, key: unknown, options: CallOptions): Promise<BaseResource | null> {
  const target = targetOn(requireConnection(record, `load the ${words(relation.name)} of`), record.constructor, relation);
  const { findOne } = await finding();
  return findOne(target, key as string, options);
}

function loadFirst(record: BaseResource, relation: Relation, options: CallOptions): Promise<BaseResource | null> {
  const connection = requireConnection(record, `load the ${words(relation.name)} of`);
  const target = searchableTarget(connection, record.constructor, relation);
  const { by } = findingBy(target, relation);
  return target.search(paramsOf(relation, by, record.id), options as never).first();
}

function searchMany(record: BaseResource, relation: Relation, params: object = {}, given: RelatedSearchOptions = {}): Search<BaseResource> {
  const operation = `list the ${words(relation.name)} of`;
  record.requireId(operation);
  const { reload = false, ...options } = given;
  const target = searchableTarget(requireConnection(record, operation), record.constructor, relation);
  const { by } = findingBy(target, relation);
  const all = paramsOf(relation, by, record.id, params);
  if (reload) noteLoaded(record, relation, record.id, undefined);
  const isPlain = !reload && isWithout(params) && isWithout(options, sameRecords);
  const known = isPlain ? loadedOf(record, relation) : undefined;
  if (known === undefined) return target.search(all as never, options as never) as Search<BaseResource>;
  return new Search(new Page(known as readonly BaseResource[]), refineSearch(target, all, options));
}

/** Options with which a search finds the same records. */
const sameRecords = ['signal', 'timeout', 'maxRetries'] as const satisfies readonly (keyof CallOptions)[];

/** Whether nothing is given, or nothing else. */
function isWithout(given: object, others: readonly string[] = []): boolean {
  return Object.entries(given).every(([name, value]) => value === undefined || others.includes(name));
}

/** The parameters by which what belongs to a record is searched for. */
function paramsOf({ where, list }: Relation, by: string, id: unknown, params: object = {}): Record<string, unknown> {
  return { ...where, ...params, [by]: list ? [id] : id };
}

function refuseMissing(record: BaseResource, { name, key }: Relation): never {
  throw new ValidationError(`Cannot load the ${words(name)} of ${String(record)}: it has no ${key}.`);
}

function noneWithId(record: BaseResource, { name }: Relation, id: unknown): ResourceError {
  return new ResourceError(`Cannot load the ${words(name)} of ${String(record)}: there is none with the id ${String(id)}.`);
}

/** A name of several words for messages: 'dataVersions' is 'data versions'. */
function words(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
