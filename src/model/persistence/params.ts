import type { BaseResource } from '../base-resource.js';
import type { HookOptions } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';

/** The options of every call. */
export type BaseParams = CallOptions;

/** Options of `Class.get()`. */
export interface BaseGetParams<R extends object = BaseResource> extends CallOptions {
  /** The id once more, as the vendor's parameters have it. It must be the one that is fetched. */
  id?: string | undefined;
  /** Sent as the query parameter `host`. */
  host?: string | undefined;
  /** A path to use instead of the class's own. */
  resourcePath?: string | undefined;
  /**
   * The same record, as an earlier `get()` or `refresh()` loaded it, of a class with `concurrency`: where the platform still has that version
   * (If-None-Match, 304), it is not sent again, and the new record is made of what this one was loaded with, without its edits.
   */
  known?: R | null | undefined;
}

/** Options of `record.delete()`. */
export interface BaseDeleteParams extends CallOptions, HookOptions {
  /** `'overwrite'` deletes a record that somebody else has changed since it was loaded. Default: that is a StaleRecordError. */
  onConflict?: 'overwrite' | undefined;
  /** A path to use instead of the class's own. */
  resourcePath?: string | undefined;
}
