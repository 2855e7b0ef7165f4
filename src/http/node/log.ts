import type { BaseConnection } from '../../model/connection.js';
import type { RecordEvents } from '../../model/events/events.js';

/** How much is logged. Each level has what those before it have. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** The events of a connection that each level logs. */
export const eventsByLevel = {
  error: ['fail'],
  warn: ['retry', 'warning', 'invalid'],
  info: ['save', 'clone', 'delete', 'refresh', 'run', 'complete', 'veto'],
  debug: ['request', 'response', 'poll'],
} as const satisfies Readonly<Record<LogLevel, readonly (keyof RecordEvents)[]>>;

export type LoggedEvent = (typeof eventsByLevel)[LogLevel][number];

const levels = Object.keys(eventsByLevel) as LogLevel[];

/**
 * Logs the events of a connection to standard error, one line each, if the environment says so: `REMOTE_RECORD_LOG` with a level, or
 * `NODE_DEBUG` with `remote-record` among its names (https://nodejs.org/api/cli.html#node_debugmodule), which means `debug`. What writes the
 * lines is loaded with the first of them.
 */
export function logFromEnvironment(connection: BaseConnection, env: NodeJS.ProcessEnv = process.env): void {
  const level = levelIn(env);
  if (level === undefined) return;
  const lines = import('./log-lines.js');
  const loggedLevels = levels.slice(0, levels.indexOf(level) + 1);
  for (const each of loggedLevels) {
    for (const event of eventsByLevel[each]) {
      connection.on(event, (payload) => {
        const now = new Date();
        return lines.then(({ writeLine }) => writeLine(now, each, event, payload));
      });
    }
  }
}

/** The level that the environment asks for; undefined for none. A word that is not a level means `debug`: somebody wants to see something. */
export function levelIn({ REMOTE_RECORD_LOG: wanted = '', NODE_DEBUG: names = '' }: NodeJS.ProcessEnv): LogLevel | undefined {
  const word = wanted.trim().toLowerCase();
  if (word !== '') return offWords.has(word) ? undefined : (levels.find((level) => level === word) ?? 'debug');
  return names !== '' && names.split(',').some(isOurs) ? 'debug' : undefined;
}

const offWords: ReadonlySet<string> = new Set(['0', 'off', 'none', 'false', 'silent']);

/** Whether a name in NODE_DEBUG, where `*` stands for anything, is that of this package. */
function isOurs(name: string): boolean {
  const pattern = name.trim().replace(/[|\\{}()[\]^$+?.]/g, '\\$&');
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'i').test('remote-record');
}
