import { type FieldProblem, ValidationError } from '#front';
import { nearestName } from '../../vendor.js';
import { type InputSpec, problemWithInput } from './input-spec.js';

/** The inputs of a model or an action, which can be read and set by their names: `inputs.temperature = 0.2`. */
export type InputValues = Inputs & { [name: string]: unknown };

/** @param specs The inputs there are; null if they are not known, so that any name is taken. @param subject Whose inputs they are. */
export function inputValues(subject: string, specs: readonly InputSpec[] | null): InputValues {
  return new Proxy(new Inputs(subject, specs), byName) as InputValues;
}

/**
 * The values that are sent with each run unless the run has others. A value is checked when it is set. An input that is called like a
 * member of this class is read with `get()` and set with `set()`.
 */
export class Inputs {
  readonly #subject: string;
  readonly #specs: ReadonlyMap<string, InputSpec> | null;
  readonly #values = new Map<string, unknown>();

  constructor(subject: string, specs: readonly InputSpec[] | null) {
    this.#subject = subject;
    this.#specs = specs && new Map(specs.map((spec) => [spec.name, spec]));
    this.reset();
  }

  /** The names of all inputs. */
  get names(): string[] {
    return [...(this.#specs ?? this.#values).keys()];
  }

  /** The names of the inputs that must have a value. */
  get required(): string[] {
    return [...(this.#specs?.values() ?? [])].filter(({ required }) => required).map(({ name }) => name);
  }

  /** Whether it is known which inputs there are. */
  get isDescribed(): boolean {
    return this.#specs !== null;
  }

  /** What the platform says of an input; undefined for an unknown name. */
  spec(name: string): InputSpec | undefined {
    return this.#specs?.get(name);
  }

  /** @throws ValidationError for an unknown name. */
  get(name: string): unknown {
    this.#check(name);
    return this.#values.get(name) ?? null;
  }

  /** Sets an input. Null leaves it out of runs. @throws ValidationError for an unknown name, and for a value of another type. */
  set(name: string, value: unknown): void {
    const spec = this.#check(name);
    const message = spec && problemWithInput(spec, value);
    if (message !== undefined) refuse(this.#subject, [{ field: name, message }]);
    this.#values.set(name, value ?? null);
  }

  /** Sets several inputs, all or none. @throws ValidationError that lists everything that is wrong. */
  assign(values: Readonly<Record<string, unknown>>): void {
    const unknown = Object.keys(values).filter((name) => this.#specs !== null && !this.#specs.has(name));
    const details = [...unknown.map((field) => ({ field, message: this.#unknown(field) })), ...this.#mistyped(values)];
    if (details.length > 0) refuse(this.#subject, details);
    for (const [name, value] of Object.entries(values)) this.#values.set(name, value ?? null);
  }

  /** Gives an input, or all of them, the value it has by default. @throws ValidationError for an unknown name. */
  reset(name?: string): void {
    if (name === undefined) {
      this.#values.clear();
      for (const spec of this.#specs?.values() ?? []) this.#values.set(spec.name, spec.defaultValue);
    } else this.#values.set(name, this.#check(name)?.defaultValue ?? null);
  }

  /** What is wrong with the values of a run: missing required inputs, and values of another type. */
  problems(values: Readonly<Record<string, unknown>>): FieldProblem[] {
    const missing = this.required.filter((name) => (values[name] ?? null) === null);
    return [...missing.map((field) => ({ field, message: 'is required' })), ...this.#mistyped(values)];
  }

  /** The values that are set. */
  toJSON(): Record<string, unknown> {
    return Object.fromEntries([...this.#values].filter(([, value]) => value !== null));
  }

  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    // Node calls it on the proxy, which has no private members.
    return `Inputs ${inspect(Object.fromEntries(this.names.map((name) => [name, this.get(name)])), options)}`;
  }

  #mistyped(values: Readonly<Record<string, unknown>>): FieldProblem[] {
    return Object.entries(values).flatMap(([field, value]) => {
      const spec = this.#specs?.get(field);
      const message = spec && problemWithInput(spec, value);
      return message === undefined ? [] : [{ field, message }];
    });
  }

  #check(name: string): InputSpec | undefined {
    const spec = this.#specs?.get(name);
    if (this.#specs !== null && !spec) refuse(this.#subject, [{ field: name, message: this.#unknown(name) }]);
    return spec;
  }

  #unknown(name: string): string {
    const nearest = nearestName(name, this.names);
    return `is not an input (${nearest === undefined ? `known are ${this.names.join(', ') || 'none'}` : `did you mean ${nearest}?`})`;
  }
}

/** @throws ValidationError that lists what is wrong with inputs. */
export function refuse(subject: string, details: readonly FieldProblem[]): never {
  throw new ValidationError(`${subject}: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, {
    details: [...details],
  });
}

/** Members of the class are themselves, every other name is an input. */
const byName: ProxyHandler<Inputs> = {
  get(target, key) {
    if (typeof key === 'symbol' || key in target) {
      const member: unknown = Reflect.get(target, key, target);
      return typeof member === 'function' && key !== 'constructor' ? member.bind(target) : member;
    }
    return target.names.includes(key) ? target.get(key) : undefined;
  },
  set(target, key, value) {
    if (typeof key === 'symbol') return false;
    if (key in target)
      throw new ValidationError(`${key} is a member of the inputs themselves. Set an input of that name with set('${key}', value).`);
    target.set(key, value);
    return true;
  },
  has: (target, key) => key in target || (typeof key === 'string' && target.names.includes(key)),
  ownKeys: (target) => target.names,
  getOwnPropertyDescriptor: (target, key) =>
    typeof key === 'string' && target.names.includes(key)
      ? { value: target.get(key), writable: true, enumerable: true, configurable: true }
      : undefined,
};
