import type { BaseResource, ResourceClass } from '#front';
import { ValidationError } from '#front';
import type { BaseConnection } from '../vendor.js';
import type { Queue } from './store.js';

/** Names a connection, in the same way in every process. */
export type NameOf = (connection: BaseConnection) => string;

/** The name of a connection where the user gives none: where it leads, and the team where there are teams. */
export const defaultName: NameOf = (connection) => {
  const { teamId } = connection as { teamId?: unknown };
  return connection.environment.baseUrl.replace(/\/+$/, '') + (typeof teamId === 'string' ? ` ${teamId}` : '');
};

/** Whether a value is a class of records. */
function isRecordClass(value: unknown): value is ResourceClass {
  return typeof value === 'function' && typeof (value as { fromDict?: unknown }).fromDict === 'function';
}

/** The connections that a process follows runs with, and their classes by name. */
export class Accounts {
  readonly #connections = new Map<string, BaseConnection>();
  readonly #classes = new Map<string, ResourceClass>();

  /**
   * @param classes The classes that are not members of their connection.
   * @throws ValidationError for two connections, or two classes, of one name.
   */
  constructor(connections: Iterable<BaseConnection>, classes: Iterable<ResourceClass>, nameOf: NameOf) {
    for (const connection of connections) {
      const name = nameOf(connection);
      if (this.#connections.has(name)) {
        throw new ValidationError(
          `start: two connections are called "${name}". Give Durable.open a function \`nameOf\` that tells them apart.`,
        );
      }
      this.#connections.set(name, connection);
    }
    if (this.#connections.size === 0) throw new ValidationError('start: there are no connections to follow runs with.');
    for (const target of classes) {
      if (this.#classes.has(target.name)) throw new ValidationError(`start: two classes are called ${target.name}.`);
      this.#classes.set(target.name, target);
    }
  }

  /** The class of a queue, bound to the connection of its account; undefined where this process does not have it. */
  classOf({ account, className }: Pick<Queue, 'account' | 'className'>): ResourceClass | undefined {
    const connection = this.#connections.get(account);
    if (!connection) return undefined;
    const own = this.#classes.get(className);
    if (own) return connection.bind(own as unknown as new () => BaseResource) as unknown as ResourceClass;
    const member = (connection as unknown as Record<string, unknown>)[className];
    return isRecordClass(member) ? member : undefined;
  }
}
