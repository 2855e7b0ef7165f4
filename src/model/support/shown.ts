/** How Node prints a value, and how it is asked to. */
export type Inspect = (value: unknown, options: object) => string;

/** The key of the method that Node calls to print an object. */
export const inspectKey: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** The longest text that is printed of one value. */
const longest = 200;

/** Cuts a text that is longer than 200 characters. */
export function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}

/** The options with which texts inside a value are cut; who asks for whole texts (`maxStringLength: null`) gets them. */
export function cutting<O extends object>(options: O): O {
  return wantsWhole(options) ? options : { ...options, maxStringLength: Math.min(longest, lengthIn(options)) };
}

/** A value as it is printed in the console, cut to 200 characters. */
export function shown(value: unknown, options: object, inspect: Inspect): string {
  if (wantsWhole(options)) return inspect(value, options);
  if (typeof value === 'string') return inspect(cut(value), { ...options, maxStringLength: null });
  const text = inspect(value, cutting(options));
  if (text.length <= longest) return text;
  // Colours would be cut in two, and line breaks are of no use in a value that is not whole.
  return cut(inspect(value, { ...cutting(options), colors: false, compact: true, breakLength: Number.POSITIVE_INFINITY }));
}

/** Shows the members of an object, each cut. */
export function shownMembers(object: object, options: object, inspect: Inspect): object {
  const members = Object.entries(object).map(([name, value]) => {
    if (typeof value !== 'object' || value === null) return [name, typeof value === 'string' && !wantsWhole(options) ? cut(value) : value];
    return [name, { [inspectKey]: (_depth: number, inner: object) => shown(value, inner, inspect) }];
  });
  return Object.fromEntries(members) as object;
}

function wantsWhole(options: object): boolean {
  return lengthIn(options) === Number.POSITIVE_INFINITY;
}

function lengthIn(options: { maxStringLength?: number | null }): number {
  return options.maxStringLength === undefined ? longest : (options.maxStringLength ?? Number.POSITIVE_INFINITY);
}
