import type { SessionEnvironment } from './session.js';

/** A stream that is written to, and may be a terminal. */
export type Sink = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Where a command runs: the streams, the environment and the signals of the process, or those of a test. */
export interface Io extends Pick<SessionEnvironment, 'startLocal'> {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls `listener` at each Ctrl+C instead of ending the process. Returns a function that undoes it. */
  onInterrupt(listener: () => void): () => void;
}

/** The process as it is. */
export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  return {
    stdin,
    stdout,
    stderr,
    env,
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  };
}
