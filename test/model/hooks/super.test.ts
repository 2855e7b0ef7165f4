import { expect } from 'chai';
import { type Attributes, BaseResource, Entity, type SaveOptions, withHooks } from '../../../src/index.js';
import { VirtualConnection } from '../../support/virtual.js';
import { Widget } from '../../support/widgets.js';

let calls: string[] = [];

@Entity()
class Logged extends Widget {
  override beforeSave(): void {
    calls.push('beforeSave');
  }
  override afterSave(): void {
    calls.push('afterSave');
  }
  override beforeDelete(): void {
    calls.push('beforeDelete');
  }
  override beforeRun(): void {
    calls.push('beforeRun');
  }
  override afterRun(): void {
    calls.push('afterRun');
  }
  override beforeRefresh(): void {
    calls.push('beforeRefresh');
  }
  override beforeClone(): void {
    calls.push('beforeClone');
  }
}

const resized: object = { size: 7 };
const stored: object = { name: 'stored' };

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Overriding extends Logged {
  @withHooks override async save(attributes: Attributes<this> = {}, options: SaveOptions = {}): Promise<this> {
    await later();
    return super.save(attributes, options);
  }
  @withHooks override async delete(...args: Parameters<Logged['delete']>): ReturnType<Logged['delete']> {
    await later();
    return super.delete(...args);
  }
  @withHooks override async refresh(...args: Parameters<Logged['refresh']>): Promise<this> {
    await later();
    return super.refresh(...args);
  }
  @withHooks override async clone(attributes: Attributes<this> = {}): Promise<this> {
    await later();
    return super.clone(attributes);
  }
  @withHooks override async run(...args: Parameters<Logged['run']>): ReturnType<Logged['run']> {
    await later();
    return super.run(...args);
  }
}

class Further extends Overriding {
  @withHooks override async save(attributes: Attributes<this> = {}, options: SaveOptions = {}): Promise<this> {
    await later();
    return super.save(attributes, options);
  }
}

for (const asyncContext of [true, false]) {
  describe(`a method with hooks that calls what it overrides, ${asyncContext ? 'with' : 'without'} an async context`, () => {
    let api: VirtualConnection;
    beforeEach(() => {
      calls = [];
      api = new VirtualConnection(
        ({ method, body }) => (method === 'POST' ? { status: 'SUCCESS', completed: true } : { id: 'w1', ...(body as object) }),
        { asyncContext },
      );
    });
    const load = <R extends BaseResource>(Class: abstract new (...args: never[]) => R): R =>
      (api.bind(Class) as unknown as typeof BaseResource).fromDict({ id: 'w1', name: 'a', size: 1 }) as R;

    for (const Class of [Overriding, Further]) {
      it(`is one life cycle, with ${Class === Further ? 'two overrides' : 'one override'}`, async () => {
        const record = load(Class);
        const events: unknown[] = [];
        record.on('save', ({ changes, sent }) => void events.push([changes, sent]));
        for (const event of ['clone', 'delete', 'refresh', 'run'] as const) record.on(event, () => void events.push(event));
        expect(await record.save({ name: 'b' })).to.equal(record);
        expect(events).to.deep.equal([[{ name: { from: 'a', to: 'b' } }, true]]);
        await record.refresh();
        await record.clone();
        await record.run();
        await record.delete();
        expect(calls).to.deep.equal(['beforeSave', 'afterSave', 'beforeRefresh', 'beforeClone', 'beforeRun', 'afterRun', 'beforeDelete']);
        expect(events.slice(1)).to.deep.equal(['refresh', 'clone', 'run', 'delete']);
        expect(record.isDeleted).to.equal(true);
      });
    }

    it('lets two of them follow each other, each with its hooks', async () => {
      const record = load(Overriding);
      await Promise.all([record.save({ name: 'b' }), record.save({ size: 2 })]);
      expect(calls).to.deep.equal(['beforeSave', 'afterSave', 'beforeSave', 'afterSave']);
      expect(record.isModified).to.equal(false);
    });

    it('may call it twice, with what has changed since, and other operations in between', async () => {
      class Twice extends Logged {
        @withHooks override async save(attributes: Attributes<this> = {}, options: SaveOptions = {}): Promise<this> {
          await super.save(attributes, options);
          await this.refresh();
          return super.save(resized as Attributes<this>, options);
        }
      }
      await load(Twice).save({ name: 'b' });
      expect(api.requests.map(({ method, body }) => [method, body])).to.deep.equal([
        ['PATCH', { name: 'b' }],
        ['GET', undefined],
        ['PATCH', { size: 7 }],
      ]);
      expect(calls).to.deep.equal(['beforeSave', 'beforeRefresh', 'afterSave']);
    });

    it('may be called by another name', async () => {
      class Stored extends Logged {
        @withHooks({ operation: 'save' }) async store(): Promise<this> {
          await later();
          return this.save(stored as Attributes<this>);
        }
      }
      await load(Stored).store();
      expect(calls).to.deep.equal(['beforeSave', 'afterSave']);
    });

    it('may be called in its own hook without hooks', async () => {
      class Again extends Logged {
        override async beforeSave(): Promise<void> {
          calls.push('beforeSave');
          if (calls.length === 1) await this.save({}, { hooks: false });
        }
        @withHooks override async save(attributes: Attributes<this> = {}, options: SaveOptions = {}): Promise<this> {
          return super.save(attributes, options);
        }
      }
      const record = load(Again);
      record.name = 'b';
      await record.save();
      expect(calls).to.deep.equal(['beforeSave', 'afterSave']);
      expect(record.isModified).to.equal(false);
    });
  });
}
