import { ConfigurationError } from '../../../model/errors/index.js';
import { importNeeded } from '../../../model/support/optional-package.js';
import { withSchemaLock } from '../../store/postgres/database.js';
import type { Connections } from '../../store/postgres/pool.js';
import { placeOf } from '../../store/postgres/url.js';

/** The schema of graphile-worker's tables: its default. */
export const workerSchema = 'graphile_worker';

/** The SQLSTATE of a job's end that another process has claimed. */
export const leaseLost = 'RR001';

/**
 * The steps that make the tables beside those of graphile-worker, in the platform's own schema. A step that was released is never changed:
 * what is to be different is a step more, which may only add what older processes need not know, because they go on beside newer ones.
 *
 * A row of `workerJobs` says who runs a job, and how often it was attempted; graphile-worker's own row, which has its id as key, only says
 * that somebody should. Each of `workers` is a process, with the names under which it locks rows of graphile-worker. `workerTurns` has the
 * turn of the job that began last. The first step does nothing where a version made the tables that did not count steps.
 */
const steps: readonly string[] = [
  `
create table if not exists "workerJobs" (
  "jobId" text primary key,
  kind text not null,
  "subjectId" text not null,
  "teamId" text not null,
  turn bigint not null,
  "workerId" text,
  attempts integer not null default 0,
  "abortReason" text
);
create index if not exists "workerJobs_teamId_turn" on "workerJobs" ("teamId", turn);
create index if not exists "workerJobs_subjectId" on "workerJobs" ("subjectId");
create table if not exists workers (
  "workerId" text primary key,
  "beatAt" timestamptz not null,
  lockers text[] not null
);
create sequence if not exists "workerTurns" minvalue 0 start 0;
create or replace function "endJob"(job text, worker text, attempt integer) returns void language plpgsql as $$
begin
  delete from "workerJobs" where "jobId" = job and "workerId" = worker and attempts = attempt;
  if not found then
    raise exception 'Another worker has the execution.' using errcode = '${leaseLost}';
  end if;
end $$;`,
];

/** What needs graphile-worker. */
export const needs = 'Executions in a PostgreSQL database (databaseUrl, or --database-url) need the package graphile-worker.';

/**
 * Creates what the queue needs in the database, or brings it up to date. Processes that do so at the same time take turns.
 * @throws ConfigurationError when a newer version of this package has done so.
 */
export async function installQueue(databaseUrl: string): Promise<void> {
  const { runMigrations, Logger } = await importNeeded<typeof import('graphile-worker')>('graphile-worker', needs);
  await withSchemaLock(databaseUrl, async (connections) => {
    await takeSteps(connections, placeOf(databaseUrl));
    await runMigrations({ pgPool: connections.pool, schema: workerSchema, logger: new Logger(() => () => {}) });
  });
}

async function takeSteps(connections: Connections, place: string): Promise<void> {
  await connections.query('create table if not exists "workerSteps" (step integer primary key)');
  const { rows } = await connections.query<{ taken: number }>('select coalesce(max(step), 0) as taken from "workerSteps"');
  const taken = rows[0]?.taken ?? 0;
  if (taken > steps.length) {
    throw new ConfigurationError(
      `The PostgreSQL database at ${place} cannot be used: its queue was created by a newer version of remote-record (step ${taken}, ` +
        `this version knows ${steps.length}). Nothing was changed. Update the package, or use another database.`,
    );
  }
  for (const [index, text] of steps.entries()) {
    if (index >= taken) await connections.query(`begin; ${text} insert into "workerSteps" values (${index + 1}); commit;`);
  }
}
