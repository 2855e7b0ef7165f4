import { resolve as resolvePath } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { LocalPlatform, type LocalPlatformOptions } from '../../local/index.js';
import { checkOptions } from '../../local/options.js';
import { defaultConcurrency } from '../../local/queue/concurrency.js';
import { ResourceError } from '../../model/errors/index.js';
import type { Io } from '../io.js';
import { Output } from '../output/output.js';
import { UsageError } from '../usage-error.js';
import { namingVariables, variableOf, withEnvironment } from './local-environment.js';

/** The options of `local` as they are written. */
export interface LocalOptions {
  host?: string;
  port?: string;
  dataDir?: string;
  databaseUrl?: string;
  s3Bucket?: string;
  s3Endpoint?: string;
  publicUrl?: string;
  cors?: string[];
  blocks?: string;
  blockSeconds?: string;
  blockMemory?: string;
  metrics?: boolean;
  log?: string;
  drain?: string;
  /** True for a worker alone, false for a server that leaves executions to others. */
  worker?: boolean;
  concurrency?: string;
  json?: boolean;
  /** From the environment only. */
  apiKey?: string;
}

/** Serves the local platform as the command line and the environment say. */
export async function localCommand(command: Command, io: Io): Promise<void> {
  const given = withEnvironment<LocalOptions>(command, io);
  try {
    await local(given, io);
  } catch (error) {
    throw namingVariables(error, command, io);
  }
}

/** Serves the local platform until the process receives SIGINT or SIGTERM. */
export async function local(given: LocalOptions, io: Io): Promise<void> {
  const options = startOptions(given, io);
  const drain = secondsFrom('--drain', given.drain ?? '0');
  const signals = new Signals(io);
  const output = new Output(io);
  // A worker that waits for its database has nothing open that keeps the process running.
  const running = setInterval(() => {}, 2 ** 30);
  try {
    const platform = await start(options);
    try {
      await output.write(given.json ? jsonOf(platform, options) : introduction(platform, options));
      if ((await signals.next()) === 'SIGTERM' && drain > 0) {
        platform.drain();
        const wait = new AbortController();
        await Promise.race([signals.next(), delay(drain * 1000, undefined, { signal: wait.signal })]);
        wait.abort();
      }
    } finally {
      await platform.close();
    }
  } finally {
    clearInterval(running);
    signals.close();
  }
}

/** The signals that end the platform. */
class Signals {
  readonly #undo: readonly (() => void)[];
  readonly #received: string[] = [];
  #wake: (signal: string) => void = () => {};

  constructor(io: Io) {
    const onTerminate = (): void => this.#receive('SIGTERM');
    process.on('SIGTERM', onTerminate);
    this.#undo = [io.onInterrupt(() => this.#receive('SIGINT')), () => process.off('SIGTERM', onTerminate)];
  }

  /** The next one. */
  async next(): Promise<string> {
    return (
      this.#received.shift() ??
      (await new Promise<string>((resolve) => {
        this.#wake = (signal) => {
          this.#wake = () => {};
          this.#received.shift();
          resolve(signal);
        };
      }))
    );
  }

  close(): void {
    for (const undo of this.#undo) undo();
  }

  #receive(signal: string): void {
    this.#received.push(signal);
    this.#wake(signal);
  }
}

