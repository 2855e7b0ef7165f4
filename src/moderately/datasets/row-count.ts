import type { Readable } from 'node:stream';
import { readCsv } from '../tables/csv.js';
import { LineFilter } from '../tables/line-filter.js';
import { TableProblem } from '../tables/problem.js';

/** Counts the rows below the header of a CSV file, as they are read for a schema. Null if it is not CSV in UTF-8, or in UTF-16 with a byte order mark. */
export async function countRows(stream: Readable): Promise<number | null> {
  const filter = new LineFilter({});
  let lines = 0;
  try {
    for await (const records of readCsv(stream, {})) {
      for (const record of records) if (filter.keeps(record)) lines++;
    }
  } catch (error) {
    if (error instanceof TableProblem) return null;
    throw error;
  }
  return Math.max(0, lines - 1);
}
