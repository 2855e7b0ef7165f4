/**
 * The functions of reflect-metadata (https://rbuckton.github.io/reflect-metadata/) for pages, a tenth of its size: it supports engines
 * without Map and classes. Where they are there already they stay, and reflect-metadata that is loaded later takes over what they know.
 * `#reflect-metadata` leads here with the condition `browser`.
 *
 * @module
 */

type Metadata = Map<unknown, unknown>;
type Decorate = (target: object, property?: PropertyKey, descriptor?: object) => unknown;

/** By object and property; that of the object itself has none. */
const known = new WeakMap<object, Map<PropertyKey | undefined, Metadata>>();

function nameOf(property: PropertyKey | undefined): PropertyKey | undefined {
  return typeof property === 'number' ? String(property) : property;
}

function ownMetadata(target: object, property: PropertyKey | undefined): Metadata | undefined {
  if (Object(target) !== target) throw new TypeError('Only objects and functions have metadata.');
  return known.get(target)?.get(nameOf(property));
}

/** The metadata of an object and of what it inherits from, its own first. */
function inherited(target: object, property: PropertyKey | undefined): Metadata[] {
  const own = ownMetadata(target, property);
  const above: unknown = Object.getPrototypeOf(target);
  return [...(own ? [own] : []), ...(above ? inherited(above, property) : [])];
}

function define(key: unknown, value: unknown, target: object, property?: PropertyKey): void {
  const own = ownMetadata(target, property) ?? new Map<unknown, unknown>();
  const properties = known.get(target) ?? new Map<PropertyKey | undefined, Metadata>();
  known.set(target, properties.set(nameOf(property), own.set(key, value)));
}

const functions = {
  decorate(decorators: readonly Decorate[], target: object, property?: PropertyKey, descriptor?: object): unknown {
    let decorated: unknown = property === undefined ? target : descriptor;
    for (const decorator of decorators.toReversed()) {
      const made = property === undefined ? decorator(decorated as object) : decorator(target, property, decorated as object | undefined);
      decorated = made ?? decorated;
    }
    return decorated;
  },
  metadata:
    (key: unknown, value: unknown) =>
    (target: object, property?: PropertyKey): void =>
      define(key, value, target, property),
  defineMetadata: define,
  getMetadata: (key: unknown, target: object, property?: PropertyKey): unknown => {
    for (const metadata of inherited(target, property)) if (metadata.has(key)) return metadata.get(key);
    return undefined;
  },
  getOwnMetadata: (key: unknown, target: object, property?: PropertyKey): unknown => ownMetadata(target, property)?.get(key),
  hasMetadata: (key: unknown, target: object, property?: PropertyKey): boolean =>
    inherited(target, property).some((metadata) => metadata.has(key)),
  hasOwnMetadata: (key: unknown, target: object, property?: PropertyKey): boolean => ownMetadata(target, property)?.has(key) ?? false,
  getMetadataKeys: (target: object, property?: PropertyKey): unknown[] => [
    ...new Set(inherited(target, property).flatMap((metadata) => [...metadata.keys()])),
  ],
  getOwnMetadataKeys: (target: object, property?: PropertyKey): unknown[] => [...(ownMetadata(target, property)?.keys() ?? [])],
  deleteMetadata: (key: unknown, target: object, property?: PropertyKey): boolean => ownMetadata(target, property)?.delete(key) ?? false,
};

/** Adds them to `Reflect`, unless it has others. */
export function addMetadataFunctions(reflect: object): void {
  if ('defineMetadata' in reflect) return;
  for (const [name, value] of Object.entries(functions))
    Object.defineProperty(reflect, name, { value, configurable: true, writable: true });
}

addMetadataFunctions(Reflect);
