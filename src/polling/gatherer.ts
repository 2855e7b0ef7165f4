import type { Clock, Look, ManyLooks, Pollable } from '../model/waiter.js';
import type { Entry, Schedule } from './schedule.js';
import { isTransient } from './transient.js';

/** A look may be this much later than it is due, so that others can go out with it: a part of its delay, and milliseconds. */
const patience = { part: 0.16, most: 250 };

/** Who looks. */
export interface Looker {
  /** Its look that goes out with others. */
  member: Member | null;
  /** Ends its look that goes out alone. */
  control: AbortController | null;
  /** Seconds a look may take. */
  readonly timeout: number;
}

/** Looks that go out together. */
interface Group {
  readonly source: ManyLooks;
  readonly members: Set<Member>;
  /** Ends the request; there is none yet, or not any more, without it. */
  control: AbortController | null;
  readonly entry: Entry;
}

/** One look that is to go out with others. */
class Member {
  #read: ((found: unknown) => Look<unknown>) | null = null;

  constructor(
    readonly group: Group,
    readonly looker: Looker,
    readonly pollable: Pollable<unknown>,
    readonly resolve: (look: Look<unknown>) => void,
    readonly reject: (error: unknown) => void,
  ) {}

  get id(): string {
    return this.pollable.many!.id;
  }

  /** The request leaves. */
  ask(): void {
    this.#read = this.pollable.many!.ask();
  }

  answer(found: unknown): void {
    try {
      this.resolve(this.#read!(found));
    } catch (error) {
      this.reject(error);
    }
  }

  /** Looks without the others. */
  alone(): void {
    lookAlone(this.pollable, this.looker).then(this.resolve, this.reject);
  }
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

  /** Notes that a thing is watched from now on, or not any more. */
  watch({ many }: Pollable<unknown>, change: 1 | -1): void {
    if (!many) return;
    const left = (this.#watched.get(many.source) ?? 0) + change;
    if (left > 0) this.#watched.set(many.source, left);
    else this.#watched.delete(many.source);
  }

  /** When a look is to come that is due after a pause, so that it meets others of its kind where there are any. */
  meeting({ many }: Pollable<unknown>, due: number, pause: number): number {
    if (!many || (this.#watched.get(many.source) ?? 0) < 2) return due;
    let grid = patience.most; // halved, not cut to measure: delays stray, and their grids must have moments in common
    while (grid > pause * patience.part) grid /= 2;
    return Math.ceil(due / grid) * grid;
  }

  /** One look, with those of its kind that come in the same moment. */
  look<S>(pollable: Pollable<S>, looker: Looker): Promise<Look<S>> {
    const { many } = pollable;
    if (!many) return lookAlone(pollable, looker);
    const group = this.#groupFor(many.source);
    return new Promise((resolve, reject) => {
      looker.member = new Member(group, looker, pollable as Pollable<unknown>, resolve as Member['resolve'], reject);
      group.members.add(looker.member);
      if (group.members.size >= many.source.largest) this.#send(group);
    });
  }

  /** Someone does not want the answer any more; when nobody does, there is no need for the request either. */
  leave({ member }: Looker): void {
    if (!member) return;
    const { group } = member;
    group.members.delete(member);
    if (group.members.size > 0) return;
    if (this.#gathering.get(group.source) === group) {
      this.#schedule.cancel(group.entry);
      this.#gathering.delete(group.source);
    }
    group.control?.abort();
  }

  #groupFor(source: ManyLooks): Group {
    const known = this.#gathering.get(source);
    if (known) return known;
    const entry = this.#schedule.at(this.#clock.now(), () => this.#send(group));
    const group: Group = { source, members: new Set(), control: null, entry };
    this.#gathering.set(source, group);
    return group;
  }

  #send(group: Group): void {
    this.#schedule.cancel(group.entry);
    this.#gathering.delete(group.source);
    void sendTogether(group);
  }
}

function lookAlone<S>(pollable: Pollable<S>, looker: Looker): Promise<Look<S>> {
  looker.control = new AbortController();
  return pollable.look({ signal: looker.control.signal, timeout: looker.timeout });
}

async function sendTogether(group: Group): Promise<void> {
  const { source, members } = group;
  const ids = new Set<string>();
  for (const { id } of members) ids.add(id);
  if (ids.size === 1) {
    for (const member of members) member.alone();
    return;
  }
  try {
    for (const member of members) member.ask();
    const [first] = members;
    group.control = new AbortController();
    const found = await source.look([...ids], { timeout: first?.looker.timeout, signal: group.control.signal });
    for (const member of members) {
      if (found.has(member.id)) member.answer(found.get(member.id));
      else member.alone();
    }
  } catch (error) {
    // What the platform has against a list may be about one of them only.
    for (const member of members) isTransient(error) ? member.reject(error) : member.alone();
  }
  group.control = null;
}
