import { importNeeded } from '../../../model/support/optional-package.js';
import type { Connections } from '../../store/postgres/pool.js';

/** The schema of graphile-worker's tables: its default. */
export const workerSchema = 'graphile_worker';

/** The SQLSTATE of a job's end that another process has claimed. */
export const leaseLost = 'RR001';

/**
 * The tables beside those of graphile-worker, in the platform's own schema. A row of `workerJobs` says who runs a job, and how often it
 * was attempted; graphile-worker's own row, which has its id as key, only says that somebody should. Each of `workers` is a process, with
 * the names under which it locks rows of graphile-worker. `workerTurns` has the turn of the job that began last.
 */
const tables = `
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
end $$;`;

/** What needs graphile-worker. */
export const needs = 'Executions in a PostgreSQL database (databaseUrl, or --database-url) need the package graphile-worker.';

/** The number of the advisory lock under which the tables are made. Any number will do that nothing else uses. */
const lock = 7_266_332_511;

/** Creates what the queue needs in the database, or brings it up to date. Several processes may do so at a time. */
export async function installQueue(connections: Connections): Promise<void> {
  const { runMigrations, Logger } = await importNeeded<typeof import('graphile-worker')>('graphile-worker', needs);
  const client = await connections.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lock]);
    try {
      await client.query(tables);
      await runMigrations({ pgPool: connections.pool, schema: workerSchema, logger: new Logger(() => () => {}) });
    } finally {
      await client.query('select pg_advisory_unlock($1)', [lock]);
    }
  } finally {
    client.release();
  }
}
