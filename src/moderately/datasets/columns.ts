import { ValidationError } from '#front';

/** The types that columns have on the wire; others are passed through. */
export type ColumnType = 'string' | 'integer' | 'float' | 'datetime' | 'boolean' | (string & {});

/** What is done to a column's cells, in order. `parameters` of types we know are in snake_case, as the platform has them. */
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

/** A column as the platform has it. */
export interface Column {
  name: string;
  type: ColumnType;
  nullable: boolean;
  /** Its place, from 1. */
  pos?: number;
  source?: string;
  transformExpr?: string | null;
  description?: string | null;
  operations?: ColumnOperation[];
}

/** What may be said of a column that is described. */
export interface ColumnDetails extends Partial<Pick<Column, 'source' | 'transformExpr' | 'description' | 'operations'>> {
  /** Whether every row has a value. Default: true. */
  required?: boolean;
}

/** A column that is described. */
export interface ColumnInput extends ColumnDetails {
  name: string;
  /** `str int float bool date datetime` are understood as well as the names on the wire. */
  type: ColumnType | 'str' | 'int' | 'bool' | 'date';
}

/** How a table is read. */
export interface ParsingOptions {
  /** How many rows to skip, or which, from 0. */
  skipRows?: number | number[];
  /** The row with the column names, from 1. */
  headerRow?: number;
  delimiter?: string;
  encoding?: string;
}

const wireTypes: Readonly<Record<string, ColumnType>> = { str: 'string', int: 'integer', bool: 'boolean', date: 'datetime' };

/** A described column as the platform wants it. @throws ValidationError when it lacks a name or a type. */
export function columnFrom({ name, type, required = true, ...details }: ColumnInput, pos: number): Column {
  for (const [key, value] of Object.entries({ name, type })) {
    if (typeof value === 'string' && value !== '') continue;
    refuse(
      `columns.${pos - 1}.${key}`,
      `is missing: every column needs a name and a type (column ${pos} has ${JSON.stringify({ name, type })})`,
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

/** Described columns as the platform wants them, numbered in their order. @throws ValidationError for none, and for two of one name. */
export function columnsFrom(inputs: readonly ColumnInput[]): Column[] {
  if (inputs.length === 0) refuse('columns', 'is empty: a schema needs at least one column');
  const columns = inputs.map((input, index) => columnFrom(input, index + 1));
  for (const [index, { name }] of columns.entries()) {
    if (columns.findIndex((column) => column.name === name) !== index) refuse('columns', `has the name "${name}" twice`);
  }
  return columns;
}

function refuse(field: string, message: string): never {
  throw new ValidationError(`The schema cannot be made: ${field} ${message}.`, { details: [{ field, message }] });
}
