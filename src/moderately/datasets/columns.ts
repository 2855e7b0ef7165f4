import { ValidationError } from '#front';
import type { ParsingOptions } from '../tables/parsing-options.js';
import { firstRepeated } from '../tables/words.js';

export type { ParsingOptions };

/** The column types of the platform. Others are passed through. */
export type ColumnType = 'string' | 'integer' | 'float' | 'datetime' | 'boolean' | (string & {});

/** An operation on a column's cells. `parameters` are in snake_case, as on the wire. */
export type ColumnOperation =
  | { type: 'strip_whitespace'; parameters?: { chars?: string | null; sides?: 'both' | 'left' | 'right' } }
  | {
      type: 'convert_dtype';
      parameters?: {
        target_type?: 'string' | 'integer' | 'float' | 'datetime' | 'boolean';
        handle_floats?: boolean;
        coerce_errors?: boolean;
        date_format?: string | null;
      };
    }
  | { type: 'validate_range'; parameters?: { min_value?: number | null; max_value?: number | null; inclusive?: boolean } }
  | {
      type: 'extract_pattern';
      parameters?: {
        patterns?: string[];
        case_sensitive?: boolean;
        return_matches?: boolean;
        clean_trailing?: string;
        extract_type?: 'matches' | 'groups' | 'named_groups';
      };
    }
  | { type: string & {}; parameters?: Record<string, unknown> };

/** A column of a schema version. */
export interface Column {
  name: string;
  type: ColumnType;
  nullable: boolean;
  /** The position of the column. The first is 1. */
  pos?: number;
  source?: string;
  transformExpr?: string | null;
  description?: string | null;
  operations?: ColumnOperation[];
}

/** Optional properties of a column to create. */
export interface ColumnDetails extends Partial<Pick<Column, 'source' | 'transformExpr' | 'description' | 'operations'>> {
  /** Whether every row must have a value. Default: true. */
  required?: boolean;
}

/** A column to create. */
export interface ColumnInput extends ColumnDetails {
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
