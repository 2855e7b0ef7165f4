import type { MultiBar, Options } from 'cli-progress';
import type { ProgressBar } from '../model/ports/environment.js';
import type { Progress } from '../model/ports/waiter.js';
import { importNeeded } from '../model/support/optional-package.js';

/** The bars that are drawn on one stream, one line each. */
interface Drawing {
  readonly bars: MultiBar;
  /** The number of bars that have not ended. */
  shown: number;
}

const drawings = new WeakMap<NodeJS.WriteStream, Drawing>();

/**
 * Draws a progress bar on standard error, below the bars that are already there; null when the stream is not a terminal.
 *
 * @throws ConfigurationError when the package `cli-progress` is not installed.
 */
export async function progressBar(subject: string, stream: NodeJS.WriteStream = process.stderr): Promise<ProgressBar | null> {
  if (!stream.isTTY) return null;
  const { default: library } = await loadLibrary();
  const drawing = drawings.get(stream) ?? { bars: new library.MultiBar({ ...barOptions, stream }), shown: 0 };
  drawings.set(stream, drawing);
  drawing.shown++;
  const bar = drawing.bars.create(1, 0, { subject, message: '' }, { barsize: barSize(subject, stream.columns) });
  return {
    show({ fraction, step, steps, message }: Progress): void {
      const done = fraction ?? (step !== undefined && steps ? step / steps : undefined);
      if (done === undefined) bar.update({ message: message ?? '' });
      else bar.update(Math.min(1, done), { message: message ?? '' });
    },
    end(): void {
      bar.stop();
      if (--drawing.shown > 0) return;
      drawings.delete(stream);
      drawing.bars.stop();
    },
  };
}

/**
 * Checks that a progress bar could be drawn, if the stream is a terminal.
 *
 * @throws ConfigurationError when the package `cli-progress` is not installed.
 */
export async function checkProgressBar(stream: NodeJS.WriteStream = process.stderr): Promise<void> {
  if (stream.isTTY) await loadLibrary();
}

function loadLibrary(): Promise<{ default: typeof import('cli-progress') }> {
  return importNeeded('cli-progress', 'A progress bar needs the package cli-progress.');
}

/** How many columns the bar itself has: up to 40, and fewer where the percentage and a short message would be cut off. */
function barSize(subject: string, columns = 80): number {
  return Math.max(10, Math.min(40, columns - subject.length - 20));
}

/** The cursor is not hidden: it would stay hidden after Ctrl-C, which the process handles itself. */
const barOptions: Options = {
  format: '{subject} {bar} {percentage}% {message}',
  hideCursor: false,
  gracefulExit: false,
  clearOnComplete: false,
};
