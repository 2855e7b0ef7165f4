/** Some items: none, one, or a set of several. A poll loop has one subscription as a rule, and a set for each of thousands takes memory. */
export type OneOrMany<T extends object> = T | Set<T> | undefined;

/** With one more item; a set is changed in place. */
export function including<T extends object>(items: OneOrMany<T>, item: T): OneOrMany<T> {
  if (items === undefined || items === item) return item;
  return items instanceof Set ? items.add(item) : new Set([items, item]);
}

/** Without an item; a set is changed in place. */
export function excluding<T extends object>(items: OneOrMany<T>, item: T): OneOrMany<T> {
  if (!(items instanceof Set)) return items === item ? undefined : items;
  items.delete(item);
  return items.size === 0 ? undefined : items;
}

/** The items, to be iterated over. */
export function each<T extends object>(items: OneOrMany<T>): Iterable<T> {
  if (items === undefined) return [];
  return items instanceof Set ? items : [items];
}
