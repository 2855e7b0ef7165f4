import type { BaseResource } from '../base-resource.js';
import type { BaseConnection } from '../connection.js';
import { type Change, ChangeSet } from '../state/change-set.js';

/** What decorated hooks are given: one object for the whole operation. */
export interface HookContext<R extends BaseResource = BaseResource> {
  /** 'save', 'clone', 'delete', 'refresh', 'run', or the name of a `@withHooks` method. */
  readonly operation: string;
  readonly resource: R;
  /** What the operation was called with. */
  readonly args: readonly unknown[];
  /** In before hooks the changes as they stand; from then on those the operation is about. */
  readonly changes: Readonly<Record<string, Change>>;
  /** The saved values by property name. */
  readonly original: Readonly<Record<string, unknown>>;
  /** The body that is sent; undefined until it is built. */
  readonly payload: unknown;
  /** Whether a request went out. */
  readonly sent: boolean;
  /** In after hooks: what the operation returns. */
  readonly result?: unknown;
  /** In after hooks: what the operation failed with. */
  readonly error?: unknown;
  /** Null for a record that belongs to no connection yet. */
  readonly connection: BaseConnection | null;
  readonly signal: AbortSignal | undefined;
  /**
   * For passing things from a before hook to an after hook, and to hooks: it begins with what the operation was given as `options.state`,
   * the entries of a Map or the members of an object by their names.
   */
  readonly state: Map<unknown, unknown>;
}

export class OperationContext<R extends BaseResource = BaseResource> implements HookContext<R> {
  payload: unknown;
  sent = false;
  result?: unknown;
  error?: unknown;
  readonly state: Map<unknown, unknown>;
  #changeSet: ChangeSet | null = null;

  constructor(
    readonly operation: string,
    readonly resource: R,
    readonly args: readonly unknown[],
    readonly connection: BaseConnection | null,
    readonly signal: AbortSignal | undefined,
    state: ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>> = {},
  ) {
    this.state = new Map(state instanceof Map ? state : Object.entries(state));
  }

  get changes(): Readonly<Record<string, Change>> {
    return this.#current().changes;
  }

  get original(): Readonly<Record<string, unknown>> {
    return this.#current().original;
  }

  /** What the operation is about, as it is now: computed when it is first asked for, and held from then on. */
  settle(): ChangeSet {
    this.#changeSet ??= new ChangeSet(this.resource);
    return this.#changeSet;
  }

  #current(): ChangeSet {
    return this.#changeSet ?? new ChangeSet(this.resource);
  }
}
