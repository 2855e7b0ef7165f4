import type { HookOptions } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';
import type { BaseRunParams } from './params.js';

/**
 * Options of `record.stream()`. None of them is sent as a parameter of the run. `timeout` is the number of seconds that the whole stream may
 * take, at most 3,600; default: Infinity, because `idleTimeout` limits the time without any bytes.
 */
export interface StreamOptions extends CallOptions, HookOptions, Pick<BaseRunParams, 'identifier' | 'sessionId' | 'idempotencyKey'> {
  /**
   * Seconds for which nothing may arrive, from the request on; at most 86,400, or Infinity. A model that thinks for long before it writes
   * needs more. Default: the connection's `idleTimeout` (60).
   */
  idleTimeout?: number | undefined;
}
