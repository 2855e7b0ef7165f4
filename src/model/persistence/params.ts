import type { HookOptions } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';

/** What every call may be given besides its own parameters. */
export type BaseParams = CallOptions;

export interface BaseGetParams extends CallOptions {
  /** Sent as the query parameter `host`. */
  host?: string | undefined;
  /** Another path than the class's own. */
  resourcePath?: string | undefined;
}

export interface BaseDeleteParams extends CallOptions, HookOptions {
  /** Another path than the class's own. */
  resourcePath?: string | undefined;
}
