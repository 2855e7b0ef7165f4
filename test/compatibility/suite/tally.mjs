import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { here } from './project.mjs';

/** Runs cases, two at a time, and keeps what each gave. */
export class Tally {
  #cells = [];
  #failed = 0;
  #name;
  /** What the names of the cases that are run contain. */
  #only = process.argv[2] ?? '';

  /** @param name The file that the results are written to. */
  constructor(name) {
    this.#name = name;
  }

  /**
   * @param all Each has a `row` and a `column` in the table, and a `check` that rejects when it does not work; where it has `refused`, it must
   *   reject with a message like that, and `note` says why in the table.
   */
  async run(all) {
    const cases = all.filter(({ row, column }) => `${row}, ${column}`.includes(this.#only));
    const queue = cases.values();
    const work = async () => {
      for (const one of queue) await this.#check(one);
    };
    await Promise.all([work(), work()]);
    // In the order of the cases, whichever ended first.
    this.#cells.sort((a, b) => cases.indexOf(a.case) - cases.indexOf(b.case));
  }

  async #check(one) {
    const { row, column, check, refused, note } = one;
    const problem = await check().then(
      () => (refused ? 'works, although it is listed as one that does not' : undefined),
      (error) => (refused?.test(String(error.message)) ? undefined : String(error.message).slice(0, 2000)),
    );
    if (problem !== undefined) this.#failed++;
    console.log(
      `${problem === undefined ? (refused ? 'refused as it should be' : 'ok') : 'FAILED'}: ${row}, ${column}${problem ? `\n${problem}` : ''}`,
    );
    this.#cells.push({
      case: one,
      row,
      column,
      result: problem !== undefined ? 'fails' : refused ? 'no' : 'yes',
      ...(refused && { note }),
    });
  }

  /** Writes the results, those of some cases among the earlier ones of the others, and ends the process with the counts. */
  async end() {
    await mkdir(join(here, 'results'), { recursive: true });
    const cells = this.#cells.map(({ case: _case, ...cell }) => cell);
    const path = join(here, 'results', `${this.#name}.json`);
    const before = this.#only === '' ? [] : JSON.parse(await readFile(path, 'utf8').catch(() => '[]'));
    const renewed = before.map((cell) => cells.find(({ row, column }) => row === cell.row && column === cell.column) ?? cell);
    await writeFile(path, `${JSON.stringify(this.#only === '' ? cells : renewed, null, 2)}\n`);
    console.log(`${cells.length - this.#failed} passed, ${this.#failed} failed`);
    process.exitCode = this.#failed > 0 || cells.length === 0 ? 1 : 0;
  }
}
