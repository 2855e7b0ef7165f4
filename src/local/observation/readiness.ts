import type { Platform } from '../context.js';
import { migrationNames } from '../store/new-database.js';
import { rowsOf } from '../store/statements.js';
import { within } from './within.js';

/** Seconds that the database and the storage have to answer. */
const patience = 2;

type Parts = Pick<Platform, 'store' | 'blobs'>;

/**
 * Whether a platform can do its work: it is not shutting down, its database answers and has every migration, and its storage answers.
 * Migrations of a newer version, which another server has made, do not matter. Anybody may ask, so a response says which part fails and not why.
 */
export class Readiness {
  readonly #parts: Parts;
  readonly #onFailure: (what: string, error: unknown) => void;
  #checking: Promise<Response> | undefined;
  /** Whether the platform is about to end. */
  draining = false;

  /** @param onFailure Told why a part fails. */
  constructor(parts: Parts, onFailure: (what: string, error: unknown) => void) {
    this.#parts = parts;
    this.#onFailure = onFailure;
  }

  /** 200 or 503, with the state of each part. Those who ask at the same time share one check. */
  async respond(): Promise<Response> {
    if (this.draining) return Response.json({ status: 'draining' }, { status: 503 });
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return (await this.#checking).clone();
  }

  async #check(): Promise<Response> {
    const { store, blobs } = this.#parts;
    const [database, storage] = await Promise.all([
      this.#state('database', async () => checkMigrations(await rowsOf<{ name: string }>(store, 'select name from kysely_migration', []))),
      this.#state('storage', () => blobs.check()),
    ]);
    const ready = database === 'ok' && storage === 'ok';
    return Response.json({ status: ready ? 'ready' : 'unready', database, storage }, { status: ready ? 200 : 503 });
  }

  async #state(what: string, check: () => Promise<void>): Promise<'ok' | 'failed'> {
    try {
      await within(patience, check());
      return 'ok';
    } catch (error) {
      this.#onFailure(`The ${what} is not ready`, error);
      return 'failed';
    }
  }
}

/** @throws Error when the database lacks a migration. */
function checkMigrations(rows: readonly { name: string }[]): void {
  const missing = migrationNames.filter((name) => !rows.some((row) => row.name === name));
  if (missing.length > 0) throw new Error(`The database lacks the migrations ${missing.join(', ')}.`);
}
