import type { BaseResource, Connection } from '../index.js';
import { nearestName } from '../vendor.js';
import { commandName, findEntity, vendorEntities, vendorsWith, vendorTitles } from './entities.js';
import type { EntityClass } from './entity-class.js';
import type { Io } from './io.js';
import { Output } from './output/output.js';
import { openSession, type PlatformName, type Session, type SessionOptions, type Vendor } from './session.js';
import { UsageError } from './usage-error.js';

/** What a command on an entity works with. */
export interface Context {
  readonly io: Io;
  readonly output: Output;
  readonly connection: Connection;
  /** The class, bound to the connection. */
  readonly target: EntityClass;
  /** The command line up to the entity, to say how to go on: `remote-record pipeline-execution`. */
  readonly command: string;
  /** The flags of the session, with a space before them, for the same purpose. */
  readonly flags: string;
  /** Aborted by the first Ctrl+C. The second one ends the process. */
  readonly signal: AbortSignal;
}

/** Runs a command on an entity with what it needs, and closes that in the end. */
export async function withContext(
  entity: string,
  options: SessionOptions,
  io: Io,
  run: (context: Context) => Promise<void>,
): Promise<void> {
  const session = await openSession(options, { env: io.env, ...(io.startLocal && { startLocal: io.startLocal }) });
  const interrupted = new AbortController();
  const undo = io.onInterrupt(() => {
    undo();
    interrupted.abort();
  });
  const output = new Output(io);
  try {
    const target = targetIn(session, entity);
    const command = `remote-record ${commandName(target.name)}`;
    await run({ io, output, connection: session.connection, target, command, flags: flagsOf(options), signal: interrupted.signal });
    await output.close();
  } finally {
    undo();
    await session.close();
  }
}

function targetIn({ entities, platform }: Session, entity: string): EntityClass {
  const name = findEntity(entity, entities.keys());
  if (name !== undefined) return entities.get(name) as EntityClass;
  throw unknownEntity(entity, [...entities.keys()], platform);
}

/** The error for an entity that a platform does not have: where it is, or the nearest one. */
export function unknownEntity(entity: string, known: readonly string[], platform: PlatformName): UsageError {
  const [elsewhere] = vendorsWith(entity).filter((vendor) => vendor !== platform);
  const where = platform === 'own' ? 'The required files have' : `${vendorTitles[platform]} has`;
  if (elsewhere) return new UsageError(`${where} no entity "${entity}"; ${vendorTitles[elsewhere]} has it: give --${elsewhere}.`);
  const nearest = nearestName(
    entity,
    known.map((name) => commandName(name)),
  );
  const all = 'remote-record entities lists them.';
  return new UsageError(`${where} no entity "${entity}"${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}.`, all);
}

/**
 * The classes that the flags, the environment and the name of the entity lead to, for help, completion and the names of options. They need no
 * key, and cannot be used for requests.
 */
export async function describedEntities(
  options: SessionOptions,
  io: Io,
  entity?: string,
): Promise<{ platform: PlatformName; entities: ReadonlyMap<string, EntityClass> }> {
  const [vendor] = likelyVendors(options, io.env, entity);
  const isChosen = options.moderately || options.aixplain || options.local;
  const session = await openSession(
    { require: options.require, ...(isChosen || !options.require?.length ? { [vendor!]: true } : {}) },
    { env: { ...noKeys, ...(vendor === 'moderately' ? moderatelyKeys : { TEAM_API_KEY: '-' }) } },
  );
  return { platform: session.platform, entities: session.entities as ReadonlyMap<string, EntityClass> };
}

const noKeys = { MODERATELY_BASE_URL: 'http://localhost', BACKEND_URL: 'http://localhost' };
const moderatelyKeys = { MODERATELY_API_KEY: '-', MODERATELY_TEAM_ID: '-' };

/** The vendors that may be meant, the likeliest first. */
function likelyVendors({ moderately, aixplain, local }: SessionOptions, env: Io['env'], entity: string | undefined): Vendor[] {
  if (aixplain) return ['aixplain'];
  if (moderately || local) return ['moderately'];
  const having = entity === undefined ? [] : vendorsWith(entity);
  const hasKey: Readonly<Record<Vendor, boolean>> = {
    moderately: Boolean(env.MODERATELY_API_KEY?.trim()),
    aixplain: Boolean(env.TEAM_API_KEY?.trim() || env.AIXPLAIN_API_KEY?.trim()),
  };
  const all = Object.keys(vendorEntities) as Vendor[];
  const rank = (vendor: Vendor): number => (hasKey[vendor] ? 0 : 2) + (having.includes(vendor) ? 0 : 1);
  return all.toSorted((one, other) => rank(one) - rank(other));
}

/** The flags as they were given, for messages that tell another command. */
function flagsOf({ moderately, aixplain, local, dataDir, require = [] }: SessionOptions): string {
  const flags = [
    moderately && '--moderately',
    aixplain && '--aixplain',
    local && '--local',
    dataDir !== undefined && `--data-dir ${quoted(dataDir)}`,
    ...require.map((file) => `--require ${quoted(file)}`),
  ];
  return flags.map((flag) => (flag ? ` ${flag}` : '')).join('');
}

/** A text as a shell takes it for one argument. */
export function quoted(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Loads a record by its id. */
export function loadById({ target, signal }: Context, id: string): Promise<BaseResource> {
  return target.get!(id, { signal });
}
