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

/** Calls `action` for each item. Not an iterable, which for one item would have to be made each time. */
export function forEach<T extends object>(items: OneOrMany<T>, action: (item: T) => void): void {
  if (items instanceof Set) for (const item of items) action(item);
  else if (items !== undefined) action(items);
}
