import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { expect } from 'chai';
import { BaseResource } from '../../../src/model/base-resource.js';
import { Entity } from '../../../src/model/fields/entity.js';
import { Field, type FieldOptions } from '../../../src/model/fields/field.js';
import { BelongsTo } from '../../../src/model/relations/decorators.js';
import type { Related } from '../../../src/model/relations/types.js';
import { replaceSaved } from '../../../src/model/state/merge.js';

// Left set: V8 may throw the compiled function away and compile it again.
setFlagsFromString('--allow-natives-syntax');
/** Whether V8 keeps an object in its compact layout rather than as a hash table. */
const isCompact = runInThisContext('(object) => %HasFastProperties(object)') as (object: object) => boolean;

/**
 * Whether deleting the last property of an object undoes its addition, as up to the V8 of Node 20. Later ones make a hash table of every
 * object that a property is deleted from or that gets an accessor in place of a value.
 */
const undoesDeletions = (() => {
  const object: { last?: number } = { last: 1 };
  delete object.last;
  return isCompact(object);
})();

/** What a compiler that defines class fields makes of `name!: string`, and of `name = value`. */
function define(record: object, fields: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(fields)) {
    Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
  }
}

@Entity({ path: 'jobs', update: 'patch' })
class Job extends BaseResource {
  @Field() declare name: string;
  @Field() declare input: Record<string, unknown> | undefined;
  @Field({ type: Date }) declare startedAt: Date | undefined;
  @Field() declare output: Record<string, unknown> | null;
  @Field() declare tags: string[];
  @Field() declare note: string;
}

@Entity()
class DefiningJob extends Job {
  constructor(attributes?: object) {
    super(attributes);
    define(this, { name: undefined, input: undefined, startedAt: undefined, output: undefined, tags: ['initial'], note: 'initial' });
  }
}

@Entity({ path: 'tasks' })
class Task extends BaseResource {
  @Field() declare jobId: string;
  @BelongsTo(() => Job, 'jobId') declare job: Related<Job>;
  @Field() declare input: Record<string, unknown> | undefined;
}

const started = { id: '1', name: 'one', input: { a: 1 }, startedAt: '2024-01-15T10:00:00.000Z', output: null };
const ended = { ...started, output: { rows: [1, 2] }, tags: ['done'], note: 'ended' };

/** More than is decoded at once. */
const large = { rows: Array.from({ length: 20 }, (_, index) => index) };

for (const Class of [Job, DefiningJob]) {
  describe(`the layout of a ${Class.name} in memory`, () => {
    it('is compact when it is loaded', () => {
      const job = Class.fromDict(started);
      expect(isCompact(job)).to.equal(true);
      expect(job.input).to.deep.equal({ a: 1 });
      expect(job.isModified).to.equal(false);
    });

    it('stays compact when scalars become nested values, edits and values in hand included', () => {
      const job = Class.fromDict(started);
      const { input } = job;
      job.note = 'mine';
      replaceSaved(job, ended, true);
      expect(isCompact(job)).to.equal(true);
      expect(job.input).to.equal(input);
      expect(job.changes).to.deep.equal({ note: { from: 'ended', to: 'mine' } });
      expect(Object.keys(job)).to.deep.equal(['id', 'name', 'input', 'startedAt', 'output', 'tags', 'note']);
      expect([job.output, job.tags, job.startedAt?.getTime()]).to.deep.equal([
        { rows: [1, 2] },
        ['done'],
        Date.parse('2024-01-15T10:00:00.000Z'),
      ]);
      job.revert();
      expect(job.toDict()).to.deep.equal(ended);
    });

    it('is compact with large nested values where the engine can keep it so', () => {
      const job = Class.fromDict({ ...started, input: large });
      expect(isCompact(job)).to.equal(undoesDeletions || Class === Job);
      job.note = 'mine';
      replaceSaved(job, { ...ended, input: large, output: large }, true);
      expect(isCompact(job)).to.equal(undoesDeletions);
      expect(job.changes).to.deep.equal({ note: { from: 'ended', to: 'mine' } });
      expect([job.input, job.output, job.tags, job.note]).to.deep.equal([large, large, ['done'], 'mine']);
      job.input!.rows = [];
      expect(large.rows).to.have.length(20);
      job.revert();
      expect(job.toDict()).to.deep.equal({ ...ended, input: large, output: large });
    });

    it('is kept by small nested values before one that becomes large', () => {
      const job = Class.fromDict(started);
      const { input } = job;
      replaceSaved(job, { ...started, output: large }, false);
      expect(isCompact(job)).to.equal(undoesDeletions);
      expect(job.input).to.equal(input);
      expect([job.isModified, job.output]).to.deep.equal([false, large]);
    });

    it('is compact for one that is known by its id alone', () => {
      const job = Class.fromDict({ id: '1' });
      expect(isCompact(job)).to.equal(true);
      replaceSaved(job, ended, true);
      expect(isCompact(job)).to.equal(true);
      expect(job.toDict()).to.deep.equal(ended);
    });
  });
}

