import { styleText } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';

/** Bars and colour where somebody is watching, plain lines everywhere else. */
export class Terminal {
  readonly #live: boolean;

  constructor(readonly stream: NodeJS.WriteStream = process.stdout) {
    this.#live = stream.isTTY === true;
  }

  step(text: string): void {
    this.#write(`\n${this.#paint('bold', text)}`);
  }

  say(text: string): void {
    this.#write(`  ${text}`);
  }

  error(text: string): void {
    this.#write(`  ${this.#paint('red', text)}`);
  }

  table(head: string[], rows: string[][]): void {
    const table = new Table({ head, style: this.#live ? {} : { head: [], border: [] } });
    table.push(...rows);
    this.#write(table.toString());
  }

  /** A bar from 0 to 1; in a pipe one line when it is done. */
  bar(label: string): { show(fraction: number, note?: string): void; done(note: string): void } {
    if (!this.#live) return { show: () => undefined, done: (note) => this.say(`${label}: ${note}`) };
    const bar = new SingleBar(
      { format: `  ${label} {bar} {percentage}% {note}`, stream: this.stream, hideCursor: true },
      Presets.shades_classic,
    );
    bar.start(1, 0, { note: '' });
    return {
      show: (fraction, note = '') => bar.update(fraction, { note }),
      done: (note) => {
        bar.update(1, { note });
        bar.stop();
      },
    };
  }

  #paint(style: 'bold' | 'red', text: string): string {
    return this.#live ? styleText(style, text) : text;
  }

  #write(text: string): void {
    this.stream.write(`${text}\n`);
  }
}
