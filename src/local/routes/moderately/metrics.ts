import type { Kysely } from 'kysely';
import type { AppContext } from '../../context.js';
import { sql } from '../../store/kysely.js';
import type { JsonRecord } from '../../store/record-kinds.js';

/** The number of executions and their success. */
interface Metrics {
  lastRunAt: string | null;
  totalRuns: number;
  successfulRuns: number;
  /** In percent of all runs. */
  successRate: number;
}

/** The table of the executions of a kind of record, and the column that refers to the record. */
export interface RunTable {
  table: 'pipelineExecutions' | 'agentExecutions';
  owner: 'pipelineId' | 'agentId';
}

interface RunRow {
  [column: string]: string | null;
  status: string;
  createdAt: string;
  startedAt: string | null;
}

/** Adds the metrics of their executions to pipelines or agents. */
export async function withMetrics(c: AppContext, { table, owner }: RunTable, items: readonly JsonRecord[]): Promise<JsonRecord[]> {
  if (items.length === 0) return [];
  const store = c.var.platform.store as unknown as Kysely<Record<string, RunRow>>;
  const rows = await store
    .selectFrom(table)
    .select((of) => [
      `${owner} as id`,
      of.fn.countAll<number | string>().as('total'),
      sql<number | string>`sum(case when status = 'completed' then 1 else 0 end)`.as('successful'),
      of.fn.max(of.fn.coalesce('startedAt', 'createdAt')).as('last'),
    ])
    .where(
      owner,
      'in',
      items.map((item) => String(item[owner])),
    )
    .groupBy(owner)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return items.map((item) => {
    const row = byId.get(String(item[owner]));
    const totalRuns = Number(row?.total ?? 0);
    const successfulRuns = Number(row?.successful ?? 0);
    const metrics: Metrics = {
      lastRunAt: row?.last ?? null,
      totalRuns,
      successfulRuns,
      successRate: totalRuns === 0 ? 0 : (100 * successfulRuns) / totalRuns,
    };
    return { ...item, ...metrics };
  });
}
