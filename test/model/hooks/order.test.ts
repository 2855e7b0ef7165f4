import { expect } from 'chai';
import {
  After,
  AfterHookError,
  BaseResource,
  Before,
  DeleteResourceMixin,
  Entity,
  Field,
  NotFoundError,
  RunnableResourceMixin,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';

const operations = ['save', 'clone', 'delete', 'refresh', 'run'] as const;

/** Everything that happened, in order. */
let log: string[] = [];
/** What hooks do, by the line they write into the log. */
let during: Record<string, () => unknown> = {};
const hook = (line: string): unknown => {
  log.push(line);
  return during[line]?.();
};

/** A hook before any operation. */
const beforeAny = (target: object, method: string): void => {
  for (const operation of operations) Before(operation)(target, method);
};
/** A hook after any operation. */
const afterAny = (target: object, method: string): void => {
  for (const operation of operations) After(operation)(target, method);
};

@Entity({ path: 'notes', update: 'patch' })
class Note extends RunnableResourceMixin(DeleteResourceMixin(BaseResource)) {
  @Field() text!: string;

  @beforeAny baseBefore1(): unknown {
    return hook('before: base 1');
  }
  @beforeAny baseBefore2(): unknown {
    return hook('before: base 2');
  }
  @afterAny baseAfter1(): unknown {
    return hook('after: base 1');
  }
  @afterAny baseAfter2(): unknown {
    return hook('after: base 2');
  }
  override beforeSave(..._args: unknown[]): unknown {
    return hook('before: method of the base');
  }
  override afterSave(..._args: unknown[]): unknown {
    return hook('after: method of the base');
  }
}

class LoudNote extends Note {
  @beforeAny ownBefore1(): unknown {
    return hook('before: subclass 1');
  }
  @beforeAny async ownBefore2(): Promise<unknown> {
    await Promise.resolve();
    return hook('before: subclass 2');
  }
  @afterAny ownAfter1(): unknown {
    return hook('after: subclass 1');
  }
  @afterAny async ownAfter2(): Promise<unknown> {
    await Promise.resolve();
    return hook('after: subclass 2');
  }
  override beforeSave(...args: unknown[]): unknown {
    return super.beforeSave(...args) ?? hook('before: method');
  }
  override afterSave(...args: unknown[]): unknown {
    return hook('after: method') ?? super.afterSave(...args);
  }
}

const before = [
  'before: connection 1',
  'before: connection 2',
  'before: connection 3',
  'before: base 1',
  'before: base 2',
  'before: subclass 1',
  'before: subclass 2',
  'before: method of the base',
  'before: method',
];

const after = [
  'after: method',
  'after: method of the base',
  'after: subclass 2',
  'after: subclass 1',
  'after: base 2',
  'after: base 1',
  'after: connection 3',
  'after: connection 2',
  'after: connection 1',
];

/** A loaded record whose connection has three hooks for each phase; the platform gives what `answer` returns. */
function load(answer: () => unknown = () => ({ id: 'n1' })): LoudNote {
  const api = new VirtualConnection(() => {
    log.push('request');
    return answer();
  });
  for (const operation of operations) {
    for (const number of [1, 2, 3]) {
      api.before(operation, () => hook(`before: connection ${number}`));
      api.after(operation, async () => hook(`after: connection ${number}`));
    }
    api.on(operation, () => log.push(`event: ${operation}`));
  }
  api.on('fail', () => log.push('event: fail'));
  api.on('veto', () => log.push('event: veto'));
  return api.bind(LoudNote).fromDict({ id: 'n1', text: 'old' });
}

describe('the order of hooks', () => {
  beforeEach(() => {
    log = [];
    during = {};
  });

  it('is connection, base class, subclass, method, and after a success exactly the opposite', async () => {
    await load().save({ text: 'new' });
    expect(log).to.deep.equal([...before, 'request', ...after, 'event: save']);
    expect(after.map((line) => line.slice('after: '.length)).toReversed()).to.deep.equal(
      before.map((line) => line.slice('before: '.length)),
    );
  });

  it('is the same when nothing is sent', async () => {
    await load().save();
    expect(log).to.deep.equal([...before, ...after, 'event: save']);
  });

  it('is the same for a failure, of which the event tells last', async () => {
    const note = load(() => {
      throw new NotFoundError('gone', { status: 404 });
    });
    expect(await failure(note.save({ text: 'new' }))).to.be.instanceOf(NotFoundError);
    expect(log).to.deep.equal([...before, 'request', ...after, 'event: fail']);
  });

  for (const operation of ['clone', 'delete', 'refresh', 'run'] as const) {
    const name = operation.charAt(0).toUpperCase() + operation.slice(1);
    const saves = /method of the base/;
    const ownBefore = before.filter((line) => !saves.test(line));
    const ownAfter = after.filter((line) => !saves.test(line));
    const loadForAny = (answer?: () => unknown): LoudNote =>
      Object.assign(load(answer), { [`before${name}`]: () => hook('before: method'), [`after${name}`]: () => hook('after: method') });

    it(`is the same around ${operation}()`, async () => {
      await loadForAny(() => ({ id: 'n1', status: 'SUCCESS', completed: true }))[operation]();
      const request = operation === 'clone' ? [] : ['request'];
      expect(log).to.deep.equal([...ownBefore, ...request, ...ownAfter, `event: ${operation}`]);
    });

    if (operation === 'clone') continue;
    it(`is the same around a ${operation}() that fails`, async () => {
      const note = loadForAny(() => {
        throw new NotFoundError('gone', { status: 404 });
      });
      expect(await failure(note[operation]())).to.be.instanceOf(NotFoundError);
      expect(log).to.deep.equal([...ownBefore, 'request', ...ownAfter, 'event: fail']);
    });
  }

  for (const [index, line] of before.entries()) {
    it(`ends with a veto of "${line}": nothing is sent, and no after hook runs`, async () => {
      during[line] = () => 'not now';
      expect(await load().save({ text: 'new' })).to.equal('not now');
      expect(log).to.deep.equal([...before.slice(0, index + 1), 'event: veto']);
    });

    it(`ends with an error of "${line}": nothing is sent, and no after hook runs`, async () => {
      const mine = new RangeError('mine');
      during[line] = () => {
        throw mine;
      };
      expect(await failure(load().save({ text: 'new' }))).to.equal(mine);
      expect(log).to.deep.equal([...before.slice(0, index + 1), 'event: fail']);
    });
  }

  for (const line of after.filter((each) => each !== 'after: method')) {
    it(`goes on after an error of "${line}"`, async () => {
      const mine = new RangeError('mine');
      during[line] = () => {
        throw mine;
      };
      const error = await failure<AfterHookError>(load().save({ text: 'new' }));
      expect(error).to.be.instanceOf(AfterHookError).with.property('cause', mine);
      expect(log).to.deep.equal([...before, 'request', ...after, 'event: save', 'event: fail']);
    });
  }

  it('is the order of the errors when several after hooks throw', async () => {
    const failing = ['after: connection 1', 'after: subclass 1', 'after: base 2', 'after: connection 3'];
    for (const line of failing) {
      during[line] = () => {
        throw new RangeError(line);
      };
    }
    const error = await failure<AfterHookError>(load().save({ text: 'new' }));
    const { errors } = error.cause as AggregateError;
    expect(errors.map(({ message }: Error) => message)).to.deep.equal([
      'after: subclass 1',
      'after: base 2',
      'after: connection 3',
      'after: connection 1',
    ]);
    expect(log).to.deep.equal([...before, 'request', ...after, 'event: save', 'event: fail']);
  });

  it('is that in which results are replaced: the last after hook to run has the last word', async () => {
    during['after: subclass 1'] = () => 'of the subclass';
    during['after: connection 2'] = () => 'of the connection';
    expect(await load().save({ text: 'new' })).to.equal('of the connection');
    expect(log).to.deep.equal([...before, 'request', ...after, 'event: save']);
  });

  it('leaves out a hook that was taken off, and keeps the others in place', async () => {
    const api = new VirtualConnection(() => ({}));
    const off = [1, 2, 3].map((number) => [
      api.before('save', () => void log.push(`before ${number}`)),
      api.after('save', () => void log.push(`after ${number}`)),
    ]);
    for (const each of off[1]!) each();
    for (const each of off[1]!) each();
    await api.bind(Note).fromDict({ id: 'n1' }).save();
    expect(log.filter((line) => !line.includes(':'))).to.deep.equal(['before 1', 'before 3', 'after 3', 'after 1']);
  });
});
