import { expect } from 'chai';
import { Deadline } from '../../../src/http/time/deadline.js';
import { ManualClock } from '../../support/clock.js';

describe('a deadline', () => {
  const world = () => {
    const clock = new ManualClock();
    return { clock, deadline: new Deadline(clock) };
  };

  it('tells its children and whoever listens why it ended, once, in the order they came', async () => {
    const { clock, deadline } = world();
    const child = deadline.child();
    const told: string[] = [];
    deadline.onEnd(() => told.push('whole'));
    child.onEnd(() => told.push(`part by ${child.endedBy}`));
    const forget = child.onEnd(() => told.push('forgotten'));
    forget();
    deadline.startTimeout(100);
    await clock.pass(100);
    expect(told).to.deep.equal(['part by timeout', 'whole']);
    expect([deadline.isOver, child.isOver]).to.deep.equal([true, true]);
    child.onEnd(() => told.push('late'));
    expect(told).to.include('late');
  });

  it('has a signal that is aborted, whenever it is asked for', async () => {
    const { clock, deadline } = world();
    const before = deadline.signal;
    deadline.startTimeout(1);
    await clock.pass(1);
    expect(before.aborted).to.equal(true);
    const late = world();
    late.deadline.startTimeout(1);
    await late.clock.pass(1);
    expect(late.deadline.signal.aborted).to.equal(true);
  });

  it('ends with the signal of the caller, and a part does not end the whole', () => {
    const { clock } = world();
    const control = new AbortController();
    const deadline = new Deadline(clock).abortOn(control.signal);
    const child = deadline.child();
    control.abort();
    expect(child.endedBy).to.equal('signal');
    const other = new Deadline(clock);
    other.child().abortOn(control.signal);
    expect(other.isOver).to.equal(false);
  });

  it('sets no idle timer where the whole time is over before, and one where it is not', async () => {
    const { clock, deadline } = world();
    deadline.startTimeout(100);
    const child = deadline.child();
    child.startIdleTimeout(100);
    expect(clock.pending).to.equal(1);
    await clock.pass(100);
    expect(child.endedBy).to.equal('timeout');
    const long = world();
    long.deadline.startTimeout(1000);
    const part = long.deadline.child();
    part.startIdleTimeout(100);
    await long.clock.pass(99);
    part.recordActivity();
    await long.clock.pass(99);
    expect(part.isOver).to.equal(false);
    await long.clock.pass(1);
    expect([part.endedBy, long.deadline.endedBy]).to.deep.equal(['idle', undefined]);
  });

  it('leaves no timer when it is disposed of, however often the idle timeout was started', () => {
    const { clock, deadline } = world();
    const child = deadline.child();
    child.startIdleTimeout(100);
    child.startIdleTimeout(100);
    expect(clock.pending).to.equal(1);
    child.dispose();
    deadline.dispose();
    expect(clock.pending).to.equal(0);
  });

  it('waits for local work without counting it as silence, and stops waiting at its end', async () => {
    const { clock, deadline } = world();
    deadline.startTimeout(1000);
    const child = deadline.child();
    child.startIdleTimeout(100);
    const work = child.race(new Promise(() => {}));
    const outcome = work.catch((error: Error) => error.message);
    await clock.pass(500);
    expect(child.isOver).to.equal(false);
    await clock.pass(500);
    expect(await outcome).to.equal('the deadline has ended');
  });
});
