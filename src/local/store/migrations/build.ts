import type { CreateTableBuilder, Kysely } from 'kysely';
import { sql } from '../kysely.js';

/** The database while its tables are being made. */
export type Schema = Kysely<unknown>;
type Table = CreateTableBuilder<string, never>;

/** Starts a table with its key, a text of the platform's own making. */
export function table(db: Schema, name: string, id: string): Table {
  return db.schema.createTable(name).addColumn(id, 'text', (column) => column.primaryKey()) as unknown as Table;
}

/** Adds columns. A name that ends with `?` may be null; `:integer` after it makes a number or a boolean of it. */
export function columns(builder: Table, ...names: string[]): Table {
  return names.reduce<Table>((result, spec) => {
    const [name = '', type = 'text'] = spec.split(':');
    const nullable = name.endsWith('?');
    return result.addColumn(nullable ? name.slice(0, -1) : name, type === 'integer' ? sql`bigint` : 'text', (column) =>
      nullable ? column : column.notNull(),
    ) as unknown as Table;
  }, builder);
}

/** A column that names a record of another table and goes away with it. */
export function belongsTo(builder: Table, name: string, target: string): Table {
  return builder.addColumn(name, 'text', (column) => column.notNull().references(target).onDelete('cascade')) as unknown as Table;
}

/** An index, named after what it is on. */
export async function index(db: Schema, on: string, ...fields: string[]): Promise<void> {
  await db.schema
    .createIndex(`${on}_${fields.join('_')}`)
    .on(on)
    .columns(fields)
    .execute();
}

/** An index that also keeps what it is on unique. */
export async function unique(db: Schema, on: string, ...fields: string[]): Promise<void> {
  await db.schema
    .createIndex(`${on}_${fields.join('_')}_unique`)
    .unique()
    .on(on)
    .columns(fields)
    .execute();
}
