import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Clock } from '../clock.js';
import type { AppContext } from '../context.js';
import type { Store } from '../store/database.js';
import { tokenHash } from '../store/tokens.js';
import { forbidden, HttpError } from './errors.js';
import { recordUsage } from './usage.js';

/** Who makes a request, and what they may see. */
export interface Principal {
  userId: string;
  role: string;
  /** The token's id; null for the platform's own key. */
  tokenId: string | null;
  teamIds: readonly string[];
  /** The team that what is made without naming one belongs to: aiXplain's wire names none. */
  homeTeamId: string;
  /** The teams whose members and tokens they may change. */
  adminOf: readonly string[];
  expiresAt: number;
}

/** Looks up keys. Answers are kept until `forget` is called, which every write to users, teams and tokens does. */
export class Accounts {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #known = new Map<string, Principal>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  forget(): void {
    this.#known.clear();
  }

  /** The principal a key belongs to; null when it is unknown, switched off or expired. */
  async find(key: string): Promise<Principal | null> {
    const principal = this.#known.get(key) ?? (await this.#load(key));
    return principal && principal.expiresAt > this.#clock.now() ? principal : null;
  }

  async #load(key: string): Promise<Principal | null> {
    const token = await this.#store
      .selectFrom('apiTokens')
      .selectAll()
      .where('tokenHash', '=', tokenHash(key))
      .where('isActive', '=', 1)
      .executeTakeFirst();
    if (!token) return null;
    const own = token.teamId === null;
    const teams = await this.#store
      .selectFrom('teamUsers')
      .innerJoin('teams', 'teams.teamId', 'teamUsers.teamId')
      .select(['teams.teamId', 'teamUsers.role', 'teamUsers.isDefault'])
      .where('teamUsers.userId', '=', token.createdByUserId)
      .$if(!own, (query) =>
        query.where((is) => is.or([is('teams.teamId', '=', token.teamId), is('teams.createdByTokenId', '=', token.tokenId)])),
      )
      .execute();
    const principal: Principal = {
      userId: token.createdByUserId,
      role: token.role,
      tokenId: own ? null : token.tokenId,
      teamIds: teams.map(({ teamId }) => teamId),
      homeTeamId: token.teamId ?? teams.find(({ isDefault }) => isDefault === 1)?.teamId ?? teams[0]?.teamId ?? '',
      adminOf: token.role === 'admin' ? teams.flatMap(({ teamId, role }) => (role === 'admin' ? teamId : [])) : [],
      expiresAt: token.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(token.expiresAt),
    };
    this.#known.set(key, principal);
    return principal;
  }
}

/** The key of a request, from any of the headers the two platforms' clients use. */
function keyOf(c: Context): string | undefined {
  const authorization = /^(?:bearer|token)\s+(.+)$/i.exec(c.req.header('authorization') ?? '');
  return authorization?.[1]?.trim() ?? c.req.header('x-api-key') ?? c.req.header('x-aixplain-key');
}

/** The operation that answered, without the ids in its path. */
function endpointOf(c: Context): string {
  const operations = matchedRoutes(c).filter(({ path }) => !path.endsWith('*'));
  return operations.at(-1)?.path ?? c.req.path;
}

/** Whether a request changes nothing; aiXplain's lists are asked for by POST. */
function isReading({ method, path }: { method: string; path: string }): boolean {
  return method === 'GET' || method === 'HEAD' || (method === 'POST' && /^\/(v1|v2|sdk)\/[^/]+\/paginate$/.test(path));
}

/** Refuses requests without a valid key with 401, and writes by read-only keys with 403. Counts what restricted keys do. */
export const authenticate: MiddlewareHandler<AppContext> = async (c, next) => {
  const { platform } = c.var;
  const key = keyOf(c);
  const principal = key === undefined ? null : await platform.accounts.find(key);
  if (!principal) {
    throw new HttpError(
      401,
      key === undefined
        ? 'No API key was sent. Send it as `Authorization: Bearer <key>`, `Authorization: Token <key>` or `x-api-key: <key>`.'
        : 'The API key is unknown, switched off or expired.',
    );
  }
  c.set('principal', principal);
  if (principal.role === 'readonly' && !isReading(c.req)) throw forbidden('This key may only read.');
  const start = performance.now();
  await next();
  if (principal.tokenId !== null) {
    const use = { endpoint: endpointOf(c), method: c.req.method, status: c.res.status, milliseconds: performance.now() - start };
    await recordUsage(platform, principal.tokenId, use);
  }
};

/** Refuses a record or a request body that belongs to a team the key may not use. */
export function checkTeam(c: Context<AppContext>, teamId: string): void {
  if (!c.var.principal.teamIds.includes(teamId)) throw forbidden(`This key has no access to the team '${teamId}'.`);
}

/** Refuses what only an admin of a team may do. */
export function checkAdmin(c: Context<AppContext>, teamId: string): void {
  checkTeam(c, teamId);
  if (!c.var.principal.adminOf.includes(teamId)) throw forbidden('Only an admin of the team may do this.');
}
