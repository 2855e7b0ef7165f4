import { ValidationError } from '../../model/errors/index.js';

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
/** Characters that a URL parser silently drops or reads differently from what was meant. */
const UNSAFE = /[\p{Cc} \\#]/u;

/** Whether the text is an http or https URL rather than a path below a base URL. */
export function isAbsolute(path: string): boolean {
  return /^https?:/i.test(path);
}

/** A path whose segments a URL parser takes as they are, and none of which is a dot segment. */
const PLAIN_PATH = /^\/?[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*$/;

/** What paths are put behind, by base URL: its origin and its path. */
const prefixes = new WeakMap<URL, { readonly origin: string; readonly path: string }>();

function prefixOf(base: URL): { readonly origin: string; readonly path: string } {
  const known = prefixes.get(base);
  if (known) return known;
  const prefix = { origin: base.origin, path: base.pathname.replace(/\/+$/, '') };
  prefixes.set(base, prefix);
  return prefix;
}

/**
 * Joins a path to a base URL. The path of the base URL is kept, and the result is always below it.
 * @throws ValidationError for `//host`, schemes, dot segments (also encoded), empty segments, backslashes, `#`, spaces and control
 * characters.
 */
export function joinPath(base: URL, path: string): URL {
  const { origin, path: prefix } = prefixOf(base);
  if (PLAIN_PATH.test(path)) return new URL(`${origin}${prefix}${path.startsWith('/') ? '' : '/'}${path}`);
  const refuse = (why: string) =>
    new ValidationError(`The path ${JSON.stringify(path)} ${why}; it must stay below ${base.origin}${base.pathname}.`);
  const [plain = '', search] = splitQuery(path);
  if (SCHEME.test(plain)) throw refuse('begins with a scheme');
  if (UNSAFE.test(path)) throw refuse('has a character that must be percent-encoded');
  const relative = plain.startsWith('/') ? plain.slice(1) : plain;
  const segments = relative.split('/');
  segments.forEach((segment, index) => {
    if (segment === '' && index < segments.length - 1) throw refuse('has an empty segment');
    if (/^(\.|%2e){1,2}$/i.test(segment)) throw refuse('has a dot segment');
  });
  const url = new URL(origin);
  url.pathname = relative === '' ? prefix || '/' : `${prefix}/${relative}`;
  if (search !== undefined) url.search = search;
  if (url.origin !== origin || !url.pathname.startsWith(prefix)) throw refuse('leads outside of the base URL');
  return url;
}

function splitQuery(path: string): [string, string?] {
  const at = path.indexOf('?');
  return at < 0 ? [path] : [path.slice(0, at), path.slice(at + 1)];
}
