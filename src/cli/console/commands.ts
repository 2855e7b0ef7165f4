import type { ResourceClass } from '../../index.js';
import { findEntity } from '../entities.js';
import type { EntityClass } from '../entity-class.js';
import { describeError } from '../errors.js';
import { UsageError } from '../usage-error.js';
import { describeEntity, listEntities } from './entities.js';
import type { RequestList } from './requests.js';
import { type ShowOptions, show } from './show.js';

/** What the commands of a console work with. */
export interface CommandContext {
  readonly entities: ReadonlyMap<string, ResourceClass>;
  readonly requests: RequestList;
  /** How things are shown now. */
  options(): ShowOptions;
  /** Evaluates an expression. */
  evaluate(expression: string): Promise<unknown>;
  /** What the last expression gave. */
  last(): unknown;
  /** The last error; undefined while there was none. */
  error(): unknown;
}

/** A command, which begins with a dot. */
export interface DotCommand {
  readonly help: string;
  /** Resolves to what is printed. @throws UsageError for an argument that it does not understand. */
  run(argument: string, context: CommandContext): string | Promise<string>;
}

export const dotCommands: Readonly<Record<string, DotCommand>> = {
  entities: {
    help: 'List the entity classes; with a name, what the class can do, its filters and its fields',
    run(name, { entities, options }) {
      if (name === '') return listEntities(entities, options());
      const found = findEntity(name, entities.keys());
      if (found === undefined) throw new UsageError(`There is no ${name}; there are ${[...entities.keys()].join(', ')}.`);
      return describeEntity(entities.get(found) as EntityClass, options());
    },
  },
  requests: {
    help: 'List the latest requests: 20, or as many as you say',
    run(count, { requests, options }) {
      if (!/^\d*$/.test(count)) throw new UsageError(`.requests takes a number (got ${count}).`);
      return requests.table(count === '' ? 20 : Number(count), options());
    },
  },
  show: {
    help: 'Show the value of an expression, or the last value, with everything in it',
    async run(expression, { evaluate, last, options }) {
      return show(expression === '' ? last() : await evaluate(expression), { ...options(), whole: true });
    },
  },
  error: {
    help: 'Show the last error with its stack',
    run: (_argument, { error }) => (error() === undefined ? 'No error yet.' : describeError(error(), { verbose: true })),
  },
};
