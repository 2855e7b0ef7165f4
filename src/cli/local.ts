import { resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { LocalPlatform, type LocalPlatformOptions } from '../local/index.js';
import { checkOptions } from '../local/options.js';
import { UsageError } from './usage-error.js';

export const localHelp = `Usage: remote-record local [options]

Serves the local platform until it receives SIGINT or SIGTERM.

  --port N             the port on 127.0.0.1; 0 chooses a free one (default: 0)
  --data-dir DIR       keeps the data in a folder (default: in memory)
  --public-url URL     where clients reach the platform, such as a proxy in front of it (default: the address it listens on)
  --cors ORIGIN        an origin whose pages may call the platform, beside those of localhost; may be repeated, * is any
  --blocks FILE        a module that exports handlers by block type; they run in child processes (default: none)
  --block-seconds N    the seconds that one block may take (default: 300)
  --block-memory MIB   the memory that the process of a run may use, at least 128 (default: 1024)
  --json               prints only { url, apiKey, teamId, userId, pid }, as one line of JSON
`;

/** Serves the local platform until the process receives SIGINT or SIGTERM. */
export async function local(args: readonly string[]): Promise<void> {
  const { json, ...given } = readOptions(args);
  const options = startOptions(given);
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const platform = await LocalPlatform.start(options);
  const { url, apiKey, teamId, userId } = platform;
  if (json) process.stdout.write(`${JSON.stringify({ url, apiKey, teamId, userId, pid: process.pid })}\n`);
  else {
    const { dataDir, publicUrl = url } = options;
    process.stdout.write(
      `Serving at ${url}${dataDir === undefined ? ', data in memory' : `, data in ${dataDir}`}. Stop with Ctrl+C.\n\n` +
        `  export MODERATELY_BASE_URL=${publicUrl} MODERATELY_API_KEY=${apiKey} MODERATELY_TEAM_ID=${teamId}\n` +
        `  export BACKEND_URL=${publicUrl} TEAM_API_KEY=${apiKey}\n`,
    );
  }
  await stopped;
  await platform.close();
}

/** The platform's options. An invalid one is a usage error that names the option of the command line. */
function startOptions({ port, ...given }: Omit<ReturnType<typeof readOptions>, 'json'>): LocalPlatformOptions {
  const { 'data-dir': dataDir, 'database-url': databaseUrl, 'public-url': publicUrl, cors, blocks } = given;
  const options: LocalPlatformOptions = { port: portFrom(port), limits: limitsFrom(given) };
  if (blocks !== undefined) options.blocks = pathToFileURL(resolvePath(blocks));
  if (dataDir !== undefined) options.dataDir = dataDir;
  if (databaseUrl !== undefined) options.databaseUrl = databaseUrl;
  if (publicUrl !== undefined) options.publicUrl = publicUrl;
  if (cors !== undefined) options.cors = cors;
  try {
    checkOptions(options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const names = { dataDir: '--data-dir', databaseUrl: '--database-url', publicUrl: '--public-url', cors: '--cors' };
    throw new UsageError(
      message.replace(/dataDir|databaseUrl|publicUrl|\bcors\b/g, (name) => names[name as keyof typeof names]),
      localHelp,
    );
  }
  return options;
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        'database-url': { type: 'string' },
        'public-url': { type: 'string' },
        cors: { type: 'string', multiple: true },
        blocks: { type: 'string' },
        'block-seconds': { type: 'string' },
        'block-memory': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), localHelp);
  }
}

function portFrom(text: string | undefined): number {
  const port = Number(text ?? 0);
  if ((text === undefined || /^\d+$/.test(text)) && port <= 65_535) return port;
  throw new UsageError(`--port must be a whole number from 0 to 65535 (got "${text}").`, localHelp);
}

function limitsFrom({ 'block-seconds': seconds, 'block-memory': mebibytes }: Record<string, unknown>): LocalPlatformOptions['limits'] {
  return {
    ...(seconds === undefined ? {} : { blockSeconds: positive('--block-seconds', seconds) }),
    ...(mebibytes === undefined ? {} : { blockBytes: positive('--block-memory', mebibytes) * 2 ** 20 }),
  };
}

function positive(name: string, text: unknown): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`${name} must be a number above 0 (got "${text}").`, localHelp);
}
