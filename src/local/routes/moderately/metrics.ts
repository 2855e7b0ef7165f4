import type { AppContext } from '../../context.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import { keptRowsOf, quoted } from '../../store/statements.js';

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

interface RunsRow {
  id: string;
  total: number;
  successful: number;
  last: string | null;
}

/** Adds the metrics of their executions to the JSON of pipelines or agents. */
export async function withMetrics(c: AppContext, { table, owner }: RunTable, items: readonly JsonRecord[]): Promise<JsonRecord[]> {
  if (items.length === 0) return [];
  const rows = await keptRowsOf<RunsRow>(
    c.get('platform').store,
    table,
    `select ${quoted(owner)} as id, count(*) as total, sum(case when status = 'completed' then 1 else 0 end) as successful,
      max(coalesce("startedAt", "createdAt")) as last
      from ${quoted(table)} where ${quoted(owner)} in (${items.map(() => '?').join(', ')}) group by ${quoted(owner)}`,
    items.map((item) => String(item[owner])),
  );
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
    return Object.assign(item, metrics);
  });
}