describe('the layout of a record with relations in memory', () => {
  it('is that of one without: they are members of its class', () => {
    const task = Task.fromDict({ id: '1', jobId: '1', input: { a: 1 } });
    expect(isCompact(task)).to.equal(true);
    task.job.set(Job.fromDict(started));
    expect([task.job.loaded?.name, isCompact(task), Object.getOwnPropertyNames(task)]).to.deep.equal([
      'one',
      true,
      ['id', 'jobId', 'input'],
    ]);
  });
});

describe('a nested value of a defined class field', () => {
  const isLazy = (record: object, property: string): boolean => Object.getOwnPropertyDescriptor(record, property)?.get !== undefined;

  it('is decoded on first read when it is large, its class or equals are the user’s, or few levels are allowed', () => {
    const values = (length: number): object => ({ items: Array.from({ length: length - 2 }, () => 0) });
    class Sized {}
    const declare = (options?: FieldOptions, depth?: number): ((json: unknown) => object) => {
      class Declared extends BaseResource {
        constructor(attributes?: object) {
          super(attributes);
          define(this, { value: undefined });
        }
      }
      Field(options)(Declared.prototype, 'value');
      const Class = Entity({ path: 'values', ...(depth && { maxDepth: depth }) })(Declared);
      return (value) => Class.fromDict({ id: '1', value });
    };
    expect([16, 17].map((length) => isLazy(declare()(values(length)), 'value'))).to.deep.equal([false, true]);
    expect(isLazy(declare({ type: Sized })({ a: 1 }), 'value')).to.equal(true);
    expect(isLazy(declare({ equals: () => true })({ a: 1 }), 'value')).to.equal(true);
    expect([15, 16].map((depth) => isLazy(declare({}, depth)({ a: 1 }), 'value'))).to.deep.equal([true, false]);
  });
});

describe('a record whose properties the user has laid hands on', () => {
  it('keeps its fields and edits when it cannot be extended', () => {
    const job = Job.fromDict(started);
    Object.preventExtensions(job);
    job.note = 'mine';
    replaceSaved(job, ended, true);
    expect([job.output, job.tags, job.name, job.note]).to.deep.equal([{ rows: [1, 2] }, ['done'], 'one', 'mine']);
  });

  it('keeps accessors of the user’s own, and what is not enumerable', () => {
    const job = Job.fromDict(started);
    const written: unknown[] = [];
    Object.defineProperty(job, 'note', {
      get: () => 'a note',
      set: (value) => written.push(value),
      enumerable: true,
      configurable: true,
    });
    Object.defineProperty(job, 'name', { enumerable: false });
    replaceSaved(job, ended, false);
    expect([job.note, written, job.output]).to.deep.equal(['a note', ['ended'], { rows: [1, 2] }]);
    expect(Object.keys(job)).to.not.include('name');
  });
});

describe('the layout of a DefiningJob in memory', () => {
  it('keeps what initialisers gave to fields that the platform did not send', () => {
    const job = DefiningJob.fromDict(started);
    expect([job.tags, job.note]).to.deep.equal([['initial'], 'initial']);
    expect(job.isModified).to.equal(false);
    job.tags.push('more');
    expect(job.changes).to.deep.equal({ tags: { from: ['initial'], to: ['initial', 'more'] } });
    replaceSaved(job, ended, false);
    expect([job.tags, job.note]).to.deep.equal([['done'], 'ended']);
  });
});
