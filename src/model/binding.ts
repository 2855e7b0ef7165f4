import type { BaseConnection } from './connection.js';
import { ResourceError } from './errors/index.js';
import { isRecord, stateOf } from './state/slot.js';

const bound = new WeakMap<object, { connection: BaseConnection; original: object }>();
const defaults = new WeakMap<object, BaseConnection>();
const families = new WeakSet<object>();

/** Registers that a class belongs to a connection, and which class it was made from. */
export function noteBinding(target: object, connection: BaseConnection, original: object): void {
  bound.set(target, { connection, original });
}

/** The class that a bound class was made from; for other classes, the class itself. */
export function unbound(target: object): object {
  return bound.get(target)?.original ?? target;
}

/** Marks a class as the root of a family of classes that share a default connection, as the classes of one vendor do. */
export function declareFamily(root: object): void {
  families.add(root);
}

/** Makes a connection the default of a family; null removes the default. */
export function setDefaultConnection(root: object, connection: BaseConnection | null): void {
  if (connection) defaults.set(root, connection);
  else defaults.delete(root);
}

/** The default connection of a family, or null. */
export function defaultConnection(root: object): BaseConnection | null {
  return defaults.get(root) ?? null;
}

/** The connection a class is bound to, else the default of the nearest family above it, else null. */
export function connectionOfClass(target: object): BaseConnection | null {
  for (let ancestor: object | null = target; ancestor !== null; ancestor = Object.getPrototypeOf(ancestor)) {
    const binding = bound.get(ancestor);
    if (binding) return binding.connection;
    if (families.has(ancestor)) return defaults.get(ancestor) ?? null;
  }
  return null;
}

/** The connection a record came from, else its class's; null when there is neither. */
export function connectionOfRecord(record: object): BaseConnection | null {
  return (stateOf(record).connection as BaseConnection | null) ?? connectionOfClass(record.constructor);
}

/**
 * The connection of a record or a class. A record keeps it from then on.
 *
 * @throws ResourceError when there is none; the message says how to connect.
 */
export function requireConnection(source: object, operation: string): BaseConnection {
  const record = isRecord(source);
  const connection = record ? connectionOfRecord(source) : connectionOfClass(source);
  if (connection) {
    if (record) stateOf(source).connection ??= connection;
    return connection;
  }
  const name = ((record ? source.constructor : source) as { name: string }).name;
  throw new ResourceError(
    `Cannot ${operation} ${name}: a context (connection) is required for resource operations. Use the class of a connection ` +
      `(connection.bind(${name})), or make a connection the default first (Connection.connect(options)).`,
  );
}
