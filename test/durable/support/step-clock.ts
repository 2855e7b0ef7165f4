import { ManualClock, settle } from '../../support/clock.js';

/** A clock that goes on from timer to timer, each time when everything that the last one caused has been done. Its date can be set. */
export class StepClock extends ManualClock {
  /** What the date is off by, in milliseconds. */
  offset = 0;
  #seed: number;

  constructor(seed = 1) {
    super();
    this.#seed = seed;
  }

  override date(): number {
    return super.date() + this.offset;
  }

  /** Pseudo-random numbers, the same each time. */
  override random(): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return this.#seed / 2_147_483_648;
  }

  /** Lets time pass until something holds, at most so many milliseconds. Resolves to whether it holds. */
  async until(holds: () => boolean | Promise<boolean>, mostMs: number): Promise<boolean> {
    const end = this.time + mostMs;
    for (;;) {
      await settle();
      if (await holds()) return true;
      const next = this.earliest();
      if (!next || next.at > end) return false;
      this.time = Math.max(this.time, next.at);
      this.run(next);
    }
  }
}
