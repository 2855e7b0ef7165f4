import { ConfigurationError } from '../errors/index.js';

/**
 * Refuses a decorator that is applied as a standard one (https://github.com/tc39/proposal-decorators#detailed-design): with a value and
 * a context object, where a legacy one is given a class, or an object and the name of a member.
 *
 * @param decorator As it is written: '@Field()'.
 * @param second The second argument of the decorator.
 * @throws ConfigurationError that names the compiler option.
 */
export function refuseStandardDecorator(decorator: string, second: unknown): void {
  if (typeof second !== 'object' || second === null || !('kind' in second)) return;
  throw new ConfigurationError(`${decorator} needs the compiler option "experimentalDecorators": true (legacy decorators).`);
}
