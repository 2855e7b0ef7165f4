import { ConfigurationError } from '../model/errors/index.js';
import type { LanguageModelOptions } from './engine/types.js';
import type { Latency } from './gate.js';
import type { Seed } from './seed.js';

/** How a local platform is started. */
export interface LocalPlatformOptions {
  /** The port on 127.0.0.1; 0 takes a free one, `false` serves in-process only, through `platform.fetch`. Default: 0. */
  port?: number | false;
  /** The folder that keeps the data over restarts; one platform at a time uses it. Default: memory and a temporary folder. */
  dataDir?: string;
  /** A PostgreSQL database instead of SQLite. Not built yet: giving one is a ConfigurationError. */
  databaseUrl?: string;
  /** S3-compatible storage instead of a folder. Not built yet: giving one is a ConfigurationError. */
  s3?: object;
  /** What a new platform starts with, and has again after `reset()`. A `dataDir` that was used before keeps what it has. */
  seed?: Seed;
  /** Seconds every request takes longer: a figure, a range, or a function of the request. Default: 0. */
  latency?: Latency;
  /** The platform's time, in milliseconds since the epoch. Default: `Date.now`. */
  clock?: () => number;
  /** An OpenAI-compatible endpoint for `llm`, `embeddings` and `semantic_filter` blocks, and for agents. Default: none. */
  llm?: LanguageModelOptions;
}

/** Refuses what cannot be used, before anything is started. */
export function checkOptions(options: LocalPlatformOptions): void {
  const { port = 0 } = options;
  if (port !== false && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new ConfigurationError(`The port is ${port}; give a whole number from 0 to 65535, or false to serve in-process only.`);
  }
  if (options.databaseUrl !== undefined) {
    throw new ConfigurationError('databaseUrl is not supported yet: leave it out to use SQLite, in memory or in dataDir.');
  }
  if (options.s3 !== undefined) {
    throw new ConfigurationError('s3 is not supported yet: leave it out to keep files in a folder, temporary or in dataDir.');
  }
}
