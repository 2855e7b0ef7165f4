import { ValidationError } from '../model/errors/index.js';
import type { TokenData } from '../model/waiter.js';

const version = 1;
const longest = 4096;

/** Plain, versioned JSON. */
export function writeToken(data: TokenData): string {
  return JSON.stringify({ v: version, ...data });
}

/** Reads a token as what it is: text from anywhere. */
export function readToken(token: string, className: string): TokenData {
  const refuse = (problem: string): never => {
    throw new ValidationError(`${className}.resume: the token ${problem}. Pass the text that token() of a ${className} gave, unchanged.`);
  };
  if (typeof token !== 'string' || token.length > longest) return refuse('is not a short text');
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
  if (typeof path === 'string' && isPath(path) && id === undefined) return { class: className, path, deadline };
  return refuse('names neither an id nor a path');
}

/** Whether a text is a path in the one spelling that tokens have: whatever parses to anything else leads elsewhere. */
function isPath(text: string): boolean {
  const anywhere = 'https://platform.invalid';
  const url = URL.canParse(text, anywhere) ? new URL(text, anywhere) : null;
  return url !== null && url.origin === anywhere && url.pathname + url.search === text;
}
