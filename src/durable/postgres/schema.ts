/** The version of the tables. */
export const schemaVersion = '1';

/** The tables, with the same indexes as those of SQLite: see there. */
export const schema = `
create table durable_settings (name text primary key, value text not null);
create table durable_processes (id text primary key, label text not null, beats bigint not null);
create table durable_paused (handler text primary key);
create table durable_queues (queue integer primary key generated always as identity, handler text not null, account text not null,
  class text not null, priority integer not null, unique (handler, account, class, priority));
create table durable_runs (seq bigint primary key generated always as identity, id text not null unique, key text unique,
  queue integer not null references durable_queues (queue), state text not null, token text, remote_id text, result text, start text,
  idempotency_key text, data text not null, deadline bigint, due_at bigint, polls integer not null default 0,
  attempts integer not null default 0, deaths integer not null default 0, handling integer not null default 0, cancelled integer not null default 0, poked integer not null default 0, error text, owner text,
  epoch integer not null default 0, created_at bigint not null, ended_at bigint) with (fillfactor = 70);
create index durable_due on durable_runs (queue, due_at) where due_at is not null;
create index durable_owners on durable_runs (owner) where owner is not null;
create index durable_counts on durable_runs (queue, state);
create index durable_pending on durable_runs (created_at) where ended_at is null;
create index durable_failed on durable_runs (seq) where state = 'failed';
create index durable_ended on durable_runs (ended_at) where state = 'ended';
create index durable_remote on durable_runs (remote_id) where remote_id is not null;
insert into durable_settings values ('version', '${schemaVersion}');
`;

/** The number of the lock under which the tables are made, so that two processes do not make them at the same time. */
export const schemaLock = 7_302_114_511;
