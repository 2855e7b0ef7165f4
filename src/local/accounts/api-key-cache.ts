import type { Clock } from '../clock.js';
import type { Coordinator } from '../coordination/coordinator.js';
import type { Store } from '../store/database.js';
import type { ApiTokenRow, TeamUserRow } from '../store/schema.js';
import { rowOf, rowsOf } from '../store/statements.js';
import { tokenHash } from './tokens.js';

/** Who makes a request, and what they may access. */
export interface Principal {
  userId: string;
  role: string;
  /** The token's id; null for the platform's own key. */
  tokenId: string | null;
  teamIds: readonly string[];
  /** The team that owns records created without naming one, as all of aiXplain's API does. */
  homeTeamId: string;
  /** The teams whose members and tokens they may change. */
  adminOf: readonly string[];
  /** Milliseconds since the epoch; Infinity for a key that does not expire. */
  expiresAt: number;
}

/** Resolves API keys. Results are cached until `invalidate` is called, which every write to users, teams and tokens does. */
export class ApiKeyCache {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #coordinator: Coordinator;
  #principals = new Map<string, Principal>();

  constructor(store: Store, clock: Clock, coordinator: Coordinator) {
    this.#store = store;
    this.#clock = clock;
    this.#coordinator = coordinator;
    coordinator.subscribe('api-keys', () => this.#clear());
  }

  /** Reads keys anew, on every server. */
  invalidate(): void {
    this.#clear();
    this.#coordinator.publish('api-keys');
  }

  #clear(): void {
    // What is being read keeps the old map: it may be out of date.
    this.#principals = new Map();
  }

  /** The principal a key belongs to, at once where it is known; null when the key is unknown, deactivated or expired. */
  find(key: string): Promise<Principal | null> | Principal | null {
    const known = this.#principals.get(key);
    return known ? this.#valid(known) : this.#load(key).then((principal) => this.#valid(principal));
  }

  #valid(principal: Principal | null): Principal | null {
    return principal && principal.expiresAt > this.#clock.now() ? principal : null;
  }

  async #load(key: string): Promise<Principal | null> {
    const principals = this.#principals;
    const token = await rowOf<ApiTokenRow>(this.#store, 'select * from "apiTokens" where "tokenHash" = ? and "isActive" = 1', [
      tokenHash(key),
    ]);
    if (!token) return null;
    const own = token.teamId === null;
    const teams = await rowsOf<Pick<TeamUserRow, 'teamId' | 'role' | 'isDefault'>>(
      this.#store,
      `select teams."teamId", "teamUsers".role, "teamUsers"."isDefault"
        from "teamUsers" join teams on teams."teamId" = "teamUsers"."teamId"
        where "teamUsers"."userId" = ?${own ? '' : ' and (teams."teamId" = ? or teams."createdByTokenId" = ?)'}`,
      own ? [token.createdByUserId] : [token.createdByUserId, token.teamId, token.tokenId],
    );
    const principal: Principal = {
      userId: token.createdByUserId,
      role: token.role,
      tokenId: own ? null : token.tokenId,
      teamIds: teams.map(({ teamId }) => teamId),
      homeTeamId: token.teamId ?? teams.find(({ isDefault }) => isDefault === 1)?.teamId ?? teams[0]?.teamId ?? '',
      adminOf: token.role === 'admin' ? teams.flatMap(({ teamId, role }) => (role === 'admin' ? teamId : [])) : [],
      expiresAt: token.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(token.expiresAt),
    };
    principals.set(key, principal);
    return principal;
  }
}
