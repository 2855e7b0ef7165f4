import type { Look, Pollable } from '../../../src/model/ports/waiter.js';

export type State = { status: string };
export const going: Look<State> = { state: { status: 'running' }, final: false };
export const done: Look<State> = { state: { status: 'completed' }, final: true };

/** Something whose looks are scripted; the last entry repeats. */
export function pollable(script: (Look<State> | Error)[], over: Partial<Pollable<State>> = {}): Pollable<State> & { looks: number } {
  const subject = {
    key: {},
    subject: 'job 1',
    backOff: { initial: 0.5, factor: 1.1, max: 60, min: 0.2 },
    looks: 0,
    token: () => 'the token',
    async look(): Promise<Look<State>> {
      const step = script[Math.min(subject.looks++, script.length - 1)]!;
      if (step instanceof Error) throw step;
      return step;
    },
  };
  return Object.assign(subject, over);
}
