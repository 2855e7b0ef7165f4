import { expect } from 'chai';
import { AbortedError, type ManyOptions, type ManyOutcome, runMany, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';

/** Work that ends when the test says so. */
function desk() {
  const under = new Map<number, (value: string | Error) => void>();
  const log: string[] = [];
  return {
    log,
    end: (index: number, value: string | Error = `done ${index}`): void => under.get(index)!(value),
    work: (input: unknown, index: number, signal: AbortSignal): Promise<string> => {
      log.push(`begin ${index}`);
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => {
          log.push(`abort ${index}`);
          reject(signal.reason);
        });
        under.set(index, (value) => (value instanceof Error ? reject(value) : resolve(`${input} ${value}`)));
      });
    },
  };
}

const settle = (): Promise<void> => new Promise(setImmediate);
const told = ({ index, ...rest }: ManyOutcome<unknown, string>): string =>
  `${index} ${rest.status === 'fulfilled' ? rest.value : (rest.reason as Error).message}`;

describe('doing something with many inputs', () => {
  it('yields them as they end', async () => {
    const { work, end, log } = desk();
    const walk = runMany(['a', 'b', 'c'], work);
    const first = walk.next();
    // The first of all walks loads what carries them out.
    while (!log.includes('begin 2')) await settle();
    end(2);
    expect(told((await first).value as never)).to.equal('2 c done 2');
    end(0);
    end(1, new Error('no'));
    expect(told((await walk.next()).value as never)).to.equal('0 a done 0');
    expect(told((await walk.next()).value as never)).to.equal('1 no');
    expect((await walk.next()).done).to.equal(true);
  });

  it('yields them in the order of the inputs when asked to', async () => {
    const { work, end } = desk();
    const walk = runMany(['a', 'b', 'c'], work, { order: 'input' });
    const seen: string[] = [];
    const walked = (async () => {
      for await (const outcome of walk) seen.push(told(outcome));
    })();
    await settle();
    end(2);
    end(1);
    await settle();
    expect(seen).to.deep.equal([]);
    end(0);
    await walked;
    expect(seen).to.deep.equal(['0 a done 0', '1 b done 1', '2 c done 2']);
  });

  it('takes no more inputs than there is room for, those that nobody took yet included', async () => {
    for (const order of ['finish', 'input'] as const) {
      const { work, end, log } = desk();
      let taken = 0;
      const endless = function* (): Generator<number> {
        for (;;) yield taken++;
      };
      const walk = runMany(endless(), work, { concurrency: 3, order });
      const first = walk.next();
      await settle();
      end(0);
      await first;
      end(1);
      end(2);
      await settle();
      expect(taken).to.equal(4);
      const second = walk.next();
      await settle();
      expect(taken).to.equal(5);
      await second;
      await walk.return();
      expect(log.filter((line) => line.startsWith('begin'))).to.have.length(5);
    }
  });

  it('ends what is under way when the loop is left', async () => {
    const { work, end, log } = desk();
    let released = false;
    const inputs = (function* () {
      try {
        for (let at = 0; ; at++) yield at;
      } finally {
        released = true;
      }
    })();
    const walk = runMany(inputs, work, { concurrency: 3 });
    const first = walk.next();
    await settle();
    end(1);
    await first;
    await walk.return();
    expect(log.slice(3)).to.include.members(['abort 0', 'abort 2']);
    expect(released).to.equal(true);
  });

  it('ends what is under way when the signal fires, and tells of each', async () => {
    const { work } = desk();
    const control = new AbortController();
    const seen: string[] = [];
    const walked = (async () => {
      for await (const outcome of runMany(['a', 'b', 'c'], work, { concurrency: 2, signal: control.signal })) seen.push(told(outcome));
    })();
    await settle();
    control.abort(new Error('mine'));
    const error = await failure<Error>(walked);
    expect(error).to.be.instanceOf(AbortedError);
    expect(error.message).to.contain('from index 2 on');
    expect((error.cause as Error).message).to.equal('mine');
    expect(seen).to.deep.equal(['0 mine', '1 mine']);
  });

  it('ends without an error when the signal fires after the last input was taken', async () => {
    const { work } = desk();
    const control = new AbortController();
    const seen: string[] = [];
    const walked = (async () => {
      for await (const outcome of runMany(['a', 'b'], work, { concurrency: 2, signal: control.signal })) seen.push(told(outcome));
    })();
    await settle();
    control.abort(new Error('mine'));
    await walked;
    expect(seen).to.deep.equal(['0 mine', '1 mine']);
  });

  it('tells what was started, whatever became of it', async () => {
    const runs: unknown[] = [];
    const work = async (input: string, _index: number, _signal: AbortSignal, started: (run: string) => void): Promise<string> => {
      if (input === 'never') throw new Error('not started');
      started(`run of ${input}`);
      if (input === 'lost') throw new Error('lost');
      return input;
    };
    for await (const { run, status } of runMany(['one', 'lost', 'never'], work, { order: 'input' })) runs.push([run, status]);
    expect(runs).to.deep.equal([
      ['run of one', 'fulfilled'],
      ['run of lost', 'rejected'],
      [undefined, 'rejected'],
    ]);
  });

  it('needs something that can be iterated', () => {
    for (const inputs of [null, undefined, 3, {}]) {
      expect(() => runMany(inputs as never, async () => 1)).to.throw(ValidationError, /inputs must be an array/);
    }
  });

  it('ends when the signal fires while it waits for an input', async () => {
    const control = new AbortController();
    const never = (async function* (): AsyncGenerator<number> {
      await new Promise(() => undefined);
    })();
    const next = runMany(never, async () => 1, { signal: control.signal }).next();
    await settle();
    control.abort();
    for (const walk of [next, runMany([1, 2], async () => 1, { signal: control.signal }).next()])
      expect(await failure(walk)).to.be.instanceOf(AbortedError);
  });

  it('waits for inputs that are slow, and yields in the meantime', async () => {
    const { work, end } = desk();
    let more: (() => void) | undefined;
    const inputs = (async function* () {
      yield 'a';
      await new Promise<void>((resolve) => {
        more = resolve;
      });
      yield 'b';
    })();
    const walk = runMany(inputs, work);
    const first = walk.next();
    await settle();
    end(0);
    expect(told((await first).value as never)).to.equal('0 a done 0');
    const second = walk.next();
    await settle();
    more!();
    await settle();
    end(1);
    expect(told((await second).value as never)).to.equal('1 b done 1');
    expect((await walk.next()).done).to.equal(true);
  });

  it('can be left while an input is being made', async () => {
    let asked = 0;
    const inputs = (async function* () {
      asked++;
      yield 1;
      asked++;
      await new Promise(() => undefined);
    })();
    const walk = runMany(inputs, async () => 1);
    expect((await walk.next()).value).to.include({ status: 'fulfilled', value: 1 });
    await settle();
    expect(asked).to.equal(2);
    expect(await walk.return()).to.deep.equal({ done: true, value: undefined });
    expect(await walk.next()).to.deep.equal({ done: true, value: undefined });
  });

  it('ends with the error of an input that cannot be had, after the others', async () => {
    const inputs = (function* () {
      yield 'a';
      throw new RangeError('no more');
    })();
    const seen: string[] = [];
    const walked = (async () => {
      for await (const outcome of runMany(inputs, async (input) => input)) seen.push(told(outcome as never));
    })();
    expect(await failure(walked)).to.be.instanceOf(RangeError);
    expect(seen).to.deep.equal(['0 a']);
  });

  it('takes none as an answer', async () => {
    expect((await runMany([], async () => 1).next()).done).to.equal(true);
  });

  for (const options of [{ concurrency: 0 }, { concurrency: 1.5 }, { order: 'random' }] as ManyOptions[]) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => runMany([1], async () => 1, options)).to.throw(ValidationError);
    });
  }
});
