import { BaseResource, Connection, type ResourceClass } from '../index.js';
import { UsageError } from './usage-error.js';

/** A file that was given with `--require`, and what it exports. */
export interface RequiredModule {
  file: string;
  exports: Readonly<Record<string, unknown>>;
}

/** The first connection that the modules export, if any. */
export function connectionIn(modules: readonly RequiredModule[]): Connection | undefined {
  for (const { exports } of modules) for (const value of Object.values(exports)) if (value instanceof Connection) return value;
  return undefined;
}

/**
 * The entity classes that the modules export, by the name of the export; a default export by the name of its class. Those that belong to a
 * connection already keep it, the others are bound to this one.
 *
 * @throws UsageError for a module that exports none, which says why if its classes belong to another copy of this package.
 */
export function entitiesIn(modules: readonly RequiredModule[], connection: Connection): [string, ResourceClass][] {
  return modules.flatMap(({ file, exports }) => {
    const classes = Object.entries(exports).filter((entry): entry is [string, ResourceClass] => isEntity(entry[1]));
    if (classes.length === 0 && !Object.values(exports).some((value) => value instanceof Connection)) throw noEntities(file, exports);
    return classes.map(([name, target]): [string, ResourceClass] => [
      name === 'default' ? target.name : name,
      target.context === null ? connection.bind(target) : target,
    ]);
  });
}

function isEntity(value: unknown): value is ResourceClass {
  return typeof value === 'function' && value.prototype instanceof BaseResource;
}

function noEntities(file: string, exports: Readonly<Record<string, unknown>>): UsageError {
  const foreign = Object.values(exports).some((value) => typeof value === 'function' && 'fromDict' in value);
  return new UsageError(
    foreign
      ? `${file}: its classes belong to another copy of remote-record than this command. Run the one of the project: npx remote-record …`
      : `${file} exports no entity class. Export the classes: export class Widget extends BaseResource …`,
  );
}
