import type { BaseResource } from '../base-resource.js';
import type { BaseConnection } from '../connection.js';
import { type Change, changes, originals } from '../state/change-set.js';
import { stateOf } from '../state/slot.js';

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
  /** For passing things from a before hook to an after hook. */
  readonly state: Map<unknown, unknown>;
}

export class OperationContext<R extends BaseResource = BaseResource> implements HookContext<R> {
  payload: unknown;
  sent = false;
  result?: unknown;
  error?: unknown;
  readonly state = new Map<unknown, unknown>();
  #settled: { changes: Record<string, Change>; saved: Record<string, unknown> | null } | null = null;

  constructor(
    readonly operation: string,
    readonly resource: R,
    readonly args: readonly unknown[],
    readonly connection: BaseConnection | null,
    readonly signal: AbortSignal | undefined,
  ) {}

  get changes(): Readonly<Record<string, Change>> {
    return this.#settled?.changes ?? changes(this.resource);
  }

  get original(): Readonly<Record<string, unknown>> {
    return originals(this.resource, this.#settled ? this.#settled.saved : stateOf(this.resource).saved);
  }

  /** Holds the changes as they are now: they are what the operation is about. */
  settle(): void {
    this.#settled ??= { changes: changes(this.resource), saved: stateOf(this.resource).saved };
  }
}
