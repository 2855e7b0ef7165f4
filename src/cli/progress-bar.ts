import type { ProgressBar } from '../model/connection.js';
import { ConfigurationError } from '../model/errors/index.js';
import type { Progress } from '../model/events.js';

/**
 * A progress bar on the terminal's error stream; null where nobody is looking.
 *
 * @throws ConfigurationError when the package that draws it is not installed.
 */
export async function progressBar(subject: string, stream: NodeJS.WriteStream = process.stderr): Promise<ProgressBar | null> {
  if (!stream.isTTY) return null;
  const { default: drawing } = await import('cli-progress').catch((cause: unknown) => {
    throw new ConfigurationError('A progress bar needs the package cli-progress: npm install cli-progress', { cause });
  });
  const bar = new drawing.SingleBar({
    format: `${subject} {bar} {percentage}% {message}`,
    stream,
    hideCursor: true,
    clearOnComplete: false,
  });
  bar.start(1, 0, { message: '' });
  return {
    show({ fraction, step, steps, message }: Progress): void {
      const done = fraction ?? (step !== undefined && steps ? step / steps : undefined);
      if (done === undefined) bar.update({ message: message ?? '' });
      else bar.update(Math.min(1, done), { message: message ?? '' });
    },
    end: () => bar.stop(),
  };
}
