import { link, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Writable } from 'node:stream';
import type { BaseResource, DownloadTarget, SaveOptions, TransferProgress, UploadInput } from '../../index.js';
import { newRecord } from '../../vendor.js';
import { type Context, loadById } from '../context.js';
import { fieldNamed, writableFields } from '../entity-class.js';
import { ReaderGoneError } from '../errors.js';
import type { Output } from '../output/output.js';
import { bytesText, TransferDisplay } from '../output/progress.js';
import { type Form, printRecord } from '../output/records.js';
import { UsageError } from '../usage-error.js';
import { fieldValues, type Given, type Values } from '../values.js';

interface TransferOptions {
  signal: AbortSignal;
  onProgress: (progress: TransferProgress) => void;
}

/** The members of the records that can be uploaded or downloaded, of which each class has some. */
interface Transferable extends BaseResource {
  download?(target: DownloadTarget, options: TransferOptions & { timeout?: number }): Promise<unknown>;
  downloadData?(options: TransferOptions & { timeout?: number; path: DownloadTarget; versionId?: string }): Promise<unknown>;
  uploadData?(input: UploadInput, options: TransferOptions & Values): Promise<BaseResource>;
}

/** Uploads a file as a new record, or as data of the record with the id, and prints the record that it makes. */
export async function upload(
  context: Context,
  { id, file, given }: { id: string | undefined; file: string; given: readonly Given[] },
  { name, ...form }: Form & { name?: string | string[] },
): Promise<void> {
  const { output, signal } = context;
  const display = new TransferDisplay(output, `Uploading ${file === '-' ? 'standard input' : file}:`);
  const options = { signal, onProgress: display.onProgress };
  try {
    const named = typeof name === 'string' ? name : undefined;
    const made =
      id === undefined
        ? await uploadRecord(context, file, named, given, options)
        : await uploadData(context, id, file, named, given, options);
    display.end();
    await printRecord(made, made.constructor as Context['target'], output, form);
  } finally {
    display.end();
  }
}

async function uploadData(
  context: Context,
  id: string,
  file: string,
  name: string | undefined,
  given: readonly Given[],
  options: TransferOptions,
): Promise<BaseResource> {
  const record = (await loadById(context, id)) as Transferable;
  const more = Object.fromEntries(given.map((each) => [each.name, each.value]));
  return record.uploadData!(inputFrom(context, file), { ...(name !== undefined && { name }), ...more, ...options });
}

async function uploadRecord(
  context: Context,
  file: string,
  name: string | undefined,
  given: readonly Given[],
  options: TransferOptions,
): Promise<BaseResource> {
  const { target } = context;
  const nameField = fieldNamed(target, 'fileName') ?? fieldNamed(target, 'name');
  const values = {
    ...fieldValues(target, given, writableFields(target, 'create'), 'uploaded'),
    ...(name !== undefined && nameField && { [nameField.property]: name }),
  };
  const saving = options as SaveOptions;
  if (target.fromPath) {
    refuseStream(target.name, file);
    return (await target.fromPath(file, values)).save({}, { signal: options.signal });
  }
  if (fieldNamed(target, 'filePath')) {
    refuseStream(target.name, file);
    return (newRecord(target, { ...values, filePath: file }) as BaseResource).save({}, saving);
  }
  return (newRecord(target, { ...values, content: inputFrom(context, file) }) as BaseResource).save({}, saving);
}

function refuseStream(name: string, file: string): void {
  if (file === '-') throw new UsageError(`A ${name} is uploaded from a path, not from standard input.`);
}

function inputFrom({ io }: Context, file: string): UploadInput {
  return file === '-' ? { stream: io.stdin as AsyncIterable<Uint8Array> } : file;
}

export interface DownloadOptions {
  versionId?: string;
  force?: boolean;
  timeout?: number;
}

/** Downloads a file to a path, to its own name in a folder, or to standard output. */
export async function download(context: Context, id: string, path: string | undefined, options: DownloadOptions): Promise<void> {
  const { output } = context;
  const record = (await loadById(context, id)) as Transferable;
  if (path === '-') {
    await fetchTo(context, record, new StandardOutput(output), options);
    return;
  }
  const isFolder = path === undefined || /[\\/]$/.test(path) || (await stat(path).catch(() => undefined))?.isDirectory() === true;
  const written = isFolder ? await intoFolder(context, record, path ?? '.', options) : await intoFile(context, record, path, options);
  const { size } = await stat(written);
  output.note(`Wrote ${relative('.', written) || written} (${bytesText(size)}).`);
}

async function intoFile(context: Context, record: Transferable, path: string, options: DownloadOptions): Promise<string> {
  if (!options.force && (await stat(path).catch(() => undefined))) throw alreadyThere(path);
  await fetchTo(context, record, path, options);
  return resolve(path);
}

/** The name is the platform's: the file is downloaded beside its place first, and moved there if nothing is in the way. */
async function intoFolder(context: Context, record: Transferable, folder: string, options: DownloadOptions): Promise<string> {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(folder, { recursive: true });
  const temporary = await mkdtemp(join(resolve(folder), '.remote-record-'));
  try {
    await fetchTo(context, record, `${temporary}/`, options);
    const [name] = await readdir(temporary);
    const from = join(temporary, name!);
    const to = join(dirname(temporary), name!);
    if (options.force) await rename(from, to);
    else await moveNew(from, to, relative('.', to));
    return to;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Moves a file to where there is none: a link, unlike a rename, replaces nothing. */
async function moveNew(from: string, to: string, shown: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw alreadyThere(shown);
    // Some file systems have no links.
    if (await stat(to).catch(() => undefined)) throw alreadyThere(shown);
    await rename(from, to);
  }
}

function alreadyThere(path: string): UsageError {
  return new UsageError(`${path} is there already.`, 'Give another path, or --force to replace it.');
}

async function fetchTo({ output, signal }: Context, record: Transferable, target: DownloadTarget, options: DownloadOptions): Promise<void> {
  const { timeout, versionId } = options;
  const display = new TransferDisplay(output, 'Downloading:');
  const transfer = { signal, onProgress: display.onProgress, ...(timeout !== undefined && { timeout }) };
  try {
    if (record.downloadData) await record.downloadData({ ...transfer, path: target, ...(versionId !== undefined && { versionId }) });
    else await record.download!(target, transfer);
  } catch (error) {
    // The download reports what a target refuses as the cause of an error of its own.
    throw error instanceof Error && error.cause instanceof ReaderGoneError ? error.cause : error;
  } finally {
    display.end();
  }
}

/** Standard output as the target of a download. It is not closed at the end. */
class StandardOutput extends Writable {
  readonly #output: Output;

  constructor(output: Output) {
    super();
    this.#output = output;
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#output.write(chunk).then(() => done(), done);
  }
}
