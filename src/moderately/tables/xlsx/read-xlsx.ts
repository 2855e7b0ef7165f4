import type { Readable } from 'node:stream';
import type { LineFilter } from '../line-filter.js';
import type { ParsingOptions } from '../parsing-options.js';
import { TableProblem } from '../problem.js';
import { bytesOf, XlsxPackage } from './package.js';
import { SheetRows } from './sheet-rows.js';
import { readWorkbook } from './workbook.js';

/** The largest sheet, in bytes unpacked. It is read as a stream. */
const largestSheet = 2 * 1024 * 1024 * 1024;

/**
 * The records of a sheet of an XLSX file (ECMA-376), in batches: text, numbers, booleans, dates and null. The file is held in memory packed,
 * with its table of shared strings; the sheet is streamed. `filter` passes over rows that the sheet does not have.
 * @throws TableProblem for a file that is not XLSX, exceeds a limit or has no such sheet, and when a package is not installed.
 */
export async function* readXlsx(stream: Readable, options: ParsingOptions, filter: LineFilter): AsyncGenerator<unknown[][], undefined> {
  const bytes = await bytesOf(stream).finally(() => stream.destroy());
  try {
    const parts = await XlsxPackage.open(bytes);
    const workbook = await readWorkbook(parts, options.sheet);
    const sheet = new SheetRows(workbook);
    const parsing = parts.parse(workbook.sheetPath, sheet, largestSheet);
    try {
      for (;;) {
        const { done, value } = await parsing.next();
        yield* batchesOf(sheet, filter);
        if (!done) continue;
        if (!value) throw new Error(`its part ${workbook.sheetPath} is missing`);
        return;
      }
    } finally {
      await parsing.return(false);
    }
  } catch (cause) {
    if (cause instanceof TableProblem) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TableProblem('malformed', `the file cannot be read as XLSX (${reason}); save it as .xlsx or upload it as csv`, { cause });
  }
}

function* batchesOf(sheet: SheetRows, filter: LineFilter): Generator<unknown[][]> {
  let batch: unknown[][] = [];
  for (const line of sheet.take()) {
    if (typeof line !== 'number') {
      batch.push(line);
      continue;
    }
    yield batch;
    batch = [];
    filter.pass(line);
  }
  if (batch.length > 0) yield batch;
}
