import { expect } from 'chai';
import nock from 'nock';
import {
  AfterSave,
  BaseResource,
  BeforeSave,
  DeleteResourceMixin,
  Entity,
  Field,
  HookRecursionError,
  withHooks,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { held, turn } from '../../support/turns.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

let during: Record<string, (record: Note) => unknown> = {};

@Entity({ path: 'notes', update: 'patch' })
class Note extends DeleteResourceMixin(BaseResource) {
  @Field() text!: string;
  @Field() count!: number;

  @BeforeSave() baseFirst(): unknown {
    return during.baseFirst?.(this);
  }
  @AfterSave() baseAfter(): unknown {
    return during.baseAfter?.(this);
  }
  override afterSave(): unknown {
    return during.afterSave?.(this);
  }
}

describe('operations started in hooks', () => {
  withoutNetwork();
  const api = connect();
  const Notes = api.bind(Note);
  const load = (): Note => Notes.fromDict({ id: 'n1', text: 'old', count: 1 });
  beforeEach(() => {
    during = {};
  });
  after(() => api.close());

  for (const hook of ['baseFirst', 'afterSave']) {
    it(`cannot be saves of the same record in ${hook}, unless they run without hooks`, async () => {
      nock(origin).patch('/notes/n1').reply(200, {}).persist();
      let inner: unknown;
      during[hook] = async (note: Note) => {
        inner = await failure(note.save({ count: 5 }));
      };
      await load().save({ text: 'x' });
      expect(inner).to.be.instanceOf(HookRecursionError);
      during[hook] = async (note: Note) => {
        await note.save({ count: 6 }, { hooks: false });
      };
      const note = load();
      await note.save({ text: 'x' });
      nock.cleanAll();
      expect(note.count).to.equal(6);
    });
  }

  it('may be of another kind on the same record', async () => {
    nock(origin).patch('/notes/n1').reply(200, {});
    nock(origin).get('/notes/n1').reply(200, { id: 'n1', text: 'server', count: 7 });
    during.afterSave = async (note) => {
      await note.refresh();
    };
    const note = load();
    await note.save({ text: 'x' });
    expect(note.count).to.equal(7);
  });

  it('are told from those of another task, which wait', async () => {
    nock(origin).patch('/notes/n1', { text: 'x' }).reply(200, {});
    nock(origin).patch('/notes/n1', { count: 3 }).reply(200, {});
    const note = load();
    const { promise, release } = held();
    during.baseAfter = () => promise;
    const first = note.save({ text: 'x' });
    await turn();
    const second = note.save({ count: 3 });
    await turn();
    expect(nock.pendingMocks(), 'requests to come').to.have.length(1);
    during = {};
    release();
    await Promise.all([first, second]);
    expect(note.isModified).to.equal(false);
  });

  it('may be saves in a method with hooks, and follow each other', async () => {
    @Entity({ path: 'pages', update: 'patch' })
    class PageRecord extends BaseResource {
      @Field() text!: string;
      @withHooks async publish(): Promise<unknown> {
        return Promise.all([this.save(), this.save()]);
      }
    }
    nock(origin).post('/pages').delay(10).reply(201, { id: 'p1' });
    const record = new (api.bind(PageRecord))({ text: 'a' });
    await Promise.all([record.save(), record.publish()]);
    expect(record.id).to.equal('p1');
  });

  it('follow each other when two are started together', async () => {
    nock(origin).patch('/notes/n1').reply(200, {});
    nock(origin).get('/notes/n1').delay(10).reply(200, { id: 'n1', text: 'server' });
    nock(origin).delete('/notes/n1').reply(200, {});
    during.baseAfter = (note) => Promise.all([note.refresh(), note.delete()]).then(() => undefined);
    const note = load();
    await note.save({ text: 'x' });
    expect(note.isDeleted).to.equal(true);
  });

  it('are refused where two records would wait for each other for ever', async () => {
    nock(origin).patch(/notes/).times(4).reply(200, {});
    const [one, two] = [Notes.fromDict({ id: 'n1', text: 'a' }), Notes.fromDict({ id: 'n2', text: 'b' })];
    one.beforeSave = async () => void (await two.save());
    two.beforeSave = async () => void (await one.save());
    const outcomes = await Promise.allSettled([one.save({ text: 'x' }), two.save({ text: 'y' })]);
    nock.cleanAll();
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(errors.length).to.be.greaterThan(0);
    for (const error of errors) expect(error).to.be.instanceOf(HookRecursionError);
  });

  it('assign nothing when they are refused', async () => {
    nock(origin).patch('/notes/n1').reply(200, {});
    let refused: unknown;
    during.baseAfter = async (note) => {
      refused = await failure(note.save({ count: 5 }));
    };
    const note = load();
    await note.save({ text: 'x' });
    expect(refused).to.be.instanceOf(HookRecursionError);
    expect([note.count, note.isModified]).to.deep.equal([1, false]);
  });

  it('do not keep alive those that started them, once these have ended', async () => {
    nock(origin).get('/notes/n1').times(20).reply(200, { id: 'n1' });
    const { OperationScope } = await import('../../../src/model/hooks/operation-scope.js');
    const note = load();
    const depths: number[] = [];
    await new Promise<void>((resolve) => {
      const next = (left: number): void => {
        let depth = 0;
        for (let frame = new OperationScope(note, 'x', api.environment.asyncContext).outer; frame; frame = frame.outer) depth++;
        depths.push(depth);
        if (left === 0) {
          resolve();
          return;
        }
        Object.assign(note, { afterRefresh: () => void setImmediate(next, left - 1) });
        void note.refresh();
      };
      next(20);
    });
    expect(depths).to.have.length(21);
    expect(Math.max(...depths)).to.be.lessThan(2);
  });

  it('do not get stuck without a connection', async () => {
    const note = Note.fromDict({ id: 'n1', text: 'a' });
    const [saved, cloned] = await Promise.allSettled([note.save({ text: 'b' }), note.clone()]);
    expect([saved.status, cloned.status]).to.deep.equal(['rejected', 'fulfilled']);
    expect((await failure(note.save())).message).to.contain('connection.bind(Note)');
  });
});
