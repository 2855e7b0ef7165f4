import type { Command } from 'commander';
import { checkOptions } from '../../local/options.js';
import type { Manifest, Place, TransferOptions, TransferProgress } from '../../local/transfer/index.js';
import { ConfigurationError, ResourceError } from '../../model/errors/index.js';
import { InterruptedError } from '../errors.js';
import type { Io } from '../io.js';
import { Output } from '../output/output.js';
import { bytesText } from '../output/progress.js';
import { UsageError } from '../usage-error.js';
import { namingVariables, withEnvironment } from './local-environment.js';

/** The options of `local export` and `local import` as they are written. */
interface TransferCommandOptions {
  dataDir?: string;
  databaseUrl?: string;
  s3Bucket?: string;
  s3Endpoint?: string;
  to?: string;
  from?: string;
  json?: boolean;
}

/** Exports a platform into a folder. */
export function exportCommand(command: Command, io: Io): Promise<void> {
  return transfer(command, io, 'to', async (folder, place, options) => {
    const { exportPlatform } = await import('../../local/transfer/index.js');
    return await exportPlatform(place, folder, options);
  });
}

/** Fills an empty platform with an export. */
export function importCommand(command: Command, io: Io): Promise<void> {
  return transfer(command, io, 'from', async (folder, place, options) => {
    const { importPlatform } = await import('../../local/transfer/index.js');
    return await importPlatform(folder, place, options);
  });
}

async function transfer(
  command: Command,
  io: Io,
  side: 'to' | 'from',
  run: (folder: string, place: Place, options: TransferOptions) => Promise<Manifest>,
): Promise<void> {
  try {
    const given = withEnvironment<TransferCommandOptions>(command, io);
    const folder = given[side];
    if (folder === undefined) throw misused(command, `--${side} is missing: the folder of the export.`);
    await runTransfer(command, io, given, folder, run);
  } catch (error) {
    throw namingVariables(error, command, io);
  }
}

async function runTransfer(
  command: Command,
  io: Io,
  given: TransferCommandOptions,
  folder: string,
  run: (folder: string, place: Place, options: TransferOptions) => Promise<Manifest>,
): Promise<void> {
  const place = placeFrom(command, given);
  const output = new Output(io);
  const stop = new AbortController();
  const undo = io.onInterrupt(() => stop.abort());
  const display = new Display(output);
  try {
    const manifest = await run(folder, place, { signal: stop.signal, onProgress: display.onProgress });
    display.end();
    await output.write(given.json ? `${JSON.stringify(manifest)}\n` : summary(command.name(), manifest));
  } catch (error) {
    if (stop.signal.aborted) throw new InterruptedError(`Stopped. The same command goes on with the ${command.name()}.`);
    // What is in the way now may be gone later.
    if (error instanceof ConfigurationError) throw new ResourceError(error.message, { cause: error });
    throw error;
  } finally {
    display.end();
    undo();
  }
}

function placeFrom(command: Command, { dataDir, databaseUrl, s3Bucket, s3Endpoint }: TransferCommandOptions): Place {
  if (dataDir === undefined && databaseUrl === undefined) throw misused(command, '--data-dir is missing: the folder of the platform.');
  if (s3Endpoint !== undefined && s3Bucket === undefined) throw misused(command, '--s3-endpoint needs --s3-bucket.');
  const place: Place = {
    ...(dataDir !== undefined && { dataDir }),
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(s3Bucket !== undefined && { s3: { bucket: s3Bucket, ...(s3Endpoint !== undefined && { endpoint: s3Endpoint }) } }),
  };
  try {
    checkOptions(place);
  } catch (error) {
    const names: Readonly<Record<string, string>> = { databaseUrl: '--database-url', dataDir: '--data-dir', s3: '--s3-bucket' };
    const message = error instanceof Error ? error.message : String(error);
    throw misused(
      command,
      message.replace(/\b(?:databaseUrl|dataDir|s3)\b/g, (name) => names[name] as string),
    );
  }
  return place;
}

function summary(name: string, { tables, objects }: Manifest): string {
  const sums = Object.values(tables);
  const rows = sums.reduce((total, { rows: each }) => total + each, 0);
  const done = name === 'export' ? 'Exported' : 'Imported, and compared with the export:';
  return `${done} ${rows} rows of ${sums.length} tables, ${objects.count} files (${bytesText(objects.bytes)}).\n`;
}

function misused(command: Command, message: string): UsageError {
  const name = `remote-record local ${command.name()}`;
  return new UsageError(message, `Usage: ${name} [options]; ${name} --help explains them.`);
}

/** Shows how far it is: one line that is written over on a terminal, a line for each step elsewhere. */
class Display {
  readonly #output: Output;
  #shown = '';
  #last: TransferProgress | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  readonly onProgress = (progress: TransferProgress): void => {
    const before = this.#last;
    this.#last = progress;
    if (!this.#output.isNoteTerminal) {
      if (before && before.step !== progress.step) this.#tell(before);
      return;
    }
    this.#shown = textOf(progress);
    this.#output.noteRaw(`\r${this.#shown}\u001b[K`);
  };

  /** What had nothing to do is not worth a line. */
  #tell(progress: TransferProgress): void {
    if (progress.done > 0) this.#output.note(textOf(progress));
  }

  end(): void {
    if (this.#shown !== '') this.#output.noteRaw('\r\u001b[K');
    else if (this.#last && !this.#output.isNoteTerminal) this.#tell(this.#last);
    this.#shown = '';
    this.#last = undefined;
  }
}

function textOf({ step, done, bytes }: TransferProgress): string {
  return `${step}: ${done}${bytes === undefined ? '' : ` (${bytesText(bytes)})`}`;
}
