/** An object with a connection. */
export interface HasContext {
  /** What the object belongs to: for records, their connection. */
  readonly context: unknown;
}

/** An object or class with a path. */
export interface HasResourcePath {
  /** Where the API has the records of the class. */
  readonly resourcePath: string;
}

/** A class whose instances can be made from JSON with wire names. */
export interface HasFromDict<T = unknown> {
  /** Makes an instance of JSON. */
  fromDict(data: Record<string, unknown>): T;
}

/** An object that can be written as JSON with wire names. */
export interface HasToDict {
  /** The object as JSON. */
  toDict(): Record<string, unknown>;
}

function has(value: unknown, member: string): boolean {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && member in value;
}

/** Whether an object or a function has a `context`. */
export const hasContext = (value: unknown): value is HasContext => has(value, 'context');

/** Whether an object or a function has a `resourcePath`: a class of records that has a path, and its records, do. */
export const hasResourcePath = (value: unknown): value is HasResourcePath =>
  has(value, 'resourcePath') && (value as { resourcePath?: unknown }).resourcePath !== undefined;

/** Whether an object or a function has `fromDict`. */
export const hasFromDict = (value: unknown): value is HasFromDict => has(value, 'fromDict');

/** Whether an object or a function has `toDict`. */
export const hasToDict = (value: unknown): value is HasToDict => has(value, 'toDict');
