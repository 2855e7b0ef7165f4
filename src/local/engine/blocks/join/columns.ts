import { listed } from '../../values/kinds.js';
import type { ConflictResolution } from './config.js';
import type { Side } from './sides.js';

/** The source of a value: the index of its dataset, and the column in it. */
export interface ColumnReference {
  side: number;
  column: string;
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
  private readonly named = new Map<string, ColumnReference>();
  private readonly qualified = new Map<string, ColumnReference>();
  /** With `explicit`, the names that several datasets have, and the labels of these. */
  private readonly shared = new Map<string, string[]>();
  private sides = 0;
  private hasUnknown = false;

  constructor(private readonly resolution: ConflictResolution = defaults) {}

  /** Adds the columns of the next dataset. @throws Error when the new name of a column exists too. */
  add({ label, columns }: Pick<Side, 'label' | 'columns'>): void {
    const side = this.sides++;
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
    return this.named;
  }

  /** Finds `dataset.column`, or a column by its name in the result. @throws Error listing the columns. */
  find(name: string, purpose: string): ColumnReference {
    const reference = this.qualified.get(name) ?? this.named.get(name);
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
    else if (!taken) this.named.set(column, reference);
    else if (strategy === 'explicit') {
      this.named.delete(column);
      this.shared.set(column, [this.labelOf(taken), label]);
    } else {
      const rename = (modifier: string) => (strategy === 'prefix' ? `${modifier}${column}` : `${column}${modifier}`);
      if (left !== '') this.rename(column, rename(left));
      this.claim(rename(right || (strategy === 'prefix' ? `${label}_` : `_${label}`)), reference);
    }
  }

  private labelOf(reference: ColumnReference): string {
    const [name = ''] = [...this.qualified].find(([, candidate]) => candidate === reference) ?? [];
    return name.slice(0, name.length - reference.column.length - 1);
  }

  private claim(name: string, reference: ColumnReference): void {
    if (this.named.has(name)) {
      throw new Error(
        `two columns would have the name '${name}'; set another right_modifier in conflict_resolution, or use the strategy explicit`,
      );
    }
    this.named.set(name, reference);
  }

  /** Renames a column without reordering the columns. */
  private rename(from: string, to: string): void {
    const entries = [...this.named];
    this.named.clear();
    for (const [name, reference] of entries) this.claim(name === from ? to : name, reference);
  }
}
