import type { CreateTableBuilder, Kysely } from 'kysely';
import { sql } from '../kysely.js';

/** The database during a migration. */
export type Schema = Kysely<unknown>;
type Table = CreateTableBuilder<string, never>;

/** Starts a table with its primary key, a text that the platform generates. */
export function table(db: Schema, name: string, id: string): Table {
  return db.schema.createTable(name).addColumn(id, 'text', (column) => column.primaryKey()) as unknown as Table;
}

/** Adds text columns. A `?` after a name makes its column nullable, `:integer` after that makes it an integer. */
export function columns(builder: Table, ...names: string[]): Table {
  return names.reduce<Table>((result, spec) => {
    const [name = '', type = 'text'] = spec.split(':');
    const nullable = name.endsWith('?');
    return result.addColumn(nullable ? name.slice(0, -1) : name, type === 'integer' ? sql`bigint` : 'text', (column) =>
      nullable ? column : column.notNull(),
    ) as unknown as Table;
  }, builder);
}

/** Adds a foreign key whose rows are deleted with the row they refer to. */
export function belongsTo(builder: Table, name: string, target: string): Table {
  return builder.addColumn(name, 'text', (column) => column.notNull().references(target).onDelete('cascade')) as unknown as Table;
}

/** Creates an index, named after its table and columns. */
export async function index(db: Schema, on: string, ...fields: string[]): Promise<void> {
  await db.schema
    .createIndex(`${on}_${fields.join('_')}`)
    .on(on)
    .columns(fields)
    .execute();
}

/** Creates a unique index, named after its table and columns. */
export async function unique(db: Schema, on: string, ...fields: string[]): Promise<void> {
  await db.schema
    .createIndex(`${on}_${fields.join('_')}_unique`)
    .unique()
    .on(on)
    .columns(fields)
    .execute();
}
