import type { BaseResource } from '../base-resource.js';
import type { BaseConnection } from '../connection.js';
import { type Change, ChangeSet } from '../state/change-set.js';
import { refuseOption } from '../support/quantities.js';
import type { Limit } from './limit.js';

/** The argument of decorated hooks: one object for the whole operation. */
export interface HookContext<R extends BaseResource = BaseResource> {
  /** 'save', 'clone', 'delete', 'refresh', 'run', or the name of a `@withHooks` method. */
  readonly operation: string;
  /** The record that the operation is called on. */
  readonly resource: R;
  /** The arguments of the operation. */
  readonly args: readonly unknown[];
  /** In before hooks the current changes; after them the changes that the operation sends. */
  readonly changes: Readonly<Record<string, Change>>;
  /** The saved values by property name. */
  readonly original: Readonly<Record<string, unknown>>;
  /** The request body; undefined until it is built. */
  readonly payload: unknown;
  /** Whether a request was sent. */
  readonly sent: boolean;
  /** In after hooks, the result of the operation. */
  readonly result?: unknown;
  /** In after hooks, the error of a failed operation. */
  readonly error?: unknown;
  /** The record's connection; null when it has none yet. */
  readonly connection: BaseConnection | null;
  /** The signal given to the operation. */
  readonly signal: AbortSignal | undefined;
  /**
   * For passing values from a before hook to an after hook, and to hooks: it starts with the `options.state` of the operation, the entries
   * of a Map or the members of an object by name.
   */
  readonly state: Map<unknown, unknown>;
}

/** The context of one operation, which the operation itself fills in. */
export class OperationContext<R extends BaseResource = BaseResource> implements HookContext<R> {
  payload: unknown;
  sent = false;
  result?: unknown;
  error?: unknown;
  #state: Map<unknown, unknown> | undefined;
  #changeSet: ChangeSet | null = null;

  constructor(
    readonly operation: string,
    readonly resource: R,
    readonly args: readonly unknown[],
    readonly connection: BaseConnection | null,
    readonly signal: AbortSignal | undefined,
    readonly limit: Limit,
    state?: ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>>,
  ) {
    if (state === undefined) return;
    if (typeof state !== 'object' || state === null) refuseOption('state', `must be an object or a Map (got ${String(state)})`);
    this.#state = new Map(state instanceof Map ? state : Object.entries(state));
  }

  get state(): Map<unknown, unknown> {
    this.#state ??= new Map();
    return this.#state;
  }

  get changes(): Readonly<Record<string, Change>> {
    return this.#current().changes;
  }

  get original(): Readonly<Record<string, unknown>> {
    return this.#current().original;
  }

  /** Computes the change set of the operation, as the record is now, and keeps it from then on. */
  settle(): ChangeSet {
    this.#changeSet = new ChangeSet(this.resource);
    return this.#changeSet;
  }

  #current(): ChangeSet {
    return this.#changeSet ?? new ChangeSet(this.resource);
  }
}
