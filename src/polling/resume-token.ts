import { ValidationError } from '../model/errors/index.js';
import type { TokenData } from '../model/ports/waiter.js';

const version = 1;
const maxLength = 4096;

/** Plain, versioned JSON. */
export function writeToken(data: TokenData): string {
  return JSON.stringify({ v: version, ...data });
}

/** Reads a token as what it is: text from anywhere. */
export function readToken(token: string, className: string): TokenData {
  const refuse = (problem: string): never => {
    throw new ValidationError(`${className}.resume: the token ${problem}. Pass the text that token() of a ${className} gave, unchanged.`);
  };
  if (typeof token !== 'string' || token.length > maxLength) return refuse('is not a short text');
  let data: unknown;
  try {
    data = JSON.parse(token);
  } catch {
    return refuse('is not JSON');
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return refuse('is not a JSON object');
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
 * What is wrong with a path, or with the address that stands for it: tokens have them in one spelling, and whatever parses to anything
 * else leads elsewhere. Whose address it is, is for the connection to say.
 */
function problemOf(text: string): string | null {
  const anywhere = 'https://platform.invalid';
  const isAddress = /^https?:/i.test(text);
  const url = URL.canParse(text, anywhere) ? new URL(text, anywhere) : null;
  if (url === null) return 'has a path that cannot be read';
  if (url.username !== '' || url.password !== '') return 'leads to an address with a user name or a password';
  if (text.includes('#')) return 'leads to an address with a fragment';
  if (!isAddress && url.origin !== anywhere) return `has a path that leads to ${url.host}`;
  return (isAddress ? url.origin : '') + url.pathname + url.search === text ? null : 'has a path that is not in its own spelling';
}
