import { expect } from 'chai';
import fc from 'fast-check';
import { runs } from '../support/runs.js';
import { World } from './support/world.js';

/** What happens, and how many milliseconds later the next thing does. */
type Action = { afterMs: number } & (
  | { kind: 'run'; key: number; handler: 'plain' | 'written'; isSafe: boolean; ms: number; fails: boolean; faults: number }
  | { kind: 'die'; process: number; steps: number }
  | { kind: 'stall'; process: number; steps: number; ms: number }
  | { kind: 'begin' }
  | { kind: 'clock'; ms: number }
);

const afterMs = fc.nat(3000);
const process = fc.nat(3);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      afterMs,
      key: fc.nat(8),
      handler: fc.constantFrom('plain' as const, 'written' as const),
      isSafe: fc.boolean(),
      ms: fc.nat(8000),
      fails: fc.nat(4).map((n) => n === 0),
      faults: fc.nat(5).map((n) => Math.max(0, n - 3)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('die' as const), afterMs, process, steps: fc.nat(12) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin' as const), afterMs }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('stall' as const),
      afterMs,
      process,
      steps: fc.nat(30),
      ms: fc.integer({ min: 500, max: 9000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('clock' as const), afterMs, ms: fc.integer({ min: -7_200_000, max: 7_200_000 }) }),
  },
);

/** Does what the actions say, then has processes that live do the rest. */
async function play(world: World, actions: readonly Action[]): Promise<Map<string, { isSafe: boolean; handler: string }>> {
  const wanted = new Map<string, { isSafe: boolean; handler: string }>();
  world.begin();
  for (const act of actions) {
    const alive = world.processes.filter(({ fragile }) => !fragile.isDead);
    const one = alive[('process' in act ? act.process : 0) % Math.max(1, alive.length)];
    if (act.kind === 'begin') world.begin();
    else if (act.kind === 'clock') world.clock.offset += act.ms;
    else if (act.kind === 'die') one?.fragile.dieIn(act.steps);
    else if (act.kind === 'stall') one?.fragile.stallIn(act.steps, act.ms);
    else {
      const key = `k${act.key}`;
      const given = wanted.get(key) ?? { isSafe: act.isSafe, handler: act.handler };
      if (one && !wanted.has(key)) world.faults.set(key, act.faults);
      if (one) wanted.set(key, given);
      void one?.run(given.handler as 'plain', { key, ms: act.ms, fails: act.fails }, given.isSafe);
    }
    await world.clock.until(() => false, act.afterMs);
  }
  for (const { fragile } of world.processes) {
    fragile.dieIn(Number.POSITIVE_INFINITY);
    fragile.stallIn(Number.POSITIVE_INFINITY, 0);
  }
  world.begin();
  // Whoever stands still goes on after at most nine seconds.
  await world.clock.until(() => false, 10_000);
  const isDone = await world.clock.until(async () => (await world.store.pending()) === 0, 40_000_000);
  expect(isDone, 'all runs have ended').to.equal(true);
  // Those who were taken for dead come too late.
  await world.clock.until(() => false, 10_000);
  return wanted;
}

const times = (list: readonly unknown[], value: unknown): number => list.filter((one) => one === value).length;

/** What holds whatever happens. */
async function check(world: World, wanted: ReadonlyMap<string, { isSafe: boolean; handler: string }>): Promise<void> {
  const effects = (await world.sql('select key from effects')).map(({ key }) => key);
  const rows = await world.store.list({ limit: 1000 });
  const started = [...world.works.values()].map(({ key }) => key);
  for (const [key, { handler }] of wanted) {
    const run = rows.find((each) => each.key === key);
    const { ended, failed, unknown } = world.calls;
    const handled = times(ended, key) + times(failed, key);
    const told = handled + times(unknown, key);
    expect(times(started, key), `${key} is started at most once`).to.be.at.most(1);
    if (times(started, key) > 0) expect(run, `${key} was noted before it was started`).not.to.equal(undefined);
    if (!run) continue;
    expect(run.state, `${key}: ${run.error}`).to.equal('ended');
    expect(told, `${key} is told at least once`).to.be.at.least(1);
    if (handler === 'written') expect(times(effects, key), `${key} is written exactly once`).to.equal(1);
    if (times(unknown, key) === 0) expect(handled, `${key} was started, so that its end was handled`).to.be.at.least(1);
  }
  expect(rows.length).to.be.at.most(wanted.size);
}

describe('durable runs, whatever happens between any two steps', function () {
  this.timeout(600_000);

  it('are started at most once, handled at least once, and written once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), fc.array(action, { minLength: 5, maxLength: 30, size: 'max' }), async (seed, actions) => {
        const world = await World.make(seed);
        try {
          await check(world, await play(world, actions));
        } finally {
          await world.close();
        }
      }),
      { numRuns: runs(80) },
    );
  });
});
