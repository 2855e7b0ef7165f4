import { listed } from '../../values/kinds.js';
import type { ConflictResolution } from './config.js';
import type { Side } from './sides.js';

/** The source of a value: the index of its dataset, and the column in it. */
export interface ColumnReference {
  side: number;
  column: string;
}

interface Entry {
  /** The name in the result. */
  name: string | undefined;
  reference: ColumnReference;
}

const defaults: ConflictResolution = { strategy: 'prefix', left_modifier: '', right_modifier: '' };
/** The reference to a column of a dataset without rows and declared columns, which may have any column, without values. */
const nowhere = { side: -1 };

/**
 * The columns of the rows joined so far, and their names in the result.
 *
 * A column whose name already exists is renamed: `prefix` prepends `right_modifier` (by default the dataset's name and `_`),
 * `suffix` appends it (by default `_` and the dataset's name), and both apply `left_modifier` to the existing column if it is
 * not empty. With `explicit`, neither column has a name in the result: output columns refer to them as `dataset.column`.
 */
export class JoinedColumns {
  /** In the order of the result. Those without a name there have none. */
  private readonly entries: Entry[] = [];
  private readonly named = new Map<string, Entry>();
  private readonly qualified = new Map<string, ColumnReference>();
  /** With `explicit`, the names that several datasets have, and the labels of these. */
  private readonly shared = new Map<string, string[]>();
  /** By side. */
  private readonly labels: string[] = [];
  private hasUnknown = false;

  constructor(private readonly resolution: ConflictResolution = defaults) {}

  /** Adds the columns of the next dataset. @throws Error when the new name of a column exists too. */
  add({ label, columns }: Pick<Side, 'label' | 'columns'>): void {
    const side = this.labels.push(label) - 1;
    if (!columns) this.hasUnknown = true;
    for (const column of columns ?? []) {
      const reference = { side, column };
      this.qualified.set(`${label}.${column}`, reference);
      this.place(column, reference, label);
    }
  }

  /** The columns of the result and their sources. @throws Error for a name that several datasets have. */
  all(): ReadonlyMap<string, ColumnReference> {
    const [first] = this.shared;
    if (first) {
      const [name, owners] = first;
      throw new Error(
        `the column '${name}' is in ${listed(owners)} and conflict_resolution is explicit; choose with output_columns, for example source '${owners[0]}.${name}'`,
      );
    }
    return new Map(this.entries.flatMap(({ name, reference }) => (name === undefined ? [] : [[name, reference]])));
  }

  /** Finds `dataset.column`, or a column by its name in the result. @throws Error listing the columns. */
  find(name: string, purpose: string): ColumnReference {
    const reference = this.qualified.get(name) ?? this.named.get(name)?.reference;
    if (reference) return reference;
    const owners = this.shared.get(name);
    if (owners) throw new Error(`${purpose} '${name}' is in ${listed(owners)}; write '${owners[0]}.${name}' or '${owners[1]}.${name}'`);
    if (this.hasUnknown) return { ...nowhere, column: name };
    throw new Error(`${purpose} '${name}' is not a column; the joined datasets have ${listed(this.qualified.keys())}`);
  }

  private place(column: string, reference: ColumnReference, label: string): void {
    const { strategy, left_modifier: left, right_modifier: right } = this.resolution;
    const owners = this.shared.get(column);
    const taken = this.named.get(column);
    if (owners) owners.push(label);
    else if (!taken) this.claim(column, this.enter(reference));
    else if (strategy === 'explicit') {
      this.named.delete(column);
      taken.name = undefined;
      this.shared.set(column, [this.labels[taken.reference.side] ?? '', label]);
    } else {
      const rename = (modifier: string) => (strategy === 'prefix' ? `${modifier}${column}` : `${column}${modifier}`);
      if (left !== '') {
        this.named.delete(column);
        this.claim(rename(left), taken);
      }
      this.claim(rename(right || (strategy === 'prefix' ? `${label}_` : `_${label}`)), this.enter(reference));
    }
  }

  private enter(reference: ColumnReference): Entry {
    const entry: Entry = { name: undefined, reference };
    this.entries.push(entry);
    return entry;
  }

  private claim(name: string, entry: Entry): void {
    if (this.named.has(name)) {
      throw new Error(
        `two columns would have the name '${name}'; set another right_modifier in conflict_resolution, or use the strategy explicit`,
      );
    }
    entry.name = name;
    this.named.set(name, entry);
  }
}
