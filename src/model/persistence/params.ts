import type { HookOptions } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';

/** What every call may be given besides its own parameters. */
export type BaseParams = CallOptions;

export interface BaseGetParams extends CallOptions {
  /** The id once more, as the vendor's parameters have it. It must be the one that is fetched. */
  id?: string | undefined;
  /** Sent as the query parameter `host`. */
  host?: string | undefined;
  /** Another path than the class's own. */
  resourcePath?: string | undefined;
}

export interface BaseDeleteParams extends CallOptions, HookOptions {
  /** Another path than the class's own. */
  resourcePath?: string | undefined;
}
