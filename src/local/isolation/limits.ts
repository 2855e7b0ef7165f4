import { availableParallelism } from 'node:os';
import { ConfigurationError } from '../../model/errors/index.js';

/** The limits of the work that a platform does. Each has a default. */
export interface WorkLimits {
  /**
   * Seconds that one block of a run, or reading the data of one dataset, may take. Waiting for the response of a language
   * model does not count; an agent has the `timeout_minutes` of its configuration instead. Default: 300.
   */
  blockSeconds?: number;
  /** Bytes of memory that the process of a run may use, at least 128 MiB (2 ** 27). Default: 1 GiB (2 ** 30). */
  blockBytes?: number;
  /** How many child processes are kept for the next run. Default: the number of processor cores, at most 4. */
  idleProcesses?: number;
}

export type CheckedLimits = Readonly<Required<WorkLimits>>;

/** A child needs this much for itself. */
const leastBytes = 2 ** 27;
/** The longest time of a timer of Node.js, in seconds. */
const mostSeconds = 2_147_483;

/** The limits with their defaults. @throws ConfigurationError for a value out of range. */
export function checkLimits(given: WorkLimits = {}): CheckedLimits {
  const limits = {
    blockSeconds: given.blockSeconds ?? 300,
    blockBytes: given.blockBytes ?? 2 ** 30,
    idleProcesses: given.idleProcesses ?? Math.min(availableParallelism(), 4),
  };
  if (!(limits.blockSeconds > 0 && limits.blockSeconds <= mostSeconds)) {
    throw new ConfigurationError(
      `limits.blockSeconds must be a number of seconds from above 0 to ${mostSeconds} (got ${given.blockSeconds}).`,
    );
  }
  if (!(Number.isInteger(limits.blockBytes) && limits.blockBytes >= leastBytes)) {
    throw new ConfigurationError(
      `limits.blockBytes must be a whole number of bytes from ${leastBytes} (128 MiB) on (got ${given.blockBytes}).`,
    );
  }
  if (!(Number.isInteger(limits.idleProcesses) && limits.idleProcesses >= 0)) {
    throw new ConfigurationError(`limits.idleProcesses must be a whole number from 0 on (got ${given.idleProcesses}).`);
  }
  return limits;
}

/** Seconds in words, such as `1 second`, `60 seconds`. */
export const inSeconds = (seconds: number): string => `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;

/** Bytes in words, in MiB. */
export const inMebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
