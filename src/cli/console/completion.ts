import type { CompleterResult } from 'node:readline';
import { BaseResource } from '../../index.js';
import { fieldSummaries } from '../../vendor.js';
import { type EntityClass, filtersOf, searchParameters, sortKeysOf, writableFields } from '../entity-class.js';
import { placeOf } from './cursor.js';

/** Finds the value that a path of names leads to; undefined where there is none. */
export type Lookup = (path: string) => unknown;

/** Methods that take filters, attributes of a new record, or changes of a record. */
const searching = ['search', 'list', 'findBy', 'findOrCreateBy'];
const creating = ['create'];
const changing = ['save', 'update', 'clone'];

/** Members that are there for the authors of classes; they are offered only when their beginning has been typed. */
const forAuthors =
  /^(?:_|before|after|build|read|request|paginate|wait[A-Z]|work|mark|schema|from[A-Z]|on[A-Z]|require|encoded|isResponseTo|searchParamsOf|constructor$|handle|(?:deleteR|r)esponseClass$|sibling$|savedId$|moderately$)/;

/**
 * Completes what Node's REPL cannot know: members of entity classes and records, filters and fields inside of calls.
 *
 * @returns undefined where the REPL's own completion is as good.
 */
export function complete(line: string, lookup: Lookup): CompleterResult | undefined {
  const place = placeOf(line);
  if (place?.kind === 'key') return completeKey(place, lookup);
  if (place?.kind === 'value') {
    const target = /^orderBy$|^sortBy$/.test(place.key) ? classOf(place.callee, lookup)?.target : undefined;
    return target && matching(sortKeysOf(target) ?? [], place.prefix);
  }
  if (place?.kind !== 'member') return undefined;
  const value = lookup(place.path);
  const names = isEntity(value) ? staticsOf(value) : value instanceof BaseResource ? membersOf(value) : undefined;
  if (names === undefined) return undefined;
  const wanted = place.prefix === '' ? names.filter((name) => !forAuthors.test(name)) : names;
  return matching(wanted, place.prefix);
}

function completeKey(place: { callee: string; prefix: string; given: readonly string[] }, lookup: Lookup): CompleterResult | undefined {
  const called = classOf(place.callee, lookup);
  if (called === undefined) return undefined;
  const names = keysOf(called.target, called.method);
  const [found, prefix] = matching(
    names.filter((name) => !place.given.includes(name)),
    place.prefix,
  );
  return [found.length === 1 ? [`${found[0]}: `] : found, prefix];
}

/** The keys that the first argument of a method may have. */
function keysOf(target: EntityClass, method: string): string[] {
  const fields = (verb: 'create' | 'update'): string[] => writableFields(target, verb).map(({ property }) => property);
  if (searching.includes(method)) {
    const sortable = (sortKeysOf(target)?.length ?? 1) > 0;
    const others = searchParameters.filter((name) => name !== 'resourcePath' && (sortable || !name.startsWith('sort')));
    return [...new Set([...filtersOf(target).names, ...others])];
  }
  if (creating.includes(method)) return fields('create');
  return changing.includes(method) ? fields('update') : [];
}

/** The class whose method a call calls: a static method, `new`, or a method of a record. */
function classOf(callee: string, lookup: Lookup): { target: EntityClass; method: string } | undefined {
  const [, created] = /^new\s+(.+)$/.exec(callee) ?? [];
  if (created !== undefined) {
    const target = lookup(created);
    return isEntity(target) ? { target, method: 'create' } : undefined;
  }
  const dot = callee.lastIndexOf('.');
  if (dot < 0) return undefined;
  const owner = lookup(callee.slice(0, dot));
  const method = callee.slice(dot + 1);
  if (isEntity(owner)) return changing.includes(method) ? undefined : { target: owner, method };
  return owner instanceof BaseResource ? { target: owner.constructor as EntityClass, method } : undefined;
}

function isEntity(value: unknown): value is EntityClass {
  return typeof value === 'function' && value.prototype instanceof BaseResource;
}

/** The methods of a class, those of the classes above it included. */
function staticsOf(target: EntityClass): string[] {
  const names = new Set<string>(['events', 'context']);
  for (let at: object | null = target; at !== null && at !== Function.prototype; at = Object.getPrototypeOf(at) as object | null) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === 'function' && !/^[A-Z]/.test(name)) names.add(name);
  }
  return [...names].sort();
}

/** The fields of a record, then its methods and getters. */
function membersOf(record: BaseResource): string[] {
  const names = new Set(fieldSummaries(record.constructor).map(({ property }) => property));
  const others = new Set<string>();
  for (let at = Object.getPrototypeOf(record) as object; at !== Object.prototype; at = Object.getPrototypeOf(at) as object)
    for (const name of Object.getOwnPropertyNames(at)) if (!names.has(name)) others.add(name);
  return [...names, ...[...others].sort()];
}

function matching(names: readonly string[], prefix: string): CompleterResult {
  return [names.filter((name) => name.startsWith(prefix)), prefix];
}
