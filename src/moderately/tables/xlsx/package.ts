import type { Readable } from 'node:stream';
import type { SaxesParser } from 'saxes';
import type { Entry, ZipFile } from 'yauzl';
import { TableProblem } from '../problem.js';

const mebibyte = 1024 * 1024;
/** The largest file, in bytes: it is held in memory as it is, because the table of contents of a ZIP archive is at its end. */
const largestFile = 256 * mebibyte;
/** The most parts of a file. */
const mostParts = 10_000;
/** The longest text without a tag, in characters. A cell has at most 32,767 by the format. */
const longestText = mebibyte;

/** Handlers of the tags of an XML part. Names come without their namespace prefix. */
export interface XmlHandlers {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** The parts of an XLSX file (ECMA-376 Part 2). */
export class XlsxPackage {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #Parser: typeof SaxesParser;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>, Parser: typeof SaxesParser) {
    this.#zip = zip;
    this.#entries = entries;
    this.#Parser = Parser;
  }

  /** @throws TableProblem when a package is not installed, Error for a file that is not a ZIP archive. */
  static async open(bytes: Buffer): Promise<XlsxPackage> {
    const yauzl = await load<typeof import('yauzl')>('yauzl');
    const { SaxesParser: Parser } = await load<typeof import('saxes')>('saxes');
    const zip = await yauzl.fromBufferPromise(bytes, { lazyEntries: true });
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) {
      entries.set(entry.fileName.toLowerCase(), entry);
      if (entries.size > mostParts) throw tooLarge(`it has more than ${mostParts.toLocaleString('en')} parts`);
    }
    return new XlsxPackage(zip, entries, Parser);
  }

  /**
   * Parses a part, and gives control back after each piece of it. False when there is no such part.
   * @param largest The most bytes that it may have unpacked.
   * @throws TableProblem for a part that is larger.
   */
  async *parse(path: string, handlers: XmlHandlers, largest: number): AsyncGenerator<undefined, boolean> {
    const entry = this.#entries.get(path.replace(/^\//, '').toLowerCase());
    if (!entry) return false;
    if (entry.uncompressedSize > largest) {
      throw tooLarge(`its part ${entry.fileName} has ${entry.uncompressedSize.toLocaleString('en')} bytes unpacked`);
    }
    const parser = new this.#Parser();
    let unbroken = 0;
    parser.on('opentag', ({ name, attributes }) => {
      unbroken = 0;
      handlers.open(localName(name), attributes);
    });
    parser.on('closetag', ({ name }) => {
      unbroken = 0;
      handlers.close?.(localName(name));
    });
    const text = (given: string) => handlers.text?.(given);
    parser.on('text', text);
    parser.on('cdata', text);
    const decoder = new TextDecoder();
    const content = await this.#zip.openReadStreamPromise(entry);
    try {
      for await (const chunk of content as AsyncIterable<Buffer>) {
        const piece = decoder.decode(chunk, { stream: true });
        unbroken += piece.length;
        parser.write(piece);
        if (unbroken > longestText + piece.length)
          throw tooLarge(`its part ${entry.fileName} has a text of more than a million characters`);
        yield;
      }
      parser.write(decoder.decode()).close();
    } finally {
      content.destroy();
    }
    return true;
  }

  /** As `parse`, to the end. */
  async parseAll(path: string, handlers: XmlHandlers, largest = 16 * mebibyte): Promise<boolean> {
    const parsing = this.parse(path, handlers, largest);
    for (;;) {
      const { done, value } = await parsing.next();
      if (done) return value;
    }
  }
}

/** The value of an attribute that may have a namespace prefix. */
export function attribute(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  const key = Object.keys(attributes).find((candidate) => candidate.includes(':') && localName(candidate) === name);
  return key === undefined ? undefined : attributes[key];
}

/** @throws TableProblem always; it says which limit the file exceeds. */
export function tooLarge(what: string): TableProblem {
  return new TableProblem('limit', `the file is too large for XLSX (${what}); upload it as csv`);
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** The bytes of a file. @throws TableProblem for one that is too large. */
export async function bytesOf(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream as AsyncIterable<Uint8Array | string>) {
    parts.push(Buffer.from(part as Uint8Array));
    length += part.length;
    if (length > largestFile) throw tooLarge(`it has more than ${largestFile.toLocaleString('en')} bytes`);
  }
  return Buffer.concat(parts);
}

async function load<Module>(specifier: string): Promise<Module> {
  try {
    // A variable keeps bundlers from resolving the package, and the comments keep them from warning of that.
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ specifier);
  } catch (cause) {
    throw new TableProblem('package', 'Reading XLSX needs the packages yauzl and saxes. Install them: npm install yauzl saxes', { cause });
  }
}
