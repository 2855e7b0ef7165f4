import type { HookOptions } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';
import type { BaseRunParams } from './params.js';

/**
 * Options of `record.stream()`. None of them is sent as a parameter of the run. `timeout` is the number of seconds that the whole stream may
 * take, at most 3,600; default: Infinity, because the connection's `idleTimeout` limits the time without any bytes.
 */
export interface StreamOptions extends CallOptions, HookOptions, Pick<BaseRunParams, 'identifier' | 'sessionId' | 'idempotencyKey'> {}
