import type { Statement } from '../../store/statements.js';
import type { NewJob } from '../queue.js';
import { workerSchema } from './install.js';

/** The name of the only task that graphile-worker knows: running the job whose id is its payload. */
export const task = 'remote-record';

/** The channel on which a process says that the job of a record is to be aborted. */
export const abortChannel = 'remote_record_abort';

/**
 * Selects from rows of `workerJobs` while it has each run: graphile-worker takes the row with the earliest `run_at` first, so that the
 * turns are written as times that are long past. A row of the same key that waits is replaced.
 */
const request = (from: string): string =>
  `select (${workerSchema}.add_job('${task}', json_build_object('jobId', "jobId"), job_key => "jobId",
    run_at => timestamptz 'epoch' + turn * interval '1 microsecond')).id from ${from}`;

/** Whether the process that runs a job of `workerJobs` has been heard of within the lease, of `$lease` seconds. */
const isAlive = (lease: string): string =>
  `exists (select 1 from workers where workers."workerId" = "workerJobs"."workerId" and "beatAt" > clock_timestamp() - ${lease} * interval '1 second')`;

/**
 * Adds a job. Teams take turns, by start-time fair queueing: a team's job comes one turn after its previous one, but never before the
 * turn that has come (Goyal, Vin, Cheng: Start-time Fair Queueing, 1996).
 */
export function addition(jobId: string, { kind, subjectId, teamId }: NewJob): Statement {
  const text = `with added as (
    insert into "workerJobs" ("jobId", kind, "subjectId", "teamId", turn)
    select ?, ?, ?, ?, greatest((select last_value from "workerTurns"), (select max(turn) + 1 from "workerJobs" where "teamId" = ?))
    returning "jobId", turn) ${request('added')}`;
  return { text, parameters: [jobId, kind, subjectId, teamId, teamId] };
}

/** Counts the jobs of a team ($1), as far as $2. */
export const teamCount = 'select count(*)::integer as jobs from (select 1 from "workerJobs" where "teamId" = $1 limit $2) as counted';

/**
 * Claims a job ($1) for a process ($2), with a lease of $3 seconds, unless a process that is alive runs it, or another job of its record.
 * Says that its turn has come.
 */
export const claim = `with claimed as (
    update "workerJobs" set "workerId" = $2, attempts = attempts + 1
    where "jobId" = $1 and ("workerId" is null or "workerId" = $2 or not ${isAlive('$3')})
      and not exists (
        select 1 from "workerJobs" as other where other."subjectId" = "workerJobs"."subjectId" and other."jobId" <> $1
          and other."workerId" is not null)
    returning kind, "subjectId", attempts, "abortReason", turn)
  select *, setval('"workerTurns"', greatest(turn, (select last_value from "workerTurns"))) from claimed`;

/** Finds a job ($1) that could be claimed by a process ($2) if no other job of its record were running, for a lease of $3 seconds. */
export const waits = `select 1 from "workerJobs" where "jobId" = $1 and ("workerId" is null or "workerId" = $2 or not ${isAlive('$3')})`;

/** A job that a process has claimed, with which attempt. */
export interface Claimed {
  jobId: string;
  workerId: string;
  attempts: number;
}

/** Removes a job. Its error is `leaseLost` when another process has claimed it, or this one again: then the transaction is undone. */
export const removal = ({ jobId, workerId, attempts }: Claimed): Statement => ({
  text: 'select "endJob"(?, ?, ?)',
  parameters: [jobId, workerId, attempts],
});

/** Gives a job ($1) of a process ($2) and attempt ($3) back, with $4 attempts. Gives no row when another process has claimed it. */
export const release = `with released as (
    update "workerJobs" set "workerId" = null, attempts = $4, "abortReason" = null
    where "jobId" = $1 and "workerId" = $2 and attempts = $3 returning "jobId", turn)
  ${request('released')}`;

/** Has a job ($1) run that nobody has claimed. */
export const requestAgain = request('"workerJobs" where "jobId" = $1 and "workerId" is null');

/**
 * Asks the process that runs the job of a record to abort it, once the transaction is committed. Jobs that wait are marked as well: one of
 * them may be claimed at this moment, by a process that has read the record before the transaction changed it.
 */
export const abortion = (subjectId: string, reason: string): Statement => ({
  text: `with marked as (
      update "workerJobs" set "abortReason" = ? where "subjectId" = ? returning "subjectId", "workerId")
    select pg_notify('${abortChannel}', "subjectId") from marked where "workerId" is not null`,
  parameters: [reason, subjectId],
});

/** Says that a process ($1) is alive, and under which names ($2) it locks rows of graphile-worker. */
export const beat = `insert into workers ("workerId", "beatAt", lockers) values ($1, clock_timestamp(), $2)
  on conflict ("workerId") do update set "beatAt" = excluded."beatAt", lockers = excluded.lockers`;

/** What became of jobs ($1). */
export const states = 'select "jobId", "workerId", "abortReason" from "workerJobs" where "jobId" = any($1)';

/** Forgets processes that were not heard of within the lease, of $1 seconds. */
export const forget = `delete from workers where "beatAt" < clock_timestamp() - $1 * interval '1 second'`;

/**
 * Unlocks the rows of graphile-worker that nobody works on, for a lease of $1 seconds: those that a process locked which is not alive, and
 * those that workers of this one locked which have nothing to do ($2), because the response with the row was lost. graphile-worker itself
 * unlocks them after four hours. Rows of other tasks are those of other programs.
 */
export const unlock = `select ${workerSchema}.force_unlock_workers(lockers) from (
    select array_agg(distinct locked_by) as lockers from ${workerSchema}.jobs
    where task_identifier = '${task}' and locked_at < clock_timestamp() - $1 * interval '1 second'
      and (locked_by = any($2) or locked_by not in (select unnest(lockers) from workers))) as lost
  where lockers is not null`;

/**
 * Has jobs run whose row of graphile-worker is gone although no process that is alive runs them, for a lease of $1 seconds: such as those
 * that this one ($2) claimed and does not run ($3).
 */
export const recover = request(`"workerJobs" where not exists (select 1 from ${workerSchema}.jobs where key = "jobId")
  and ("workerId" is null or not ${isAlive('$1')} or ("workerId" = $2 and "jobId" <> all($3)))`);

/** Forgets a process ($1) that stops. */
export const leave = 'delete from workers where "workerId" = $1';

/** Forgets all jobs, in a transaction. Who runs one of them is told that it has lost it. */
export const removals: readonly Statement[] = [
  { text: `select ${workerSchema}.remove_job("jobId") from "workerJobs"`, parameters: [] },
  { text: 'delete from "workerJobs"', parameters: [] },
];
