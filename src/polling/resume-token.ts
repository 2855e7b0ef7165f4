import { ValidationError } from '../model/errors/index.js';
import type { TokenData } from '../model/ports/waiter.js';
import { hasMembers } from '../model/support/has-members.js';

/** The version of the token format. */
const version = 1;

/** The longest token, in characters. */
const maxLength = 4096;

/** Writes a token: versioned JSON, without secrets. */
export function writeToken(data: TokenData): string {
  return JSON.stringify({ v: version, ...data });
}

/** Reads a token, which may come from an untrusted place. @throws ValidationError when it is not a valid token of the class. */
export function readToken(token: string, className: string): TokenData {
  const refuse = (problem: string): never => {
    throw new ValidationError(
      `${className}.resume: the token ${problem}. Pass the text that token() of a ${className} returned, unchanged.`,
    );
  };
  if (typeof token !== 'string' || token.length > maxLength) return refuse(`is not a string of at most ${maxLength} characters`);
  let data: unknown;
  try {
    data = JSON.parse(token);
  } catch {
    return refuse('is not JSON');
  }
  if (!hasMembers(data)) return refuse('is not a JSON object');
  const { v, class: of, id, path, deadline } = data as Record<string, unknown>;
  if (v !== version) return refuse(`has the version ${String(v)}, this package reads ${version}`);
  if (of !== className) return refuse(`belongs to ${String(of)}`);
  if (deadline !== null && !(typeof deadline === 'number' && Number.isFinite(deadline))) return refuse('has no readable deadline');
  if (typeof id === 'string' && path === undefined) return { class: className, id, deadline };
  if (typeof path !== 'string' || id !== undefined) return refuse('names neither an id nor a path');
  const problem = problemOf(path);
  return problem === null ? { class: className, path, deadline } : refuse(problem);
}

/**
 * What is wrong with a token's path or absolute URL; null if it is valid. Both must be in normalised form: another spelling could lead to
 * another place. The connection decides whether the URL is at an origin that it may poll.
 */
function problemOf(text: string): string | null {
  const placeholder = 'https://platform.invalid';
  const isAbsolute = /^https?:/i.test(text);
  const url = URL.canParse(text, placeholder) ? new URL(text, placeholder) : null;
  if (url === null) return 'has a path that cannot be read';
  if (url.username !== '' || url.password !== '') return 'leads to a URL with a user name or a password';
  if (text.includes('#')) return 'leads to a URL with a fragment';
  if (!isAbsolute && url.origin !== placeholder) return `has a path that leads to ${url.host}`;
  return (isAbsolute ? url.origin : '') + url.pathname + url.search === text ? null : 'has a path that is not in normalised spelling';
}
