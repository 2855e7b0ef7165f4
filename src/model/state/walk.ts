import { ValidationError } from '../errors/index.js';

/** How many levels of objects and lists a field's value may have where its class does not say. */
export const defaultMaxDepth = 1000;

/** The most keys of a path in a message. */
const longestPath = 10;

/**
 * Where the walk under way is. Values begin walks of their own in `toJSON`; these go on from where the outer one is, so that a cycle through
 * several records is seen and an error has the whole path.
 */
const path: (string | number)[] = [];
/** The objects that the walk is inside of. */
const above: object[] = [];
/** The field that is walked over, until the path has it. */
let fieldName: string | undefined;
let maxDepth = defaultMaxDepth;
/** How many of the objects above are not part of the field's value. */
let outside = 0;

/** What a walk needs to know of a record's class. */
interface WalkedClass {
  readonly options: { readonly maxDepth?: number | undefined };
}

/**
 * Walks over the value of one field of a record: reads, writes or copies it.
 *
 * @throws ValidationError that names the field where the value contains itself or is nested too deeply, also where the walk exhausts the
 *   call stack.
 */
export function inField<T>({ options }: WalkedClass, name: string, walk: () => T): T {
  const outer = { fieldName, maxDepth, outside };
  // The outermost record decides, and is not a level of its field's value.
  if (path.length === 0) {
    maxDepth = options.maxDepth ?? defaultMaxDepth;
    outside = above.length;
  }
  fieldName = name;
  try {
    return restoring(walk);
  } catch (error) {
    if (isStackOverflow(error)) refuse('contains itself, or is nested too deeply', error);
    throw error;
  } finally {
    ({ fieldName, maxDepth, outside } = outer);
  }
}

/** Walks over what stands at a key of what the walk under way is at. */
export function at<T>(key: string | number, walk: () => T): T {
  const outer = fieldName;
  try {
    return restoring(() => {
      path.push(key);
      fieldName = undefined;
      return walk();
    });
  } finally {
    fieldName = outer;
  }
}

/** Whatever a walk throws, the one around it goes on from where it was. */
export function restoring<T>(walk: () => T): T {
  const [keys, objects] = [path.length, above.length];
  try {
    return walk();
  } finally {
    path.length = keys;
    above.length = objects;
  }
}

/** Goes one key down, from inside `at`. Call `leaveKey` afterwards; what throws need not. */
export function enterKey(key: string | number): void {
  path.push(key);
}

export function leaveKey(): void {
  path.pop();
}

/** What keeps a walk from going into an object; undefined when it is inside of it. Call `leave` afterwards; what throws need not. */
export function enter(value: object): 'contains itself' | 'too deep' | undefined {
  if (above.includes(value)) return 'contains itself';
  if (above.length - outside >= maxDepth) return 'too deep';
  above.push(value);
  return undefined;
}

export function leave(): void {
  above.pop();
}

/** Whether the walk is inside an object and nothing below it yet. */
export function isAt(value: object): boolean {
  return above.at(-1) === value;
}

/** How many levels a walk may go down. */
export function depthLimit(): number {
  return maxDepth;
}

/** @throws ValidationError for the value that the walk is at. */
export function refuse(problem: string, cause?: unknown): never {
  const keys = fieldName === undefined ? path : [...path, fieldName];
  const field = keys.length > longestPath ? `${keys.slice(0, longestPath).join('.')}.…` : keys.join('.');
  throw new ValidationError(`${field === '' ? 'The value' : field} ${problem}.`, {
    ...(cause === undefined ? {} : { cause }),
    details: field === '' ? [] : [{ field, message: problem }],
  });
}

/** @throws ValidationError for a value with more levels than are allowed. */
export function refuseDepth(): never {
  refuse(`is nested more than ${maxDepth} levels deep`);
}

/**
 * JavaScript has no code for it: V8 and JavaScriptCore throw a RangeError, SpiderMonkey an InternalError. A regular expression may need more of
 * the stack than is left.
 */
export function isStackOverflow(error: unknown): boolean {
  return (
    (error instanceof RangeError && error.message.includes('call stack')) || (error instanceof Error && error.name === 'InternalError')
  );
}
