import { ConfigurationError } from '../model/errors/index.js';
import type { LanguageModelOptions } from './engine/types.js';
import { checkLimits, type WorkLimits } from './isolation/limits.js';
import { checkModule } from './isolation/modules.js';
import type { Seed } from './seed.js';
import type { Latency } from './server/latency.js';

/** The options of `LocalPlatform.start`. */
export interface LocalPlatformOptions {
  /** The port on 127.0.0.1; 0 chooses a free one, `false` serves in-process only, through `platform.fetch`. Default: 0. */
  port?: number | false;
  /** The folder that keeps the data across restarts, for one platform at a time. Default: the data is in memory, files in a temporary folder. */
  dataDir?: string;
  /** A PostgreSQL database instead of SQLite. Not supported: a value is a ConfigurationError. */
  databaseUrl?: string;
  /** S3-compatible storage instead of a folder. Not supported: a value is a ConfigurationError. */
  s3?: object;
  /** The records of a new platform, restored by `reset()`. A `dataDir` that already has data keeps it instead. Default: none. */
  seed?: Seed;
  /** Seconds added to every request: a number, a range, or a function of the request. Default: 0. */
  latency?: Latency;
  /** The source of the platform's time, in milliseconds since the epoch. Default: `Date.now`. */
  clock?: () => number;
  /** An OpenAI-compatible endpoint for `llm`, `embeddings` and `semantic_filter` blocks, and for agents. Default: none. */
  llm?: LanguageModelOptions;
  /** A module that exports handlers by block type, as names or in an object as default. They run in child processes. Default: none. */
  blocks?: URL;
  /** The limits of the work that the platform does. */
  limits?: WorkLimits;
}

/** @throws ConfigurationError for an option that cannot be used. */
export function checkOptions(options: LocalPlatformOptions): void {
  const { port = 0 } = options;
  if (port !== false && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new ConfigurationError(`The port must be a whole number from 0 to 65535, or false to serve in-process only (got ${port}).`);
  }
  if (options.databaseUrl !== undefined) {
    throw new ConfigurationError('databaseUrl is not supported: leave it out to use SQLite, in memory or in dataDir.');
  }
  checkLimits(options.limits);
  if (options.blocks !== undefined) checkModule(options.blocks);
  if (options.s3 !== undefined) {
    throw new ConfigurationError('s3 is not supported: leave it out to keep files in a folder, temporary or in dataDir.');
  }
}
