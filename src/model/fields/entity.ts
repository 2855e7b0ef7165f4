import { ConfigurationError } from '../errors/index.js';
import { installRelations } from '../relations/install.js';
import { finishing } from '../state/construction.js';
import { metadataOf, noteClassOf, refuseBare, standardContext } from '../support/decoration.js';
import { checkSchema } from '../support/standard-schema.js';
import { type EntityOptions, registerEntity } from './entity-options.js';
import { type AnyClass, checkOwnFields } from './field.js';
import { checkDeclaration, checkedWords, entityOptionNames, searchOptionNames } from './option-names.js';

/**
 * Makes a class an entity: its `@Field` properties become the fields of its records, and the options set its path and how its records are
 * created, updated and searched. A subclass inherits the options and may override single ones with its own `@Entity`. A static of the
 * class (`resourcePath`, `paginatePath` …) wins over the decorator. Works as a legacy and as a standard decorator.
 *
 * @throws ConfigurationError for unknown options, for fields and relations with the name of a member of every record, and for relations whose
 *   key is not a field.
 */
export function Entity(
  options: EntityOptions = {},
): <C extends AnyClass<object>>(target: C, context?: ClassDecoratorContext<AnyClass>) => C {
  refuseBare('@Entity()', options);
  checkDeclaration('@Entity', options, entityOptionNames);
  checkDeclaration('@Entity({ search })', options.search ?? {}, searchOptionNames);
  if (options.schema !== undefined) checkSchema(options.schema, '@Entity');
  const checked = checkedWords(options);
  return <C extends AnyClass<object>>(target: C, second?: unknown): C => {
    const context = standardContext(second);
    if (typeof target !== 'function' || typeof second === 'string' || (context && context.kind !== 'class'))
      throw new ConfigurationError('@Entity() must stand above a class.');
    if (context) noteClassOf(metadataOf('@Entity()', context.metadata), target);
    checkOwnFields(target);
    installRelations(target);
    const { maxDepth } = options;
    if (maxDepth !== undefined && !(Number.isInteger(maxDepth) && maxDepth >= 1)) {
      throw new ConfigurationError(`@Entity({ maxDepth }) must be a whole number from 1 (got ${String(maxDepth)}).`);
    }
    const wrapped = finishing(target as unknown as new (...args: never[]) => object);
    registerEntity(target, wrapped, checked);
    return wrapped as unknown as C;
  };
}
