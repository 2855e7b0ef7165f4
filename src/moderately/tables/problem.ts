/** What kind of problem a table has. */
export type TableProblemCode =
  | 'no_header'
  | 'repeated_name'
  | 'invalid_name'
  | 'width'
  | 'malformed'
  | 'encoding'
  | 'option'
  | 'limit'
  | 'package';

/**
 * A table cannot be read. The readers of tables are shared by the client, which throws it as a ValidationError, and by the local platform,
 * which throws it as a TableError.
 */
export class TableProblem extends Error {
  override readonly name = 'TableProblem';
  readonly code: TableProblemCode;
  /** The row of the data, counted from 1 without the header; undefined when the problem is not in one row. */
  readonly row: number | undefined;
  /** The column's name; undefined when the problem is not in one column. */
  readonly column: string | undefined;

  constructor(
    code: TableProblemCode,
    reason: string,
    { row, column, cause }: { row?: number | undefined; column?: string | undefined; cause?: unknown } = {},
  ) {
    super(reason, cause === undefined ? undefined : { cause });
    this.code = code;
    this.row = row;
    this.column = column;
  }
}
