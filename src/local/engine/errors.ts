import { type ErrorOptions, ResourceError } from '../../model/errors/index.js';

/** A block of a pipeline could not do its work. The message names the block, its type and what to do. */
export class BlockError extends ResourceError {
  readonly blockId: string;
  readonly blockType: string;
  /** What went wrong, without the block's name. */
  readonly reason: string;

  constructor(block: { id: string; type: string }, reason: string, options: ErrorOptions = {}) {
    super(`Block '${block.id}' (${block.type}): ${reason}`, options);
    this.blockId = block.id;
    this.blockType = block.type;
    this.reason = reason;
  }
}

/** A table's file or its rows do not fit the schema. */
export class TableError extends ResourceError {
  /** The row of the data, counted from 1 without the header; undefined when the problem is not in one row. */
  readonly row: number | undefined;
  /** The column's name; undefined when the problem is not in one column. */
  readonly column: string | undefined;

  constructor(reason: string, options: ErrorOptions & { row?: number | undefined; column?: string | undefined } = {}) {
    const where = [options.row === undefined ? '' : `Row ${options.row}`, options.column === undefined ? '' : `column '${options.column}'`];
    const place = where.filter(Boolean).join(', ');
    super(place ? `${place.charAt(0).toUpperCase()}${place.slice(1)}: ${reason}` : reason, options);
    this.row = options.row;
    this.column = options.column;
  }
}
