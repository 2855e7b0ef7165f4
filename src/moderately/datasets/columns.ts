import { ValidationError } from '#front';
import type { ParsingOptions } from '../tables/parsing-options.js';
import { firstRepeated } from '../tables/words.js';

export type { ParsingOptions };

/** The column types of the platform. Others are passed through. */
export type ColumnType = 'string' | 'integer' | 'float' | 'datetime' | 'boolean' | (string & {});

/** An operation on a column's cells. `parameters` are in snake_case, as on the wire. */
export type ColumnOperation =
  | {
      /** What is done. */
      type: 'strip_whitespace';
      /** How it is done. */
      parameters?: {
        /** The characters to strip. Default: white space. */
        chars?: string | null;
        /** Where they are stripped. Default: on both sides. */
        sides?: 'both' | 'left' | 'right';
      };
    }
  | {
      /** What is done. */
      type: 'convert_dtype';
      /** How it is done. */
      parameters?: {
        /** The type to convert to. */
        target_type?: 'string' | 'integer' | 'float' | 'datetime' | 'boolean';
        /** Whether a float such as `1.0` may become an integer. */
        handle_floats?: boolean;
        /** Whether a cell that cannot be converted becomes null rather than an error. */
        coerce_errors?: boolean;
        /** The form of dates, as of `strptime`. Default: told by the text. */
        date_format?: string | null;
      };
    }
  | {
      /** What is done. */
      type: 'validate_range';
      /** How it is done. */
      parameters?: {
        /** The lowest value; null for no limit. */
        min_value?: number | null;
        /** The highest value; null for no limit. */
        max_value?: number | null;
        /** Whether the limits themselves are allowed. Default: true. */
        inclusive?: boolean;
      };
    }
  | {
      /** What is done. */
      type: 'extract_pattern';
      /** How it is done. */
      parameters?: {
        /** The regular expressions to look for. */
        patterns?: string[];
        /** Whether case matters. */
        case_sensitive?: boolean;
        /** Whether what was found replaces the text. */
        return_matches?: boolean;
        /** Characters to remove from the end of what was found. */
        clean_trailing?: string;
        /** Whether matches, their groups or their named groups are extracted. */
        extract_type?: 'matches' | 'groups' | 'named_groups';
      };
    }
  | {
      /** What is done. */
      type: string & {};
      /** How it is done. */
      parameters?: Record<string, unknown>;
    };

/** A column of a schema version. */
export interface Column {
  /** The name of the column. */
  name: string;
  /** The type of its values. */
  type: ColumnType;
  /** Whether cells may be empty. */
  nullable: boolean;
  /** The position of the column. The first is 1. */
  pos?: number;
  /** The column of the file that it is read from. Default: the one of the same name. */
  source?: string;
  /** An expression that makes its values; null for none. */
  transformExpr?: string | null;
  /** What it means. */
  description?: string | null;
  /** What is done to its cells, in order. */
  operations?: ColumnOperation[];
}

/** Optional properties of a column to create. */
export interface ColumnDetails extends Partial<Pick<Column, 'source' | 'transformExpr' | 'description' | 'operations'>> {
  /** Whether every row must have a value. Default: true. */
  required?: boolean;
}

/** A column to create. */
export interface ColumnInput extends ColumnDetails {
  /** The name of the column. */
  name: string;
  /** A type of the platform, or one of the aliases `str`, `int`, `bool` and `date`. */
  type: ColumnType | 'str' | 'int' | 'bool' | 'date';
}

const wireTypes: Readonly<Record<string, ColumnType>> = { str: 'string', int: 'integer', bool: 'boolean', date: 'datetime' };

/** Converts a column to the platform's format. @throws ValidationError if the name or type is missing. */
export function columnFrom({ name, type, required = true, ...details }: ColumnInput, pos: number): Column {
  for (const [key, value] of Object.entries({ name, type })) {
    if (typeof value === 'string' && value !== '') continue;
    refuse(
      `columns.${pos - 1}.${key}`,
      `is missing: every column must have a name and a type (column ${pos} has ${JSON.stringify({ name, type })})`,
    );
  }
  const { source, transformExpr, description, operations } = details;
  return {
    pos,
    name,
    type: Object.hasOwn(wireTypes, type) ? wireTypes[type]! : type,
    nullable: !required,
    ...(source !== undefined && { source }),
    ...(transformExpr !== undefined && { transformExpr }),
    ...(description !== undefined && { description }),
    ...(operations !== undefined && operations.length > 0 && { operations }),
  };
}

/** Converts columns to the platform's format and numbers them. @throws ValidationError if there are none, or if a name is repeated. */
export function columnsFrom(inputs: readonly ColumnInput[]): Column[] {
  if (inputs.length === 0) refuse('columns', 'is empty: a schema needs at least one column');
  const columns = inputs.map((input, index) => columnFrom(input, index + 1));
  const twice = firstRepeated(columns.map(({ name }) => name));
  if (twice !== undefined) refuse('columns', `contains the name "${twice}" twice`);
  return columns;
}

function refuse(field: string, message: string): never {
  throw new ValidationError(`The schema cannot be created: ${field} ${message}.`, { details: [{ field, message }] });
}
