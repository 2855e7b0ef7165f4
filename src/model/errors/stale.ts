import { type ErrorOptions, ResourceError } from './base.js';

/** What a StaleRecordError knows of the conflict. */
export interface Conflict<R = unknown> {
  /** The local values of the changed fields. */
  readonly mine: Readonly<Record<string, unknown>>;
  /** What they were when the record was loaded. */
  readonly base: Readonly<Record<string, unknown>>;
  /** The fields that both sides have changed to different values; undefined when that was not looked at. */
  readonly fields?: readonly string[] | undefined;
  /** Loads the record as the platform has it now. */
  readonly theirs: () => Promise<R>;
}

/**
 * The platform has another version of the record than the one that was edited, so that a save or a delete would have undone what somebody else
 * did. Nothing was changed there, and the local edits are as they were.
 */
export class StaleRecordError<R = unknown> extends ResourceError {
  override readonly status: number | undefined;
  /** The local values of the changed fields, by property name. */
  readonly mine: Readonly<Record<string, unknown>>;
  /** What they were when the record was loaded. */
  readonly base: Readonly<Record<string, unknown>>;
  /** The fields that both sides have changed to different values; undefined when that was not looked at. */
  readonly fields: readonly string[] | undefined;
  readonly #load: () => Promise<R>;
  #theirs: Promise<R> | undefined;

  constructor(message: string, { mine, base, fields, theirs }: Conflict<R>, options: ErrorOptions & { status?: number | undefined } = {}) {
    super(message, options);
    this.status = options.status;
    this.mine = mine;
    this.base = base;
    this.fields = fields;
    this.#load = theirs;
  }

  /** The record as the platform has it now; requested once. @throws NotFoundError when it has been deleted. */
  theirs(): Promise<R> {
    this.#theirs ??= this.#load();
    return this.#theirs;
  }
}
