import type { HookOptions } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';

/** The options of every call. */
export type BaseParams = CallOptions;

/** Options of `Class.get()`. */
export interface BaseGetParams extends CallOptions {
  /** The id once more, as the vendor's parameters have it. It must be the one that is fetched. */
  id?: string | undefined;
  /** Sent as the query parameter `host`. */
  host?: string | undefined;
  /** A path to use instead of the class's own. */
  resourcePath?: string | undefined;
}

/** Options of `record.delete()`. */
export interface BaseDeleteParams extends CallOptions, HookOptions {
  /** `'overwrite'` deletes a record that somebody else has changed since it was loaded. Default: that is a StaleRecordError. */
  onConflict?: 'overwrite' | undefined;
  /** A path to use instead of the class's own. */
  resourcePath?: string | undefined;
}
