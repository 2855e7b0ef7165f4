import { version } from '../../version.js';
import { vendorTitles } from '../entities.js';
import { adviceFor, messageOf } from '../errors.js';
import type { Style } from '../output/style.js';
import { oneLine } from '../output/text.js';
import type { Session } from '../session.js';
import { wrapped } from './entities.js';
import type { EndedWait } from './foreground.js';
import { shortNames } from './scope.js';

/** What is printed when a console starts: where it is, what is in scope, and what to try. */
export function welcome({ platform, local, connection, entities }: Session, { width, style }: { width: number; style: Style }): string {
  const { teamId } = connection as { teamId?: string };
  const where = local ? 'local platform' : new URL(connection.environment.baseUrl).host;
  const examples = ['Dataset', 'Agent', ...entities.keys()].filter((name) => 'search' in (entities.get(name) ?? {}));
  return [
    `${style.bold(`remote-record ${version}`)}: ${vendorTitles[platform]}, ${where}${teamId === undefined ? '' : `, team ${teamId}`}`,
    style.dim(wrapped(`In scope: ${[shortNames[platform], ...entities.keys()].join(' ')}`, width)),
    `Try ${examples.length === 0 ? '' : `${examples[0]}.search() or `}.help; Tab completes, Ctrl+D leaves.`,
  ].join('\n');
}

/** An error in two lines: what happened, and what to do. */
export function describeFailure(error: unknown, style: Style): string {
  const what = `${style.red(error instanceof Error ? String(error.name) : 'Thrown')}: ${oneLine(messageOf(error))}`;
  return `${what}\n${style.dim([adviceFor(error), '.error shows the stack.'].filter(Boolean).join(' '))}`;
}

/** What Ctrl+C has ended, and how to go on. */
export function describeInterruption(waits: readonly EndedWait[], style: Style): string {
  const lines = waits.map(({ subject, token }) =>
    token === undefined
      ? `The wait for ${oneLine(subject)} has ended; the work goes on at the platform.`
      : `The wait for ${oneLine(subject)} has ended; the work goes on at the platform. To wait again:\n` +
        `  await ${/^\w+/.exec(subject)?.[0]}.resume('${token}').wait()`,
  );
  return [style.yellow('Interrupted.'), ...lines].join('\n');
}
