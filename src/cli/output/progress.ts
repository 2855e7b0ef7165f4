import type { Progress, TransferProgress } from '../../index.js';
import type { Output } from './output.js';
import { oneLine } from './text.js';

/** The progress of work in one line: `step 3 of 10, 30 %, reading`. */
export function progressText({ fraction, step, steps, message }: Progress = {}): string {
  const parts = [
    step !== undefined && steps ? `step ${step} of ${steps}` : '',
    fraction === undefined ? '' : `${Math.round(fraction * 100)} %`,
    message === undefined ? '' : oneLine(message),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** A number of bytes for people, in binary units. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A number of milliseconds for people. */
export function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** Shows how a transfer goes on: one line that is written over on a terminal, nothing elsewhere. */
export class TransferDisplay {
  readonly #output: Output;
  readonly #label: string;
  #shown = '';

  constructor(output: Output, label: string) {
    this.#output = output;
    this.#label = label;
  }

  readonly onProgress = ({ loaded, total }: TransferProgress): void => {
    if (!this.#output.isNoteTerminal) return;
    const done = total ? `${Math.floor((loaded / total) * 100)} % of ${bytesText(total)}` : bytesText(loaded);
    const line = `${this.#label} ${done}`;
    if (line === this.#shown) return;
    this.#shown = line;
    this.#output.noteRaw(`\r${line}\u001b[K`);
  };

  /** Removes the line. */
  end(): void {
    if (this.#shown !== '') this.#output.noteRaw('\r\u001b[K');
    this.#shown = '';
  }
}
