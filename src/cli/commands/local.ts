import { resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LocalPlatform, type LocalPlatformOptions } from '../../local/index.js';
import { checkOptions } from '../../local/options.js';
import { ResourceError } from '../../model/errors/index.js';
import type { Io } from '../io.js';
import { Output } from '../output/output.js';
import { UsageError } from '../usage-error.js';

/** The options of `local` as they are written. */
export interface LocalOptions {
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
  json?: boolean;
}

/** Serves the local platform until the process receives SIGINT or SIGTERM. */
export async function local(given: LocalOptions, io: Io): Promise<void> {
  const options = startOptions(given);
  let undo = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    undo = io.onInterrupt(resolve);
    process.once('SIGTERM', resolve);
  });
  const output = new Output(io);
  try {
    const platform = await start(options);
    try {
      await output.write(given.json ? jsonOf(platform) : introduction(platform, options));
      await stopped;
    } finally {
      await platform.close();
    }
  } finally {
    undo();
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

function jsonOf({ url, apiKey, teamId, userId }: LocalPlatform): string {
  return `${JSON.stringify({ url, apiKey, teamId, userId, pid: process.pid })}\n`;
}

function introduction({ url, apiKey, teamId }: LocalPlatform, { dataDir, s3, publicUrl = url }: LocalPlatformOptions): string {
  return (
    `Serving at ${url}${dataDir === undefined ? ', data in memory' : `, data in ${dataDir}`}${s3 ? `, files in s3://${s3.bucket}` : ''}. ` +
    'Stop with Ctrl+C.\n\n' +
    `  export MODERATELY_BASE_URL=${publicUrl} MODERATELY_API_KEY=${apiKey} MODERATELY_TEAM_ID=${teamId}\n` +
    `  export BACKEND_URL=${publicUrl} MODELS_RUN_URL=${publicUrl.replace(/\/+$/, '')}/api/v2/execute TEAM_API_KEY=${apiKey}\n`
  );
}

/** The platform's options. An invalid one is a usage error that names the option of the command line. */
function startOptions({
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
}: LocalOptions): LocalPlatformOptions {
  const options: LocalPlatformOptions = {
    port: portFrom(port),
    limits: {
      ...(blockSeconds === undefined ? {} : { blockSeconds: positive('--block-seconds', blockSeconds) }),
      ...(blockMemory === undefined ? {} : { blockBytes: positive('--block-memory', blockMemory) * 2 ** 20 }),
    },
  };
  if (blocks !== undefined) options.blocks = pathToFileURL(resolvePath(blocks));
  if (dataDir !== undefined) options.dataDir = dataDir;
  if (databaseUrl !== undefined) options.databaseUrl = databaseUrl;
  if (s3Bucket !== undefined) options.s3 = { bucket: s3Bucket, ...(s3Endpoint !== undefined && { endpoint: s3Endpoint }) };
  else if (s3Endpoint !== undefined) throw misused('--s3-endpoint needs --s3-bucket.');
  if (publicUrl !== undefined) options.publicUrl = publicUrl;
  if (cors !== undefined) options.cors = cors;
  try {
    checkOptions(options);
  } catch (error) {
    const names = { dataDir: '--data-dir', databaseUrl: '--database-url', s3: '--s3-bucket', publicUrl: '--public-url', cors: '--cors' };
    const message = error instanceof Error ? error.message : String(error);
    throw misused(message.replace(/dataDir|databaseUrl|publicUrl|\bs3\b|\bcors\b/g, (name) => names[name as keyof typeof names]));
  }
  return options;
}

function portFrom(text: string | undefined): number {
  const port = Number(text ?? 0);
  if ((text === undefined || /^\d+$/.test(text)) && port <= 65_535) return port;
  throw misused(`--port must be a whole number from 0 to 65535 (got "${text}").`);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw misused(`${name} must be a number above 0 (got "${text}").`);
}

function misused(message: string): UsageError {
  return new UsageError(message, 'Usage: remote-record local [options]; remote-record local --help explains them.');
}
