import type { TransformOptions } from '../ports/transform-options.js';

const byConnection = new WeakMap<object, TransformOptions>();
let connectionOf: ((target: object) => object | null) | undefined;

/** Notes the groups and the version of a connection. @param find Finds the connection of a class. */
export function noteTransform(connection: object, { groups, version }: TransformOptions, find: (target: object) => object | null): void {
  if (!groups?.length && version === undefined) return;
  byConnection.set(connection, { groups: groups && [...groups], version });
  connectionOf = find;
}

/** The groups and the version for records of a class: those of their connection, else of the one of the class. */
export function transformOf(connection: object | null, target: object): TransformOptions | undefined {
  if (!connectionOf) return undefined;
  const own = connection ?? connectionOf(target);
  return own ? byConnection.get(own) : undefined;
}
