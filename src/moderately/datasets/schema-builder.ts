import type { VersionStatus } from '../base/version-status.js';
import { type Column, type ColumnDetails, type ColumnInput, columnsFrom, type ParsingOptions } from './columns.js';
import type { DatasetSchemaVersion } from './dataset-schema-version.js';

/** What `SchemaBuilder.create()` creates. */
export interface SchemaDraft {
  columns: Column[];
  status: VersionStatus;
  parsingOptions?: ParsingOptions;
}

/** Builds a schema version: `schemaBuilder().addColumn('name', 'str').withParsing({ delimiter: ';' }).asCurrent().create()`. */
export class SchemaBuilder {
  readonly #create: (draft: SchemaDraft) => Promise<DatasetSchemaVersion>;
  readonly #columns: ColumnInput[] = [];
  #parsing: ParsingOptions = {};
  #status: VersionStatus = 'draft';

  constructor(create: (draft: SchemaDraft) => Promise<DatasetSchemaVersion>) {
    this.#create = create;
  }

  /** Adds a column behind those that were added before. */
  addColumn(name: string, type: ColumnInput['type'], details: ColumnDetails = {}): this {
    this.#columns.push({ ...details, name, type });
    return this;
  }

  /** Sets parsing options. Repeated calls are merged. */
  withParsing(options: ParsingOptions): this {
    this.#parsing = { ...this.#parsing, ...options };
    return this;
  }

  /** The schema version will be a draft. */
  asDraft(): this {
    this.#status = 'draft';
    return this;
  }

  /** The schema version will be the current one of its dataset. */
  asCurrent(): this {
    this.#status = 'current';
    return this;
  }

  /** Creates the version. @throws ValidationError if there are no columns, or if a name is repeated. */
  async create(): Promise<DatasetSchemaVersion> {
    const columns = columnsFrom(this.#columns);
    const parsing = Object.keys(this.#parsing).length > 0 ? { parsingOptions: this.#parsing } : {};
    return this.#create({ columns, status: this.#status, ...parsing });
  }
}
