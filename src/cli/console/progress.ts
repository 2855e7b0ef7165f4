import type { Progress as Reported } from '../../index.js';
import type { Sink } from '../io.js';
import { cutTo } from '../output/table.js';
import { oneLine } from '../output/text.js';

const barWidth = 24;

/** Bars on a terminal, one line each, below each other; they disappear when their work has ended. Elsewhere nothing is drawn. */
export class Progress {
  readonly #screen: Sink;
  readonly #bars = new Map<object, { subject: string; reported: Reported }>();
  /** The lines that are drawn now. */
  #drawn = 0;

  constructor(screen: Sink) {
    this.#screen = screen;
  }

  /** Adds a bar. */
  begin(key: object, subject: string): void {
    this.#bars.set(key, { subject, reported: {} });
    this.#draw();
  }

  /** Shows how far the work is. A key without a bar is ignored. */
  show(key: object, reported: Reported): void {
    const bar = this.#bars.get(key);
    if (!bar) return;
    // A poll may report less than the one before it.
    bar.reported = { ...bar.reported, ...defined(reported) };
    this.#draw();
  }

  /** Removes a bar. */
  end(key: object): void {
    if (this.#bars.delete(key)) this.#draw();
  }

  /** Removes all bars. */
  clear(): void {
    this.#bars.clear();
    this.#draw();
  }

  #draw(): void {
    if (!this.#screen.isTTY) return;
    const width = Math.max(20, (this.#screen.columns ?? 80) - 1);
    const lines = [...this.#bars.values()].map(({ subject, reported }) => cutTo(oneLine(lineOf(subject, reported)), width));
    if (this.#drawn === 0 && lines.length === 0) return;
    // Back to the first line that was drawn, and everything from there on is cleared.
    const back = this.#drawn > 0 ? `\r${this.#drawn > 1 ? `\x1b[${this.#drawn - 1}A` : ''}\x1b[J` : '';
    this.#screen.write(`${back}${lines.join('\n')}`);
    this.#drawn = lines.length;
  }
}

function lineOf(subject: string, { fraction, step, steps, message }: Reported): string {
  const done = fraction ?? (step !== undefined && steps ? Math.min(1, step / steps) : undefined);
  const bar = done === undefined ? '' : ` ${'█'.repeat(Math.round(done * barWidth)).padEnd(barWidth, '░')} ${Math.round(done * 100)}%`;
  const words = message ?? (done === undefined ? '…' : '');
  return `${subject}${bar}${words === '' ? '' : ` ${words}`}`;
}

function defined(reported: Reported): Reported {
  return Object.fromEntries(Object.entries(reported).filter(([, value]) => value !== undefined));
}