/** What cannot be used now, such as a port, is a failure rather than a misuse: the same command may work later. */
async function start(options: LocalPlatformOptions): Promise<LocalPlatform> {
  try {
    return await LocalPlatform.start(options);
  } catch (cause) {
    throw new ResourceError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function jsonOf(
  { url, apiKey, teamId, userId }: LocalPlatform,
  { worker, concurrency = defaultConcurrency, port }: LocalPlatformOptions,
): string {
  if (worker === 'only') return `${JSON.stringify({ ...(port !== undefined && { url }), concurrency, pid: process.pid })}\n`;
  return `${JSON.stringify({ url, apiKey, teamId, userId, pid: process.pid })}\n`;
}

/** A key that was given is not repeated: what a service prints is kept in logs. */
function introduction({ url, apiKey, teamId }: LocalPlatform, options: LocalPlatformOptions): string {
  const { dataDir, s3, publicUrl = url, apiKey: given, worker, concurrency = defaultConcurrency, port } = options;
  if (worker === 'only') {
    const state = port === undefined ? '' : `, and serving its state at ${url}`;
    return `Running executions, ${concurrency} at a time${state}. Stop with Ctrl+C.\n`;
  }
  const key = given === undefined ? apiKey : `$${variableOf('--api-key')}`;
  return (
    `Serving at ${url}${dataDir === undefined ? ', data in memory' : `, data in ${dataDir}`}${s3 ? `, files in s3://${s3.bucket}` : ''}. ` +
    'Stop with Ctrl+C.\n\n' +
    `  export MODERATELY_BASE_URL=${publicUrl} MODERATELY_API_KEY=${key} MODERATELY_TEAM_ID=${teamId}\n` +
    `  export BACKEND_URL=${publicUrl} MODELS_RUN_URL=${publicUrl.replace(/\/+$/, '')}/api/v2/execute TEAM_API_KEY=${key}\n`
  );
}

/** The platform's options. An invalid one is a usage error that names the option of the command line. */
function startOptions(
  {
    host,
    apiKey,
    metrics,
    log,
    port,
    dataDir,
    databaseUrl,
    s3Bucket,
    s3Endpoint,
    publicUrl,
    cors,
    blocks,
    blockSeconds,
    blockMemory,
    worker,
    concurrency,
  }: LocalOptions,
  io: Io,
): LocalPlatformOptions {
  if (worker !== undefined && databaseUrl === undefined) {
    const flag = worker ? '--worker' : '--no-worker';
    throw misused(`${flag} needs --database-url: only the processes of one PostgreSQL database can divide the work.`);
  }
  const options: LocalPlatformOptions = {
    ...((!worker || port !== undefined) && { port: portFrom(port) }),
    limits: {
      ...(blockSeconds === undefined ? {} : { blockSeconds: positive('--block-seconds', blockSeconds) }),
      ...(blockMemory === undefined ? {} : { blockBytes: positive('--block-memory', blockMemory) * 2 ** 20 }),
    },
  };
  if (log !== undefined && log !== 'json') throw misused(`--log must be json (got "${log}").`);
  if (log !== undefined) options.log = io.stderr;
  if (metrics) options.metrics = true;
  if (host !== undefined) options.host = host;
  if (apiKey !== undefined) options.apiKey = apiKey;
  if (blocks !== undefined) options.blocks = pathToFileURL(resolvePath(blocks));
  if (worker !== undefined) options.worker = worker ? 'only' : false;
  if (concurrency !== undefined) options.concurrency = Number(concurrency);
  if (dataDir !== undefined) options.dataDir = dataDir;
  if (databaseUrl !== undefined) options.databaseUrl = databaseUrl;
  if (s3Bucket !== undefined) options.s3 = { bucket: s3Bucket, ...(s3Endpoint !== undefined && { endpoint: s3Endpoint }) };
  else if (s3Endpoint !== undefined) throw misused('--s3-endpoint needs --s3-bucket.');
  if (publicUrl !== undefined) options.publicUrl = publicUrl;
  if (cors !== undefined) options.cors = cors;
  try {
    checkOptions(options);
  } catch (error) {
    const names = {
      concurrency: '--concurrency',
      dataDir: '--data-dir',
      databaseUrl: '--database-url',
      publicUrl: '--public-url',
      cors: '--cors',
      s3: '--s3-bucket',
      host: '--host',
      apiKey: variableOf('--api-key'),
    };
    const message = error instanceof Error ? error.message : String(error);
    throw misused(
      message.replace(
        /\b(?:dataDir|databaseUrl|publicUrl|cors|s3|apiKey|host|concurrency)\b/g,
        (name) => names[name as keyof typeof names],
      ),
    );
  }
  return options;
}

function portFrom(text: string | undefined): number {
  const port = Number(text ?? 0);
  if ((text === undefined || /^\d+$/.test(text)) && port <= 65_535) return port;
  throw misused(`--port must be a whole number from 0 to 65535 (got "${text}").`);
}

function secondsFrom(name: string, text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0 && seconds <= 3600) return seconds;
  throw misused(`${name} must be a number of seconds from 0 to 3600 (got "${text}").`);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw misused(`${name} must be a number above 0 (got "${text}").`);
}

function misused(message: string): UsageError {
  return new UsageError(message, 'Usage: remote-record local [options]; remote-record local --help explains them.');
}
