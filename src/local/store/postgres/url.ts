import { ConfigurationError } from '../../../model/errors/index.js';

/** @throws ConfigurationError for what is not the URL of a PostgreSQL database. The message does not repeat it: it may have a password. */
export function checkDatabaseUrl(databaseUrl: string): void {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  if (url && /^postgres(?:ql)?:$/.test(url.protocol) && url.pathname.length > 1) return;
  throw new ConfigurationError(
    'databaseUrl must be the URL of a PostgreSQL database, such as postgresql://user:password@host:5432/database.',
  );
}

/** The host, port and name of a database, for messages: without user and password. */
export function placeOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}
