import type { BaseResource } from '../base-resource.js';
import type { BaseConnection } from '../connection.js';
import { ValidationError } from '../errors/index.js';
import { type Found, findJobs, runJobs } from '../persistence/find.js';
import type { CallOptions } from '../ports/transport.js';
import { inJson } from '../state/describe.js';
import { isRecord } from '../state/slot.js';
import { isId } from '../support/ids.js';
import { checkCount } from '../support/quantities.js';
import { type Branch, branchesOf } from './branches.js';
import { childrenJobs, type Owner } from './children.js';
import { keyOf, loadedOf, noteLoaded } from './loaded.js';
import type { TargetClass } from './target.js';
import type { SearchCallOptions } from './types.js';

/** A relation of records that are at hand. */
interface Step {
  readonly branch: Branch;
  readonly records: readonly BaseResource[];
}

const defaultConcurrency = 8;

/** The relations that a search loads with each of its pages. */
export class Includes {
  readonly #branches: readonly Branch[];
  readonly #concurrency: number;

  /**
   * @param subject The search, for error messages.
   * @throws ValidationError for a name that is not a relation, and for an invalid `concurrency`.
   */
  constructor(subject: string, target: object, connection: BaseConnection, { include, concurrency }: SearchCallOptions) {
    this.#concurrency = concurrency ?? defaultConcurrency;
    checkCount('concurrency', this.#concurrency, 1, true);
    if (!Array.isArray(include) || !include.every((path) => typeof path === 'string'))
      throw new ValidationError(`${subject}: include must be a list of names of relations (got ${inJson(include)}).`);
    this.#branches = branchesOf(subject, target, connection, include);
  }

  /**
   * Loads the relations of records, level by level. A record that several others belong to is loaded once, and is one object.
   *
   * @param options Those of each request.
   */
  async load(records: readonly BaseResource[], options: CallOptions): Promise<void> {
    const parents = new Map<TargetClass, Found>();
    let steps = stepsOf(this.#branches, records);
    keepFound(parents, records);
    while (steps.length > 0) {
      const ofParents = wantedParents(steps, parents).flatMap(([target, ids]) => findJobs(target, ids, parents.get(target)!, options));
      const ofChildren = steps.filter((step) => !isOfParents(step)).flatMap((step) => childrenJobs(step.branch, unloaded(step), options));
      await runJobs([...ofParents, ...ofChildren], { concurrency: this.#concurrency, signal: options.signal });
      for (const step of steps.filter(isOfParents)) takeParents(step, parents);
      steps = steps.flatMap((step) => {
        const related = relatedTo(step);
        keepFound(parents, related);
        return stepsOf(step.branch.branches, related);
      });
    }
  }
}

function stepsOf(branches: readonly Branch[], records: readonly BaseResource[]): Step[] {
  return records.length === 0 ? [] : branches.map((branch) => ({ branch, records }));
}

/** Lets others belong to records that are at hand, as comments do to the post that they were found by. */
function keepFound(parents: Map<TargetClass, Found>, records: readonly BaseResource[]): void {
  for (const record of records) {
    const target = record.constructor as TargetClass;
    const found: Found = parents.get(target) ?? new Map();
    parents.set(target, found);
    if (isId(record.id) && !found.has(String(record.id))) found.set(String(record.id), record);
  }
}

function isOfParents({ branch }: Step): boolean {
  return branch.relation.kind === 'belongsTo';
}

/** The records whose relation has not been loaded, with what it is found by. */
function unloaded({ branch: { relation }, records }: Step): Owner[] {
  return records
    .map((record): Owner => [record, keyOf(record, relation)])
    .filter(([record, key]) => isId(key) && loadedOf(record, relation) === undefined);
}

/** The ids of the records that others belong to, by class; each of them once. */
function wantedParents(steps: readonly Step[], parents: Map<TargetClass, Found>): [TargetClass, string[]][] {
  const wanted = new Map<TargetClass, Map<string, string>>();
  for (const step of steps.filter(isOfParents)) {
    const { target } = step.branch;
    const found: Found = parents.get(target) ?? new Map();
    const ids = wanted.get(target) ?? new Map<string, string>();
    parents.set(target, found);
    wanted.set(target, ids);
    for (const [, key] of unloaded(step)) if (!found.has(String(key))) ids.set(String(key), key as string);
  }
  return [...wanted].filter(([, ids]) => ids.size > 0).map(([target, ids]) => [target, [...ids.values()]]);
}

function takeParents(step: Step, parents: ReadonlyMap<TargetClass, Found>): void {
  const { relation, target } = step.branch;
  const found = parents.get(target)!;
  for (const [record, key] of unloaded(step)) {
    const parent = found.get(String(key));
    // A key that has changed meanwhile has not been asked for.
    if (parent !== undefined) noteLoaded(record, relation, key, isRecord(parent) ? (parent as BaseResource) : null);
  }
}

/** The records at the other side of a relation; each of them once. */
function relatedTo({ branch, records }: Step): BaseResource[] {
  const related = new Set<BaseResource>();
  for (const record of records) {
    for (const each of [loadedOf(record, branch.relation)].flat() as unknown[]) if (isRecord(each)) related.add(each as BaseResource);
  }
  return [...related];
}
