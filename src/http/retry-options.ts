import { ConfigurationError } from '../model/errors/index.js';
import { milliseconds } from '../model/support/quantities.js';

/** Which failed tries are repeated, and after which delays. */
export interface RetryOptions {
  /** The response statuses that are repeated, from 400 to 599. Default: 408, 429, 502, 503, 504. */
  statuses?: readonly number[] | undefined;
  /** The HTTP methods that are repeated. Default: all. Requests that create or start something follow stricter rules. */
  methods?: readonly string[] | undefined;
  /** The delay before the first repetition in seconds; the actual delay is a random part of it (full jitter). Default: 1. */
  baseDelay?: number | undefined;
  /** The factor by which the delay grows with each repetition; at least 1. Default: 2. */
  factor?: number | undefined;
  /** The longest delay in seconds; it also limits a `Retry-After`. Default: 60. */
  maxDelay?: number | undefined;
  /** Seconds from the start of a call after which it is not repeated. Default: the call's `timeout`. */
  deadline?: number | undefined;
}

/** The checked options, with defaults. Durations are in milliseconds. */
export interface RetrySettings {
  readonly statuses: ReadonlySet<number>;
  /** In upper case. */
  readonly methods: ReadonlySet<string> | undefined;
  readonly baseDelay: number;
  readonly factor: number;
  readonly maxDelay: number;
  readonly deadline: number;
}

/** @throws ValidationError or ConfigurationError when an option is out of range. */
export function retrySettings(options: RetryOptions = {}): RetrySettings {
  const { statuses = [408, 429, 502, 503, 504], methods, baseDelay = 1, factor = 2, maxDelay = 60 } = options;
  for (const status of statuses) {
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new ConfigurationError(`retry.statuses has ${String(status)}; it may list statuses from 400 to 599.`);
  }
  if (!Number.isFinite(factor) || factor < 1) throw new ConfigurationError(`retry.factor is ${String(factor)}; it must be 1 or more.`);
  return {
    statuses: new Set(statuses),
    methods: methods && new Set(methods.map((method) => method.toUpperCase())),
    baseDelay: milliseconds('retry.baseDelay', baseDelay),
    factor,
    maxDelay: milliseconds('retry.maxDelay', maxDelay),
    deadline: milliseconds('retry.deadline', options.deadline ?? Number.POSITIVE_INFINITY),
  };
}
