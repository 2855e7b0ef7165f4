import { type Attributes, BelongsTo, Entity, Field, type Related, type SaveScope, ValidationError } from '#front';
import { isObject, oneOf } from '../../vendor.js';
import { ModeratelyResource } from '../base/resource.js';
import type { ListParams, SearchDescription, Several } from '../base/search-params.js';
import { type VersionStatus, versionStatuses } from '../base/version-status.js';
import { type Column, type ColumnDetails, type ColumnInput, columnFrom, type ParsingOptions } from './columns.js';
import { Dataset } from './dataset.js';

/** The parameters of a search for schema versions. */
export interface DatasetSchemaVersionSearchParams extends ListParams<'createdAt' | 'updatedAt' | 'versionNo' | (string & {})> {
  /** Only these versions. */
  datasetSchemaVersionIds?: Several | undefined;
  /** Only versions of these datasets. */
  datasetIds?: Several | undefined;
  /** Only versions in this state. */
  status?: VersionStatus | undefined;
  /** Only versions with this number. */
  versionNo?: number | undefined;
}

/** A version of a dataset's schema. The platform cannot delete it; use `archive()` instead. */
@Entity({ path: 'dataset-schema-versions', id: 'datasetSchemaVersionId' })
export class DatasetSchemaVersion extends ModeratelyResource {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: DatasetSchemaVersionSearchParams;
  static override searching: SearchDescription = {
    filters: ['datasetSchemaVersionIds', 'datasetIds', 'status', 'versionNo'],
    orderBy: ['createdAt', 'updatedAt', 'versionNo'],
  };

  /** The id of the version. */
  @Field({ readOnly: true }) readonly datasetSchemaVersionId!: string;
  /** The dataset whose schema it is. */
  @Field({ createOnly: true, required: true, nullable: false }) datasetId!: string;
  /** The number of the version, from 1 in each dataset. */
  @Field({ readOnly: true }) readonly versionNo!: number;
  /** The columns, in order. */
  @Field({ name: 'columnsJson', required: true, nullable: false, check: atLeastOne }) columns!: Column[];
  /** Whether it is a draft, the current schema, or archived. */
  @Field({ check: oneOf(versionStatuses), nullable: false, onClone: 'reset' }) status!: VersionStatus;
  /** How files are read. */
  @Field() parsingOptions?: ParsingOptions;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** The dataset whose schema it is. */
  @BelongsTo(() => Dataset, 'datasetId') dataset!: Related<Dataset>;

  constructor(attributes?: Attributes<DatasetSchemaVersion>) {
    super(attributes);
  }

  /** Makes this version the dataset's current schema. */
  activate(): Promise<this> {
    this.status = 'current';
    return this.save();
  }

  /** Saves it as archived. */
  archive(): Promise<this> {
    this.status = 'archived';
    return this.save();
  }

  /** The first column with that name, or undefined. */
  column(name: string): Column | undefined {
    const columns: unknown = this.columns;
    return Array.isArray(columns) ? columns.find((column) => isObject(column) && column.name === name) : undefined;
  }

  /**
   * Adds a column and saves.
   *
   * @param details.position The position of the new column, of which the first is 1. The columns are renumbered. Default: the end.
   * @throws ValidationError if the schema already has a column with that name.
   */
  async addColumn(name: string, type: ColumnInput['type'], details: ColumnDetails & { position?: number } = {}): Promise<this> {
    const { position, ...rest } = details;
    this.#requireColumns();
    if (this.column(name)) throw problem('name', `${String(this)} already has a column "${name}"`);
    const last = Math.max(0, ...this.columns.map(({ pos = 0 }) => pos));
    const column = columnFrom({ name, type, ...rest }, last + 1);
    if (position === undefined) return this.#withColumns([...this.columns, column]);
    if (!Number.isInteger(position) || position < 1 || position > this.columns.length + 1) {
      throw problem('position', `position must be a whole number from 1 to ${this.columns.length + 1} (got ${position})`);
    }
    const inOrder = this.columns.toSorted((one, other) => (one.pos ?? last) - (other.pos ?? last));
    return this.#withColumns(inOrder.toSpliced(position - 1, 0, column).map((each, index) => ({ ...each, pos: index + 1 })));
  }

  /** Removes all columns with that name and saves. @throws ValidationError if there are none. */
  async removeColumn(name: string): Promise<this> {
    this.#requireColumns();
    if (!this.column(name)) {
      throw problem('name', `${String(this)} has no column "${name}"; it has ${this.columns.map((column) => column.name).join(', ')}`);
    }
    return this.#withColumns(this.columns.filter((column) => column.name !== name));
  }

  /** The platform accepts the columns as `columns`, but returns them as `columnsJson`. */
  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const { columnsJson, ...payload } = super.buildSavePayload(scope);
    return columnsJson === undefined ? payload : { ...payload, columns: columnsJson };
  }

  /** An update replaces all columns, so they must be loaded. */
  #requireColumns(): void {
    if (!Array.isArray(this.columns)) throw problem('columns', `the columns of ${String(this)} are not loaded; call refresh() first`);
  }

  #withColumns(columns: Column[]): Promise<this> {
    this.columns = columns;
    return this.save();
  }
}

function atLeastOne(columns: unknown): string | undefined {
  return Array.isArray(columns) && columns.length > 0 ? undefined : 'must be a list of at least one column';
}

function problem(field: string, message: string): ValidationError {
  return new ValidationError(`${message}.`, { details: [{ field, message }] });
}
