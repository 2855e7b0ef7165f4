import type { Connection, ResourceClass } from '../index.js';
import type { LocalPlatform } from '../local/index.js';
import { loadModule } from './modules.js';
import { connectionIn, entitiesIn } from './require.js';
import { UsageError } from './usage-error.js';

/** The vendors whose classes a session may have. */
export type Vendor = 'moderately' | 'aixplain';

/** The platform of a session: a vendor's, or that of the connection which a required file exports. */
export type PlatformName = Vendor | 'own';

/** The local platform as far as a session needs it. */
export type LocalServer = Pick<LocalPlatform, 'url' | 'apiKey' | 'teamId' | 'fetch' | 'close'>;

/** The flags of the command line that choose what a session works with. */
export interface SessionOptions {
  /** `--moderately`. */
  moderately?: boolean | undefined;
  /** `--aixplain`. */
  aixplain?: boolean | undefined;
  /** `--local`: a platform in this process, with Moderately's classes, or with those of the vendor that is given beside it. */
  local?: boolean | undefined;
  /** `--data-dir`: the folder of the local platform. Default: in memory. */
  dataDir?: string | undefined;
  /** `--require`: files that export entity classes, relative to the current folder. */
  require?: readonly string[] | undefined;
}

/** What a session needs of the process; tests give their own. */
export interface SessionEnvironment {
  /** Default: `process.env`. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Starts the local platform. Default: in this process, without a port. */
  startLocal?: (options: { dataDir?: string }) => Promise<LocalServer>;
}

/** A connection and the classes that belong to it. */
export interface Session {
  readonly platform: PlatformName;
  /** The local platform, where the session has started it. */
  readonly local: LocalServer | undefined;
  readonly connection: Connection;
  /** The entity classes by name, bound to the connection; those of required files after those of the vendor, whose names they may take. */
  readonly entities: ReadonlyMap<string, ResourceClass>;
  /** Closes the connection and the local platform. Unfinished work of a local platform with a folder goes on when it is opened again. */
  close(): Promise<void>;
}

/** No key, neither in the environment nor in a required file. */
export class NoKeyError extends UsageError {}

/** The variables of the environment that hold a vendor's key, as its connection documents them. */
const keyVariables: Readonly<Record<Vendor, readonly string[]>> = {
  moderately: ['MODERATELY_API_KEY'],
  aixplain: ['TEAM_API_KEY', 'AIXPLAIN_API_KEY'],
};

/**
 * Opens what a command works with.
 *
 * @throws UsageError for flags that contradict each other, and for a file that cannot be loaded or exports no entity class; NoKeyError when
 *   nothing says which platform is meant; ConfigurationError as the connections and the local platform throw it.
 */
export async function openSession(
  options: SessionOptions,
  { env = process.env, startLocal = start }: SessionEnvironment = {},
): Promise<Session> {
  checkFlags(options);
  const modules = [];
  for (const file of options.require ?? []) modules.push({ file, exports: await loadModule(file) });
  const own = options.moderately || options.aixplain || options.local ? undefined : connectionIn(modules);
  const vendor = own ? undefined : chosenVendor(options, env);
  const local = options.local ? await startLocal(options.dataDir === undefined ? {} : { dataDir: options.dataDir }) : undefined;
  try {
    const connection = own ?? (await connect(vendor!, local, env));
    const entities = new Map([...(vendor ? entitiesOf(connection) : []), ...entitiesIn(modules, connection)]);
    return {
      platform: vendor ?? 'own',
      local,
      connection,
      entities,
      async close() {
        await connection.close();
        await local?.close();
      },
    };
  } catch (error) {
    await local?.close();
    throw error;
  }
}

function checkFlags({ moderately, aixplain, local, dataDir }: SessionOptions): void {
  if (moderately && aixplain) throw new UsageError('Give --moderately or --aixplain, not both.');
  if (dataDir !== undefined && !local) throw new UsageError('--data-dir is the folder of the local platform: give --local with it.');
}

/** The vendor that the flags name, else the one whose key is in the environment. */
function chosenVendor({ moderately, aixplain, local }: SessionOptions, env: Readonly<Record<string, string | undefined>>): Vendor {
  if (moderately) return 'moderately';
  if (aixplain) return 'aixplain';
  if (local) return 'moderately';
  const [vendor, ...others] = (Object.keys(keyVariables) as Vendor[]).filter((name) => keyVariables[name].some((key) => env[key]?.trim()));
  if (vendor === undefined) {
    throw new NoKeyError(
      'No key: set MODERATELY_API_KEY and MODERATELY_TEAM_ID for Moderately AI, or TEAM_API_KEY for aiXplain. ' +
        'Without an account, --local works with a platform in this process.',
    );
  }
  if (others.length > 0)
    throw new UsageError('The environment has keys for Moderately AI and for aiXplain: give --moderately or --aixplain.');
  return vendor;
}

async function connect(
  vendor: Vendor,
  local: LocalServer | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Connection> {
  if (vendor === 'moderately') {
    const { Moderately } = await import('../moderately/index.js');
    return new Moderately(
      local
        ? { apiKey: local.apiKey, teamId: local.teamId, baseUrl: local.url, fetch: local.fetch }
        : { apiKey: env.MODERATELY_API_KEY, teamId: env.MODERATELY_TEAM_ID, baseUrl: env.MODERATELY_BASE_URL?.trim() || undefined },
    );
  }
  const { Aixplain } = await import('../aixplain/index.js');
  return new Aixplain(
    local
      ? { apiKey: local.apiKey, backendUrl: local.url, modelUrl: `${local.url}/api/v2/execute`, fetch: local.fetch }
      : {
          apiKey: env.TEAM_API_KEY || env.AIXPLAIN_API_KEY,
          backendUrl: env.BACKEND_URL || undefined,
          modelUrl: env.MODELS_RUN_URL || undefined,
          pipelineUrl: env.PIPELINES_RUN_URL || undefined,
        },
  );
}

async function start(options: { dataDir?: string }): Promise<LocalServer> {
  const { LocalPlatform } = await import('../local/index.js');
  return LocalPlatform.start({ ...options, port: false });
}

/** The classes that a vendor's connection has as getters. */
function entitiesOf(connection: Connection): [string, ResourceClass][] {
  const getters = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(connection) as object));
  return getters
    .filter(([name, { get }]) => get !== undefined && /^[A-Z]/.test(name))
    .map(([name]) => [name, (connection as unknown as Record<string, ResourceClass>)[name]!]);
}
