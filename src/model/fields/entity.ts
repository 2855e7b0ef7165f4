import { finishing } from '../state/construction.js';
import { type EntityOptions, registerEntity } from './entity-options.js';
import type { AnyClass } from './field.js';
import { checkDeclaration, checkedWords, entityOptionNames, searchOptionNames } from './option-names.js';

/**
 * Makes a class an entity: its `@Field`s become the record's fields, and the options say where and how it lives.
 * A subclass inherits them and may override single ones with its own `@Entity`. A static of the class
 * (`resourcePath`, `paginatePath` …) wins over the decorator.
 */
export function Entity(options: EntityOptions = {}): <C extends AnyClass<object>>(target: C) => C {
  checkDeclaration('@Entity', options, entityOptionNames);
  checkDeclaration('@Entity({ search })', options.search ?? {}, searchOptionNames);
  const checked = checkedWords(options);
  return <C extends AnyClass<object>>(target: C): C => {
    const wrapped = finishing(target as unknown as new (...args: never[]) => object);
    registerEntity(target, wrapped, checked);
    return wrapped as unknown as C;
  };
}
