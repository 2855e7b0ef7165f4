import type { MultiBar, Options } from 'cli-progress';
import type { ProgressBar } from '../model/connection.js';
import { ConfigurationError } from '../model/errors/index.js';
import type { Progress } from '../model/events/events.js';

/** What is drawn on a stream: one line for each wait that is shown there at the same time. */
interface Drawing {
  readonly bars: MultiBar;
  shown: number;
}

const drawings = new WeakMap<NodeJS.WriteStream, Drawing>();

/**
 * A progress bar on the terminal's error stream, below those that are there already; null where nobody is looking.
 *
 * @throws ConfigurationError when the package that draws it is not installed.
 */
export async function progressBar(subject: string, stream: NodeJS.WriteStream = process.stderr): Promise<ProgressBar | null> {
  if (!stream.isTTY) return null;
  const { default: library } = await import('cli-progress').catch((cause: unknown) => {
    throw new ConfigurationError('A progress bar needs the package cli-progress: npm install cli-progress', { cause });
  });
  const drawing = drawings.get(stream) ?? { bars: new library.MultiBar({ ...barOptions, stream }), shown: 0 };
  drawings.set(stream, drawing);
  drawing.shown++;
  const bar = drawing.bars.create(1, 0, { subject, message: '' });
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

/** The cursor stays: hidden, it would still be hidden after Ctrl-C, which is the process's own affair. */
const barOptions: Options = {
  format: '{subject} {bar} {percentage}% {message}',
  hideCursor: false,
  gracefulExit: false,
  clearOnComplete: false,
};
