/** An invalid command line; `help` explains the correct usage, where the message does not. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly help: string = '',
  ) {
    super(message);
  }
}
