import { noteBinding, unbound } from './binding.js';
import type { BaseConnection } from './connection.js';
import { entityOptions, type ResourceStatics } from './fields/effective-options.js';
import type { AnyClass } from './fields/field.js';
import { finishing } from './state/construction.js';

/** The classes that belong to one connection; each is a subclass of one that does not. */
export class BoundClasses {
  readonly #connection: BaseConnection;
  readonly #bound = new WeakMap<object, object>();
  /** What the user has bound; classes that nobody uses any more may go. */
  readonly #chosen = new Set<WeakRef<AnyClass<object>>>();
  readonly #hasChosen = new WeakSet<AnyClass<object>>();

  constructor(connection: BaseConnection) {
    this.#connection = connection;
  }

  /** The subclass of a class that the user names. */
  choose<C extends AnyClass<object>>(target: C): C {
    const original = unbound(target) as AnyClass<object>;
    if (!this.#hasChosen.has(original)) this.#chosen.add(new WeakRef(original));
    this.#hasChosen.add(original);
    return this.of(target);
  }

  /** That of the subclass with the same path that the user has chosen; of several the one that extends all others, else that of the class itself. */
  chosenFor<C extends AnyClass<object>>(target: C): C {
    const base = unbound(target) as AnyClass<object>;
    let found = base;
    for (const reference of this.#chosen) {
      const other = reference.deref();
      if (!other) this.#chosen.delete(reference);
      else if (extendsClass(other, base) && hasSamePath(other, base)) {
        if (extendsClass(other, found)) found = other;
        else if (!extendsClass(found, other)) return this.of(target);
      }
    }
    return this.of(found as C);
  }

  /** The subclass of a class, made at the first call. */
  of<C extends AnyClass<object>>(target: C): C {
    const original = unbound(target);
    const known = this.#bound.get(original);
    if (known) return known as C;
    const Bound = finishing(original as new (...args: never[]) => object);
    noteBinding(Bound, this.#connection, original);
    this.#bound.set(original, Bound);
    return Bound as unknown as C;
  }
}

function extendsClass(one: AnyClass<object>, other: AnyClass<object>): boolean {
  return one.prototype instanceof other;
}

function hasSamePath(one: object & ResourceStatics, other: object & ResourceStatics): boolean {
  const path = (target: object & ResourceStatics): string | undefined => target.resourcePath ?? entityOptions(target).path;
  return path(one) === path(other);
}
