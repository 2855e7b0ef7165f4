import { ResourceError } from '../errors/index.js';

/** Members of pages and of arrays, which a search does not have, and which are read where an `await` was forgotten. */
const missing = [
  ...[
    'results',
    'items',
    'length',
    'total',
    'pageNumber',
    'pageSize',
    'pageTotal',
    'invalid',
    'hasNext',
    'hasPrevious',
    'token',
    'next',
    'previous',
  ],
  ...[
    'filter',
    'forEach',
    'reduce',
    'reduceRight',
    'flatMap',
    'flat',

    'findIndex',
    'findLast',
    'findLastIndex',
    'some',
    'every',
  ],
  ...['slice', 'splice', 'concat', 'join', 'at', 'indexOf', 'lastIndexOf', 'includes', 'entries', 'keys', 'values', 'sort', 'toSorted'],
  ...['reverse', 'toReversed', 'toSpliced', 'push', 'pop', 'shift', 'unshift', 'fill', 'with', '0'],
];

/**
 * Lets a class of searches say what is wrong when a member of the page is read that only `await` gives, and in `for…of` and spread. Members
 * that the class has are left alone. None of it is enumerable, and nothing is thrown before a member is read or an iteration begins, so that
 * `await`, printing, JSON and comparisons work as with any object.
 */
export function explainUnmade(prototype: object): void {
  for (const name of missing) {
    if (name in prototype) continue;
    Object.defineProperty(prototype, name, {
      configurable: true,
      get: () => refuse(`it has no ${name === '0' ? 'item [0]' : `"${name}"`} yet`),
      // Whoever wants a member of that name has one of its own.
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
      },
    });
  }
  Object.defineProperty(prototype, Symbol.iterator, {
    configurable: true,
    writable: true,
    value: () => refuse('it cannot be iterated without await'),
  });
}

function refuse(problem: string): never {
  throw new ResourceError(
    `This is a search that has not been made: ${problem}. Write "await" before it for its first page (const page = await Class.search()), ` +
      'or "for await (const record of Class.search())" for all records.',
  );
}
