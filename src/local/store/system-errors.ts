import { lstatSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** What is in the way, by the code of a system error. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it is on a read-only file system',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  SQLITE_FULL: 'the disk is full',
  SQLITE_READONLY: 'the database is read-only',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'this process has too many files open',
};

/** What is in the way of a folder, as a clause; undefined when nothing is. */
function obstacle(path: string): string | undefined {
  for (let part = resolve(path); dirname(part) !== part; part = dirname(part)) {
    const found = entry(lstatSync, part);
    if (!found) continue;
    const target = entry(statSync, part);
    if (!target) return `${part} is a link to something that does not exist`;
    return target.isDirectory() ? undefined : `${part} is a file, not a folder`;
  }
  return undefined;
}

/** What is at a path; undefined when nothing is, or something on the way is not a folder. */
function entry(read: (path: string) => Stats, path: string): Stats | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}

/** In a clause, why a folder, or a file in it, cannot be used. */
export function whyUnusable(path: string, error: unknown): string {
  const { code = '', message = String(error) } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const known = reasons[code];
  return known ?? obstacle(path) ?? message;
}
