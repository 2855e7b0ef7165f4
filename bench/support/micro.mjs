import { Bench } from 'tinybench';
import { interleave } from './rounds.mjs';

/**
 * Measures functions that take microseconds to some milliseconds, with tinybench, in interleaved rounds.
 *
 * @param functions By contender.
 * @param unit The name of the figure, which is in microseconds.
 * @param per What one call does that many times.
 * @param time Milliseconds of each contender in each round.
 */
export function measureFunctions(functions, { rounds, unit = 'µs', per = 1, time = 60 }) {
  const measure = (work, name) => {
    const bench = new Bench({ time, iterations: 3, warmup: false });
    bench.add(name, work);
    const [task] = bench.runSync();
    const { result } = task;
    if (result.error) throw result.error;
    return { [unit]: (result.latency.p50 * 1000) / per };
  };
  return interleave(functions, measure, { rounds });
}
