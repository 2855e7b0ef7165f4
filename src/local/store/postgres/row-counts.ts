import type { Send } from './statements.js';

/** The tables whose rows are counted for each team as they are written: counting them takes as long as there are rows. */
const countedTables: readonly string[] = [
  'files',
  'datasets',
  'datasetSchemaVersions',
  'datasetDataVersions',
  'pipelines',
  'pipelineConfigurationVersions',
  'pipelineExecutions',
  'agents',
  'agentConfigurationVersions',
  'agentExecutions',
  'auditLogs',
  'teamUsers',
  'apiTokens',
];

const ofOneTeam = '"teamId" = ?';

/** Changes of a count that are added up when it is read, until they are put together. */
const mostChanges = 50;

const functionBody = (sign: string): string => `begin
    insert into "rowCounts" select tg_table_name, "teamId", ${sign}count(*) from changed where "teamId" is not null group by "teamId";
    return null;
  end`;

/**
 * The counts, and what keeps them: each statement that inserts or deletes rows adds a change in its own transaction, so that a count is always
 * right and no two writers wait for each other, as they would for one row with the sum.
 */
export const rowCountTables = `
  create table "rowCounts" ("table" text collate "C" not null, "teamId" text collate "C" not null, "change" bigint not null);
  create index "rowCounts_table_teamId" on "rowCounts" ("table", "teamId");
  create function "countInserted"() returns trigger language plpgsql as $$ ${functionBody('')} $$;
  create function "countDeleted"() returns trigger language plpgsql as $$ ${functionBody('-')} $$;
  ${countedTables
    .map(
      (table) => `
  create trigger "countInserted" after insert on "${table}" referencing new table as changed for each statement execute function "countInserted"();
  create trigger "countDeleted" after delete on "${table}" referencing old table as changed for each statement execute function "countDeleted"();`,
    )
    .join('')}`;

const sum = 'select coalesce(sum("change"), 0) as total, count(*) as changes from "rowCounts" where "table" = $1 and "teamId" = $2';

/** Those who do it at the same time each put together other changes: a deleted row is of one of them. */
const together = `with taken as (delete from "rowCounts" where "table" = $1 and "teamId" = $2 returning "change")
  insert into "rowCounts" select $1, $2, sum("change") from taken having sum("change") <> 0`;

/**
 * The number of the rows of one team; undefined when something else is asked for.
 * @param send Sends the statement that counts.
 * @param sendLater Sends another one when it should be put together, which nobody waits for; none in a transaction, which it would be part of.
 */
export async function countOfTeam(
  send: Send,
  sendLater: Send | undefined,
  table: string,
  conditions: string,
  parameters: readonly unknown[],
): Promise<number | undefined> {
  if (conditions !== ofOneTeam || !countedTables.includes(table)) return undefined;
  const key = [table, parameters[0]];
  const { total, changes } = (await send(sum, key)).rows[0] as { total: number; changes: number };
  // It only makes the next count faster.
  if (changes > mostChanges) void sendLater?.(together, key).catch(() => {});
  return total;
}
