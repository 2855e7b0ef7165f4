import type { Readable } from 'node:stream';
import { ConfigurationError } from '../../../model/errors/index.js';
import { TableError } from '../errors.js';
import { messageOf } from '../values/kinds.js';

/**
 * The records of the first sheet of an XLSX file: text, numbers, booleans, dates and null; an empty line has no cells.
 * The sheet is held in memory, because its cells refer to a table of strings at the end of the file.
 * @throws ConfigurationError when the package `read-excel-file` is not installed, TableError for a file that is not XLSX.
 */
export async function* readXlsx(stream: Readable): AsyncGenerator<unknown[]> {
  const { readSheet } = await import('read-excel-file/node').catch((cause: unknown) => {
    throw new ConfigurationError('Reading XLSX needs the package read-excel-file. Install it: npm install read-excel-file', { cause });
  });
  try {
    const rows = await readSheet(stream).catch((cause: unknown) => {
      throw new TableError(`the file cannot be read as XLSX (${messageOf(cause)}); save it as .xlsx or upload it as csv`, { cause });
    });
    for (const row of rows) yield row.some((cell) => cell !== null) ? row : [];
  } finally {
    stream.destroy();
  }
}
