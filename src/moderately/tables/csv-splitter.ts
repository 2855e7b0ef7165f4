import { TableProblem } from './problem.js';
import { quote } from './words.js';

const quoteCode = 34;
const lineFeed = 10;
const carriageReturn = 13;
/** The longest cell, in characters. A longer one is most likely the rest of a file after an open quote. */
const longestCell = 16 * 1024 * 1024;

/** Where in a cell the reader is: before it, in its text, inside quotes, or after a quote that may close it. */
type State = 'start' | 'plain' | 'quoted' | 'closed';

/**
 * Splits CSV text into records: cells in quotes (RFC 4180), and each of LF, CRLF and CR as the end of a line. What is not covered there is
 * read as spreadsheets and Python read it: a quote inside an unquoted cell is text, and so is what follows a closing quote. After such a
 * quote, one that opens a later cell of the line and is not closed in it is text as well.
 */
export class CsvSplitter {
  readonly #delimiter: string;
  #cells: string[] = [];
  /** The pieces of the current cell. */
  #pieces: string[] = [];
  #length = 0;
  #state: State = 'start';
  #isAfterReturn = false;
  /** Whether the record has a quote that is text. */
  #hasStray = false;
  /** The end of the text so far, which may be the start of a delimiter of several characters. */
  #held = '';
  #line = 1;
  #quoteLine = 1;

  /** @throws TableProblem for a delimiter that cannot be one. */
  constructor(delimiter: string) {
    if (delimiter === '' || /["\r\n]/.test(delimiter)) {
      throw new TableProblem('option', `the delimiter ${quote(delimiter)} cannot separate cells; use one such as , or ;`);
    }
    this.#delimiter = delimiter;
  }

  /** The records that end in this piece of text. @throws TableProblem for a cell that is too long. */
  write(text: string): string[][] {
    const all = this.#held + text;
    return this.#split(all, Math.max(0, all.length - this.#delimiter.length + 1), false);
  }

  /** The last records. @throws TableProblem for a quote that is still open. */
  end(): string[][] {
    const records = this.#split(this.#held, this.#held.length, true);
    const text = this.#pieces.join('');
    if (this.#state === 'quoted') {
      const last = text.endsWith('\n') ? this.#line - 1 : this.#line;
      throw new TableProblem(
        'malformed',
        `the CSV is malformed: the quote that opens cell ${this.#cells.length + 1} in line ${this.#quoteLine} (${quote(firstLine(text))}) is still open at ` +
          `the end of the file, line ${last}. Put quotes around the cell and double those inside it.`,
      );
    }
    if (this.#state !== 'start' || this.#cells.length > 0) records.push([...this.#cells, text]);
    return records;
  }

  /** The cells of the record that has begun. */
  unfinished(): string[] {
    return this.#state === 'start' && this.#cells.length === 0 ? [] : [...this.#cells, this.#pieces.join('')];
  }

  /** Splits the text up to `end`. A delimiter may reach beyond it. */
  #split(text: string, end: number, isLast: boolean): string[][] {
    const records: string[][] = [];
    const delimiter = this.#delimiter;
    const delimiterCode = delimiter.charCodeAt(0);
    let state = this.#state;
    let isAfterReturn = this.#isAfterReturn;
    let start = 0;
    let index = 0;
    for (; index < end; index++) {
      if (state === 'quoted') {
        const found = text.indexOf('"', index);
        if (found < 0 || found >= end) {
          this.#countLines(text, index, end);
          index = end;
          break;
        }
        this.#countLines(text, index, found);
        this.#add(text, start, found);
        start = found + 1;
        index = found;
        state = 'closed';
        continue;
      }
      const code = text.charCodeAt(index);
      if (code === delimiterCode && (delimiter.length === 1 || text.startsWith(delimiter, index))) {
        this.#endCell(text, start, index);
        state = 'start';
        index += delimiter.length - 1;
        start = index + 1;
      } else if (code === lineFeed || code === carriageReturn) {
        if (code === lineFeed && isAfterReturn) isAfterReturn = false;
        else {
          this.#endCell(text, start, index);
          records.push(this.#cells);
          this.#cells = [];
          this.#hasStray = false;
          this.#line++;
          isAfterReturn = code === carriageReturn;
        }
        state = 'start';
        start = index + 1;
        continue;
      } else if (code !== quoteCode) {
        state = 'plain';
      } else if (state === 'start') {
        const isClosed = !this.#hasStray || closesInLine(text, index + 1, isLast);
        if (isClosed === undefined && !isLast && text.length - index < longestCell) {
          end = index;
          break;
        }
        state = isClosed ? 'quoted' : 'plain';
        this.#quoteLine = this.#line;
        start = isClosed ? index + 1 : index;
      } else if (state === 'closed') {
        // The second one of a doubled quote is the first character of the next piece.
        state = 'quoted';
        start = index;
      } else this.#hasStray = true;
      isAfterReturn = false;
    }
    if (state === 'plain' || state === 'quoted') this.#add(text, start, end);
    this.#state = state;
    this.#isAfterReturn = isAfterReturn;
    this.#held = text.slice(Math.max(index, end));
    return records;
  }

  #endCell(text: string, start: number, end: number): void {
    if (this.#pieces.length === 0) {
      this.#cells.push(text.slice(start, end));
    } else {
      this.#add(text, start, end);
      this.#cells.push(this.#pieces.join(''));
      this.#pieces = [];
    }
    this.#length = 0;
  }

  #add(text: string, start: number, end: number): void {
    if (start >= end) return;
    this.#pieces.push(text.slice(start, end));
    this.#length += end - start;
    if (this.#length <= longestCell) return;
    throw new TableProblem(
      'limit',
      `cell ${this.#cells.length + 1} in line ${this.#quoteLine} (${quote(firstLine(this.#pieces.join('')))}) has more than ` +
        `${longestCell.toLocaleString('en')} characters; a quote is probably open`,
    );
  }

  #countLines(text: string, start: number, end: number): void {
    for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) this.#line++;
  }
}

function firstLine(text: string): string {
  return text.slice(0, 100).split(/[\r\n]/, 1)[0] ?? '';
}

/** Whether a quote that was opened before `start` is closed in the same line; undefined when neither is known yet. */
function closesInLine(text: string, start: number, isLast: boolean): boolean | undefined {
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === lineFeed || code === carriageReturn) return false;
    if (code !== quoteCode) continue;
    // The last quote so far may be the first one of two.
    if (index + 1 === text.length) return isLast ? true : undefined;
    if (text.charCodeAt(index + 1) !== quoteCode) return true;
    index++;
  }
  return undefined;
}
