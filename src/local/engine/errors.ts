import { type ErrorOptions, ResourceError } from '../../model/errors/index.js';

/** A block of a pipeline failed. The message names the block, its type and the remedy. */
export class BlockError extends ResourceError {
  readonly blockId: string;
  readonly blockType: string;
  /** The message without the block's name. */
  readonly reason: string;

  constructor(block: { id: string; type: string }, reason: string, options: ErrorOptions = {}) {
    super(`Block '${block.id}' (${block.type}): ${reason}`, options);
    this.blockId = block.id;
    this.blockType = block.type;
    this.reason = reason;
  }
}

/** A block exceeded a limit of the platform, such as `Block 'x' (transform) took more than 60 seconds`. */
export class BlockLimitError extends BlockError {
  constructor(block: { id: string; type: string }, what: string, advice: string) {
    super(block, `it ${what}; ${advice}`);
    this.message = `Block '${block.id}' (${block.type}) ${what}; ${advice}.`;
  }
}

/** A table's file or its rows do not match the schema. */
export class TableError extends ResourceError {
  /** The row of the data, counted from 1 without the header; undefined when the problem is not in one row. */
  readonly row: number | undefined;
  /** The column's name; undefined when the problem is not in one column. */
  readonly column: string | undefined;

  constructor(reason: string, options: ErrorOptions & { row?: number | undefined; column?: string | undefined } = {}) {
    const { row, column } = options;
    const place = [row === undefined ? '' : `row ${row}`, column === undefined ? '' : `column '${column}'`].filter(Boolean).join(', ');
    const message = place === '' ? reason : `${place}: ${reason}`;
    super(message.charAt(0).toUpperCase() + message.slice(1), options);
    this.row = row;
    this.column = column;
  }
}
