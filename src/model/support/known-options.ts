import { ValidationError } from '../errors/index.js';
import type { HookOptions } from '../hooks/life-cycle.js';
import type { BaseDeleteParams, BaseGetParams } from '../persistence/params.js';
import type { RefreshOptions } from '../persistence/refresh.js';
import type { SaveOptions } from '../persistence/save.js';
import type { DictOptions } from '../ports/transform-options.js';
import type { CallOptions, OwnCallOptions, TransportRequest } from '../ports/transport.js';
import type { PollOptions, WaitOptions } from '../ports/waiter.js';
import type { SearchCallOptions } from '../relations/types.js';
import type { BaseRunParams } from '../running/params.js';
import type { StreamOptions } from '../running/stream-options.js';
import type { WalkOptions } from '../searching/walk.js';
import type { RecordWaitOptions } from '../waiting/waitable.js';
import { checkOptionNames, namesOf, unknownNames } from './names.js';

/** The members that an options type has beside those of others. */
type Own<T, Others> = Omit<T, keyof Others>;

/** The names of what every call takes. */
export const callOptionNames = namesOf<CallOptions>({
  signal: true,
  timeout: true,
  headers: true,
  query: true,
  maxRetries: true,
  apiKey: true,
});

/** The names of what the model adds to the options of its own calls. They are never refused, and never suggested. */
const internalNames: readonly string[] = namesOf<Own<OwnCallOptions, CallOptions>>({ timeoutCoversQueue: true, sendWithin: true });

/** The names of what every operation with hooks takes. */
export const hookOptionNames = namesOf<HookOptions>({ hooks: true, signal: true, state: true });

/** The names of what every wait takes. */
export const waitOptionNames = namesOf<WaitOptions>({ timeout: true, waitTime: true, signal: true, showProgress: true });

/** The names of what a wait for a record takes. */
export const recordWaitOptionNames = [
  ...waitOptionNames,
  ...namesOf<Own<RecordWaitOptions, WaitOptions>>({ throwOnFailure: true }),
] as const;

const hooked = [...callOptionNames, ...hookOptionNames];

/** The options of each operation that every class has. */
const operations = {
  get: [...callOptionNames, ...namesOf<Own<BaseGetParams, CallOptions>>({ id: true, host: true, resourcePath: true, known: true })],
  search: [...callOptionNames, ...namesOf<Own<SearchCallOptions, CallOptions>>({ include: true, concurrency: true })],
  save: [
    ...hooked,
    ...namesOf<Own<SaveOptions, CallOptions & HookOptions>>({ force: true, idempotencyKey: true, resourcePath: true, onConflict: true }),
  ],
  clone: hookOptionNames,
  delete: [...hooked, ...namesOf<Own<BaseDeleteParams, CallOptions & HookOptions>>({ resourcePath: true, onConflict: true })],
  refresh: [...hooked, ...namesOf<Own<RefreshOptions, CallOptions & HookOptions>>({ keepChanges: true })],
  run: [
    ...hooked,
    ...waitOptionNames,
    ...namesOf<Own<BaseRunParams, CallOptions & HookOptions & WaitOptions>>({
      runRetries: true,
      runRetryWait: true,
      identifier: true,
      sessionId: true,
      onStart: true,
      idempotencyKey: true,
    }),
  ],
  stream: [
    ...hooked,
    ...namesOf<Own<StreamOptions, CallOptions & HookOptions>>({
      identifier: true,
      sessionId: true,
      idempotencyKey: true,
      idleTimeout: true,
    }),
  ],
  wait: recordWaitOptionNames,
  poll: namesOf<PollOptions>({ signal: true, timeout: true }),
} satisfies Readonly<Record<string, readonly string[]>>;

/** The names of other options. */
export const otherOptions = {
  token: ['timeout'],
  toDict: namesOf<DictOptions>({ groups: true, version: true, secrets: true }),
  walk: namesOf<WalkOptions>({ limit: true, prefetch: true, maxPages: true, signal: true }),
  request: [
    ...callOptionNames,
    ...namesOf<Own<TransportRequest, CallOptions>>({
      method: true,
      path: true,
      baseUrl: true,
      body: true,
      form: true,
      raw: true,
      once: true,
      idempotencyKey: true,
      ownKey: true,
      sentBefore: true,
      attempt: true,
      decodeError: true,
      observer: true,
      timeoutCoversQueue: true,
      sendWithin: true,
      exactNumbers: true,
      responseType: true,
      secrets: true,
      idleTimeout: true,
    }),
  ],
} satisfies Readonly<Record<string, readonly string[]>>;

/**
 * Refuses options that an operation of a class does not have. A class and its parents add options of their own in a static that is called
 * as the operation is: `static saveOptions = ['saveAsAsset']`.
 *
 * @param more Further options, for a method that hands the rest on.
 * @param subject What they are options of, for the message.
 * @throws ValidationError that names each of them and the nearest known one, or says that it is a parameter.
 */
export function checkOptions(
  target: object,
  operation: keyof typeof operations,
  options: object | undefined,
  more: readonly string[] = [],
  subject = `${operation} of ${(target as { name: string }).name}`,
): void {
  const known: readonly string[] = operations[operation];
  // Most calls are made without options, or with known ones.
  if (options !== undefined && isPlainList(options, known)) return;
  const all = [...more, ...known, ...ownOptions(target, `${operation}Options`)];
  for (const { field } of unknownNames(Object(options), all))
    if (operation === 'search' && /^(page|sort)/.test(field))
      throw new ValidationError(`${subject}: ${field} is a parameter, not an option: search({ ${field} }).`);
  checkOptionNames(subject, withoutInternal(options), all);
}

function isPlainList(options: object, known: readonly string[]): boolean {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return false;
  for (const name in options) if (!known.includes(name) && !internalNames.includes(name)) return false;
  return true;
}

function withoutInternal(options: object | undefined): object | undefined {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return options;
  return Object.fromEntries(Object.entries(options).filter(([name]) => !internalNames.includes(name)));
}

/** What a class and its parents list in a static. */
function ownOptions(target: object, name: string): string[] {
  const found = new Set<string>();
  for (let at: object | null = target; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    const listed: unknown = Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined;
    if (Array.isArray(listed)) for (const each of listed) found.add(String(each));
  }
  return [...found];
}
