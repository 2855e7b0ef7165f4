import { ConfigurationError } from '../errors/index.js';

// Compilers give the decorators of one class a common `context.metadata` only where this symbol exists. No runtime has it yet;
// TypeScript, esbuild, swc and Babel all look for it here (https://github.com/tc39/proposal-decorator-metadata).
(Symbol as { metadata?: symbol }).metadata ??= Symbol.for('Symbol.metadata');

/** The context that a standard decorator is given (https://github.com/tc39/proposal-decorators). */
export interface StandardContext {
  readonly kind: string;
  readonly name?: string | symbol | undefined;
  readonly static?: boolean;
  readonly private?: boolean;
  readonly metadata?: object | undefined;
}

/** The part of a standard decorator's context that says that its member is one of records: neither static nor private. */
export interface OfRecord {
  readonly static: false;
  readonly private: false;
}

/** The context that the standard decorators of a record's method are given. */
export type RecordMethodContext = ClassMethodDecoratorContext<never> & OfRecord;

/** The context of a decorator that is applied as a standard one; undefined for a legacy one, whose second argument is a name or nothing. */
export function standardContext(second: unknown): StandardContext | undefined {
  return typeof second === 'object' && second !== null && 'kind' in second ? (second as StandardContext) : undefined;
}

/**
 * Refuses a decorator without its parentheses, `@Field title`: it is called with what it stands above.
 *
 * @param options The first argument of the function that makes the decorator.
 * @param bare Its further arguments.
 * @throws ConfigurationError that names the decorator.
 */
export function refuseBare(decorator: string, options: unknown, bare: readonly unknown[] = []): void {
  if (bare.length > 0 || typeof options !== 'object' || options === null)
    throw new ConfigurationError(`${decorator} needs its parentheses, and takes an object of options, if any.`);
}

/** A member that is decorated. */
export interface DecoratedMember {
  /** What notes on the class are kept by: the class itself, or under standard decorators, which run before it exists, its metadata. */
  readonly owner: object;
  /** 'Widget.title', or 'title' where the class is not known yet. */
  readonly title: string;
  readonly name: string;
  /** 'method', 'field', 'accessor', 'getter' or 'setter'; undefined under legacy decorators. */
  readonly kind: string | undefined;
}

/**
 * Reads the arguments of a member's decorator, legacy or standard.
 *
 * @param decorator As it is written: '@Field()'.
 * @throws ConfigurationError for a static or private member, for one named by a symbol, for anything but a member, and where the compiler
 *   implements an early proposal of decorators, or gives no metadata.
 */
export function decoratedMember(decorator: string, first: unknown, second: unknown): DecoratedMember {
  const context = standardContext(second);
  if (context) return standardMember(decorator, context);
  if (typeof first === 'object' && first !== null && 'placement' in first)
    throw new ConfigurationError(
      `${decorator}: the compiler implements an early proposal of decorators, as Next does. Set "experimentalDecorators": true in tsconfig.json.`,
    );
  if (typeof first === 'function')
    throw new ConfigurationError(`${decorator} on static ${first.name}.${String(second)}: only members of records can be decorated.`);
  if (typeof first !== 'object' || first === null || (typeof second !== 'string' && typeof second !== 'symbol'))
    throw new ConfigurationError(`${decorator} must stand above a member of a class, with parentheses.`);
  const owner = first.constructor;
  const name = textOf(`${decorator} on ${owner.name}`, second);
  return { owner, title: `${owner.name}.${name}`, name, kind: undefined };
}

function standardMember(decorator: string, { kind, name, metadata, ...context }: StandardContext): DecoratedMember {
  if (kind === 'class') throw new ConfigurationError(`${decorator} must stand above a member of a class, not above the class.`);
  const found = textOf(decorator, name);
  if (context.static) throw new ConfigurationError(`${decorator} on static ${found}: only members of records can be decorated.`);
  if (context.private)
    throw new ConfigurationError(`${decorator} on ${found}: a private member is not visible to the record. Remove the "#".`);
  return { owner: metadataOf(decorator, metadata), title: found, name: found, kind };
}

function textOf(where: string, name: unknown): string {
  if (typeof name === 'string') return name;
  throw new ConfigurationError(`${where}: the name must be a string, not a symbol.`);
}

/** @throws ConfigurationError where a compiler implements standard decorators without metadata. */
export function metadataOf(decorator: string, metadata: object | undefined): object {
  if (metadata) return metadata;
  throw new ConfigurationError(
    `${decorator}: the compiler gives decorators no metadata. Use TypeScript 5.2 or later, or another compiler of the decorators of ` +
      '2023-11, or set "experimentalDecorators": true.',
  );
}

const classes = new WeakMap<object, object>();
const ownMetadata = new WeakMap<object, object>();

/** Notes the class that a metadata object belongs to: the one that is written in the source, not one that a decorator makes of it. */
export function noteClassOf(metadata: object, target: object): void {
  classes.set(metadata, target);
  ownMetadata.set(target, metadata);
}

/** The metadata object that the standard decorators of a class were given. */
function metadataOfClass(target: object): object | undefined {
  const noted = ownMetadata.get(target);
  if (noted) return noted;
  const { metadata: key } = Symbol as { metadata?: symbol };
  const own: unknown = key && Object.hasOwn(target, key) ? Reflect.get(target, key) : undefined;
  return typeof own === 'object' && own !== null && !classes.has(own) ? own : undefined;
}

/** What decorators note of the members of classes. */
export class MemberNotes<Note> {
  readonly #notes = new WeakMap<object, Note[]>();

  /** @param owner The class, or the metadata that its standard decorators share. */
  add(owner: object, note: Note): void {
    const own = this.#notes.get(owner) ?? [];
    own.push(note);
    this.#notes.set(owner, own);
  }

  /** The notes of a class itself, in order; what it inherits is not included. */
  of(target: object): readonly Note[] {
    const metadata = metadataOfClass(target);
    return this.#notes.get(target) ?? (metadata && this.#notes.get(metadata)) ?? [];
  }
}
