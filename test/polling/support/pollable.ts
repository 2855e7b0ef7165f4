import type { Poll, Pollable } from '../../../src/model/ports/waiter.js';

export type State = { status: string };
export const going: Poll<State> = { state: { status: 'running' }, final: false };
export const done: Poll<State> = { state: { status: 'completed' }, final: true };

/** Something whose polls are scripted; the last entry repeats. */
export function pollable(script: (Poll<State> | Error)[], over: Partial<Pollable<State>> = {}): Pollable<State> & { polls: number } {
  const subject = {
    key: {},
    subject: 'job 1',
    backOff: { initial: 0.5, factor: 1.1, max: 60, min: 0.2 },
    polls: 0,
    token: () => 'the token',
    async poll(): Promise<Poll<State>> {
      const step = script[Math.min(subject.polls++, script.length - 1)]!;
      if (step instanceof Error) throw step;
      return step;
    },
  };
  return Object.assign(subject, over);
}
