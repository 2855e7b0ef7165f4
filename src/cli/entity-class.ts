import type { BaseResource, ResourceClass, Search } from '../index.js';
import { entityOptions, type FieldSummary, fieldSummaries, searchSettings } from '../vendor.js';

/** What can be done with an entity. */
export const verbs = ['search', 'get', 'create', 'update', 'delete', 'upload', 'download', 'run', 'watch'] as const;
export type Verb = (typeof verbs)[number];

/** The statics of a class that some have and others have not. */
interface Abilities {
  search?(params: object, options?: object): Search<BaseResource>;
  get?(id: string, options?: object): Promise<BaseResource>;
  upload?(input: unknown, options?: object): Promise<BaseResource>;
  /** Makes a record of a file or a folder, to be saved. */
  fromPath?(path: string, attributes: object): Promise<BaseResource>;
  resume?(token: string): unknown;
  /** Maps the names of filters to those of the platform. */
  readSearchParams?(params: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** The names of the filters that the platform has. */
  readonly searchFilters?: readonly string[];
  /** The keys that the platform can sort by; empty where it cannot sort. */
  readonly sortKeys?: readonly string[];
}

export type EntityClass = ResourceClass & Abilities & (new (attributes?: object) => BaseResource);

/** The members that records of some classes have. */
const member = (target: EntityClass, name: string): boolean => name in (target.prototype as object);

const abilities: Readonly<Record<Verb, (target: EntityClass) => boolean>> = {
  search: (target) => typeof target.search === 'function',
  get: (target) => typeof target.get === 'function',
  create: (target) => entityOptions(target).create !== 'none' && !isUploaded(target),
  update: (target) => entityOptions(target).update !== 'none' && typeof target.get === 'function',
  delete: (target) => member(target, 'delete') && entityOptions(target).delete !== 'none' && typeof target.get === 'function',
  upload: (target) => isUploaded(target) || member(target, 'uploadData'),
  download: (target) => (member(target, 'download') || member(target, 'downloadData')) && typeof target.get === 'function',
  run: (target) => ['run', 'execute', 'process'].some((name) => member(target, name)) && typeof target.get === 'function',
  watch: (target) => typeof target.resume === 'function',
};

/** Whether records of a class are created by uploading their content. */
export function isUploaded(target: EntityClass): boolean {
  return (
    typeof target.upload === 'function' ||
    typeof target.fromPath === 'function' ||
    member(target, 'content') ||
    fieldNamed(target, 'filePath') !== undefined
  );
}

/** What a class can do. */
export function verbsOf(target: EntityClass): Verb[] {
  return verbs.filter((verb) => abilities[verb](target));
}

/** A field of a class by its property or its key on the wire, in any spelling. */
export function fieldNamed(target: EntityClass, name: string): FieldSummary | undefined {
  const fields = fieldSummaries(target);
  const wanted = spelling(name);
  return (
    fields.find(({ property }) => property === name) ??
    fields.find(({ property }) => spelling(property) === wanted) ??
    fields.find(({ wire }) => spelling(wire) === wanted)
  );
}

/** A name without case, `-` and `_`. */
export function spelling(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** The fields that can be set when a record is created, or when it is updated. */
export function writableFields(target: EntityClass, verb: 'create' | 'update'): FieldSummary[] {
  return fieldSummaries(target).filter(
    ({ property, readOnly, createOnly }) => property !== 'id' && !readOnly && !(verb === 'update' && createOnly),
  );
}

/** The fields that are shown: all but the secret ones, and those with the same key as the id. */
export function shownFields(target: EntityClass): FieldSummary[] {
  const [id, ...fields] = fieldSummaries(target);
  return [id!, ...fields.filter(({ wire, secret }) => !secret && wire !== id!.wire)];
}

/** The filters of a class that are known: those that it lists, else its fields. */
export function filtersOf(target: EntityClass): { names: readonly string[]; isComplete: boolean } {
  const listed = target.searchFilters;
  if (listed) return { names: listed, isComplete: true };
  return { names: ['query', ...shownFields(target).map(({ property }) => property)], isComplete: false };
}

/** The filters that options are made of. */
export function offeredFilters(target: EntityClass): string[] {
  const { names, isComplete } = filtersOf(target);
  const general = isComplete && !isFilterAlias(target, 'query') ? ['query', 'ownership'] : [];
  return [...general.filter((name) => !names.includes(name)), ...names, ...(target.search ? ['pageNumber'] : [])];
}

/** Whether a class knows a filter by this name although it does not list it. */
export function isFilterAlias(target: EntityClass, name: string): boolean {
  return !Object.hasOwn(target.readSearchParams?.({ [name]: '' }) ?? {}, name);
}

/** The keys to sort by; undefined where the class does not say. */
export function sortKeysOf(target: EntityClass): readonly string[] | undefined {
  return target.sortKeys;
}

/** The parameter names that belong to no filter. */
export const searchParameters = ['query', 'ownership', 'sortBy', 'sortOrder', 'pageNumber', 'pageSize', 'resourcePath'] as const;

/** The page size for so many records; undefined where the API takes none. */
export function pageSizeFor(target: EntityClass, limit: number | undefined): number | undefined {
  const { sizeParam, pageSize, maxPageSize } = searchSettings(target);
  if (sizeParam === '') return undefined;
  if (Number.isFinite(maxPageSize)) return Math.min(limit ?? 100, 100, maxPageSize);
  return limit === undefined ? undefined : Math.min(limit, pageSize);
}
