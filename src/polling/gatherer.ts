import type { Clock, Look, LookOptions, ManyLooks, Pollable } from '../model/waiter.js';
import { unlessAborted } from './abort.js';
import type { Entry, Schedule } from './schedule.js';
import { isTransient } from './transient.js';

/** A look may be this much later than it is due, so that others can go out with it: a part of its delay, and milliseconds. */
const patience = { part: 0.16, most: 250 };

/** One look that is to go out with others. */
interface Member {
  readonly id: string;
  /** The request leaves. */
  ask(): void;
  answer(found: unknown): void;
  fail(error: unknown): void;
  /** Looks without the others. */
  alone(): void;
}

/** Looks that go out together. */
interface Group {
  readonly members: Set<Member>;
  /** Ends the request; there is none yet, or not any more, without it. */
  control: AbortController | null;
  readonly entry: Entry;
}

/** Lets looks of one kind that are due at about the same time come in one moment, and go out as one request. */
export class Gatherer {
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  readonly #gathering = new Map<ManyLooks, Group>();
  /** How many things of each kind are being watched. */
  readonly #watched = new Map<ManyLooks, number>();

  constructor(clock: Clock, schedule: Schedule) {
    this.#clock = clock;
    this.#schedule = schedule;
  }

  /** Notes that a thing is watched from now on; the returned function takes that back. */
  watching({ many }: Pollable<unknown>): () => void {
    const { source } = many ?? {};
    if (!source) return () => undefined;
    const count = (change: number): void => {
      const left = (this.#watched.get(source) ?? 0) + change;
      if (left > 0) this.#watched.set(source, left);
      else this.#watched.delete(source);
    };
    count(1);
    return () => count(-1);
  }

  /** When a look is to come that is due after a pause, so that it meets others of its kind where there are any. */
  meeting({ many }: Pollable<unknown>, due: number, pause: number): number {
    if (!many || (this.#watched.get(many.source) ?? 0) < 2) return due;
    let grid = patience.most; // halved, not cut to measure: delays stray, and their grids must have moments in common
    while (grid > pause * patience.part) grid /= 2;
    return Math.ceil(due / grid) * grid;
  }

  /** One look, with those of its kind that come in the same moment. */
  async look<S>(pollable: Pollable<S>, options: LookOptions): Promise<Look<S>> {
    const { many } = pollable;
    if (!many) return pollable.look(options);
    const group = this.#groupFor(many.source, options);
    const { promise, member } = memberOf(pollable, many, options);
    group.members.add(member);
    if (group.members.size >= many.source.largest) this.#send(group, many.source, options);
    try {
      return await unlessAborted(promise, options.signal);
    } finally {
      group.members.delete(member);
      if (group.members.size === 0) this.#give(group, many.source);
    }
  }

  #groupFor(source: ManyLooks, options: LookOptions): Group {
    const known = this.#gathering.get(source);
    if (known) return known;
    const entry = this.#schedule.at(this.#clock.now(), () => this.#send(group, source, options));
    const group: Group = { members: new Set(), control: null, entry };
    this.#gathering.set(source, group);
    return group;
  }

  #send(group: Group, source: ManyLooks, { timeout }: LookOptions): void {
    this.#schedule.cancel(group.entry);
    this.#gathering.delete(source);
    void sendTogether(group, source, timeout);
  }

  /** Nobody waits for the group any more: neither for its time nor for its answer. */
  #give(group: Group, source: ManyLooks): void {
    if (this.#gathering.get(source) === group) {
      this.#schedule.cancel(group.entry);
      this.#gathering.delete(source);
    }
    group.control?.abort();
  }
}

async function sendTogether(group: Group, source: ManyLooks, timeout: number | undefined): Promise<void> {
  const { members } = group;
  const ids = new Set([...members].map(({ id }) => id));
  if (ids.size === 1) {
    for (const member of members) member.alone();
    return;
  }
  try {
    for (const member of members) member.ask();
    group.control = new AbortController();
    const found = await source.look([...ids], { timeout, signal: group.control.signal });
    group.control = null;
    for (const member of members) {
      if (found.has(member.id)) member.answer(found.get(member.id));
      else member.alone();
    }
  } catch (error) {
    group.control = null;
    // What the platform has against a list may be about one of them only.
    for (const member of members) isTransient(error) ? member.fail(error) : member.alone();
  }
}

function memberOf<S>(
  pollable: Pollable<S>,
  { id, ask }: NonNullable<Pollable<S>['many']>,
  options: LookOptions,
): { promise: Promise<Look<S>>; member: Member } {
  let read: ((found: unknown) => Look<S>) | undefined;
  let member: Member | undefined;
  const promise = new Promise<Look<S>>((resolve, reject) => {
    member = {
      id,
      ask: () => {
        read = ask();
      },
      answer: (found) => {
        try {
          resolve(read!(found));
        } catch (error) {
          reject(error);
        }
      },
      fail: reject,
      alone: () => void pollable.look(options).then(resolve, reject),
    };
  });
  return { promise, member: member! };
}
