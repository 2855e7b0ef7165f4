import type { Clock } from '../model/ports/clock.js';
import type { Look, ManyFound, ManyLooks, Pollable } from '../model/ports/waiter.js';
import type { Alarm, Schedule } from './schedule.js';
import { isTransient } from './transient.js';

/** A look may be this much later than it is due, so that others can go out with it: a part of its delay, and milliseconds. */
const patience = { part: 0.16, most: 250 };

/** Seconds a look may take. */
const timeout = 30;

/** Who looks, and is told what came of it. */
export interface Looker<S = unknown> {
  readonly pollable: Pollable<S>;
  /** @param retryAfter Seconds that the answer to many looks asked to wait. */
  found(look: Look<S>, retryAfter?: number): void;
  failed(error: unknown): void;
}

/** Looks that go out together. */
interface Group {
  readonly source: ManyLooks;
  readonly lookers: Set<Looker>;
  /** Ends the request, once there is one. */
  readonly control: AbortController;
  readonly alarm: Alarm;
}

/** Lets looks of one kind that are due at about the same time come in one moment, and go out as one request. */
export class Gatherer {
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  readonly #gathering = new Map<ManyLooks, Group>();
  /** The looks that are under way: together with others, or alone. */
  readonly #looking = new Map<Looker, Group | AbortController>();
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
    if (!many || pause <= 0 || (this.#watched.get(many.source) ?? 0) < 2) return due;
    let grid = patience.most; // halved, not cut to measure: delays stray, and their grids must have moments in common
    while (grid > pause * patience.part) grid /= 2;
    return Math.ceil(due / grid) * grid;
  }

  /** One look, with those of its kind that come in the same moment. */
  look(looker: Looker): void {
    const { many } = looker.pollable;
    if (!many) return void this.#alone(looker);
    const group = this.#groupFor(many.source);
    group.lookers.add(looker);
    this.#looking.set(looker, group);
    if (group.lookers.size >= many.source.largest) this.#send(group);
  }

  /** Someone does not want the answer any more; when nobody does, there is no need for the request either. */
  leave(looker: Looker): void {
    const look = this.#looking.get(looker);
    this.#looking.delete(looker);
    if (look instanceof AbortController) look.abort();
    else if (look) this.#leaveGroup(look, looker);
  }

  #leaveGroup(group: Group, looker: Looker): void {
    group.lookers.delete(looker);
    if (group.lookers.size > 0) return;
    if (this.#gathering.get(group.source) === group) {
      this.#schedule.cancel(group.alarm);
      this.#gathering.delete(group.source);
    }
    group.control.abort();
  }

  #groupFor(source: ManyLooks): Group {
    const known = this.#gathering.get(source);
    if (known) return known;
    const alarm = this.#schedule.at(this.#clock.now(), () => this.#send(group));
    const group: Group = { source, lookers: new Set(), control: new AbortController(), alarm };
    this.#gathering.set(source, group);
    return group;
  }

  #send(group: Group): void {
    this.#schedule.cancel(group.alarm);
    this.#gathering.delete(group.source);
    void this.#together(group);
  }

  async #together({ source, lookers, control }: Group): Promise<void> {
    const ids = new Set<string>();
    for (const { pollable } of lookers) ids.add(pollable.many!.id);
    if (ids.size === 1) {
      for (const looker of lookers) void this.#alone(looker);
      return;
    }
    const readers = new Map<Looker, (found: unknown) => Look<unknown>>();
    let answer: ManyFound;
    try {
      for (const looker of lookers) readers.set(looker, looker.pollable.many!.ask());
      answer = await source.look([...ids], { timeout, signal: control.signal });
    } catch (error) {
      // What the platform has against a list may be about one of them only.
      for (const looker of lookers) isTransient(error) ? this.#fail(looker, error) : void this.#alone(looker);
      return;
    }
    for (const looker of lookers) this.#read(looker, readers.get(looker)!, answer);
  }

  #read(looker: Looker, read: (found: unknown) => Look<unknown>, { found, retryAfter }: ManyFound): void {
    const { id } = looker.pollable.many!;
    if (!found.has(id)) return void this.#alone(looker);
    let look: Look<unknown>;
    try {
      look = read(found.get(id));
    } catch (error) {
      return void this.#fail(looker, error);
    }
    this.#tell(looker, look, retryAfter);
  }

  async #alone(looker: Looker): Promise<void> {
    const control = new AbortController();
    this.#looking.set(looker, control);
    const { signal } = control;
    let look: Look<unknown>;
    try {
      look = await looker.pollable.look({ signal, timeout });
    } catch (error) {
      if (!signal.aborted) this.#fail(looker, error);
      return;
    }
    if (!signal.aborted) this.#tell(looker, look);
  }

  #tell(looker: Looker, look: Look<unknown>, retryAfter?: number): void {
    this.#looking.delete(looker);
    looker.found(look, retryAfter);
  }

  #fail(looker: Looker, error: unknown): void {
    this.#looking.delete(looker);
    looker.failed(error);
  }
}
