import { expect } from 'chai';
import nock from 'nock';
import {
  AfterHookError,
  AfterSave,
  APIError,
  BaseResource,
  BeforeClone,
  BeforeDelete,
  BeforeRefresh,
  BeforeRun,
  BeforeSave,
  ConfigurationError,
  DeleteResourceMixin,
  Entity,
  Field,
  type HookContext,
  NotFoundError,
  RunnableResourceMixin,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

let calls: string[] = [];
let during: Record<string, (record: Note, context?: HookContext) => unknown> = {};
const call = (name: string, record: Note, context?: HookContext): unknown => {
  calls.push(name);
  return during[name]?.(record, context);
};

@Entity({ path: 'notes', update: 'patch' })
class Note extends RunnableResourceMixin(DeleteResourceMixin(BaseResource)) {
  @Field() text!: string;
  @Field() count!: number;

  @BeforeSave() baseFirst(context: HookContext): unknown {
    return call('baseFirst', this, context);
  }
  @BeforeSave() async baseSecond(context: HookContext): Promise<unknown> {
    await Promise.resolve();
    return call('baseSecond', this, context);
  }
  @AfterSave() baseAfter(context: HookContext): unknown {
    return call('baseAfter', this, context);
  }
  override beforeSave(...args: unknown[]): unknown {
    calls.push(`beforeSave(${args.length})`);
    return during.beforeSave?.(this);
  }
  override afterSave(result: unknown, ..._args: unknown[]): unknown {
    calls.push(`afterSave(${result instanceof Error ? result.name : result === this ? 'this' : String(result)})`);
    return during.afterSave?.(this);
  }
  @BeforeDelete() onDelete(): unknown {
    return call('onDelete', this);
  }
  @BeforeClone() onClone(): unknown {
    return call('onClone', this);
  }
  @BeforeRefresh() onRefresh(): unknown {
    return call('onRefresh', this);
  }
  @BeforeRun() onRun(): unknown {
    return call('onRun', this);
  }
}

class LoudNote extends Note {
  override baseSecond(context: HookContext): Promise<unknown> {
    calls.push('overridden');
    return super.baseSecond(context);
  }
  @BeforeSave() own(context: HookContext): unknown {
    return call('own', this, context);
  }
  @AfterSave() ownAfter(context: HookContext): unknown {
    return call('ownAfter', this, context);
  }
}

describe('hooks', () => {
  withoutNetwork();
  const api = connect();
  const Notes = api.bind(Note);
  const load = (): Note => Notes.fromDict({ id: 'n1', text: 'old', count: 1 });
  beforeEach(() => {
    calls = [];
    during = {};
  });
  after(() => api.close());

  it('are replaced in their place by an override of the same name', async () => {
    await api.bind(LoudNote).fromDict({ id: 'n1', text: 'old' }).save();
    expect(calls).to.deep.equal([
      'baseFirst',
      'overridden',
      'baseSecond',
      'own',
      'beforeSave(0)',
      'afterSave(this)',
      'ownAfter',
      'baseAfter',
    ]);
  });

  it('are given the arguments of the call where they are overridden methods', async () => {
    nock(origin).patch('/notes/n1').reply(200, {});
    await load().save({ text: 'b' });
    expect(calls).to.include('beforeSave(2)');
  });

  it('may change the record before it is sent', async () => {
    nock(origin).patch('/notes/n1', { text: 'OLD', count: 2 }).reply(200, {});
    during.baseFirst = (note) => {
      note.text = note.text.toUpperCase();
    };
    const note = load();
    note.count = 2;
    await note.save();
    expect(note.isModified).to.equal(false);
  });

  it('see the changes, the original and what was sent', async () => {
    nock(origin).patch('/notes/n1').reply(200, {});
    const seen: unknown[] = [];
    during.baseFirst = (_note, context) => {
      context!.state.set('from', 'before');
      seen.push({ ...context!.changes }, context!.original.text, context!.payload, context!.sent);
    };
    during.baseAfter = (note, context) => {
      seen.push(
        { ...context!.changes },
        context!.payload,
        context!.sent,
        context!.state.get('from'),
        context!.result === note,
        note.isModified,
        context!.connection === api,
      );
    };
    await load().save({ text: 'new' });
    const changes = { text: { from: 'old', to: 'new' } };
    expect(seen).to.deep.equal([changes, 'old', undefined, false, changes, { text: 'new' }, true, 'before', true, false, true]);
  });

  it('run when nothing has changed, too, with nothing sent', async () => {
    let sent: unknown;
    during.baseAfter = (_note, context) => {
      sent = [context!.sent, context!.changes];
    };
    await load().save();
    expect(sent).to.deep.equal([false, {}]);
  });

  it('end the operation with a value of their own, and after hooks are skipped', async () => {
    const vetoes: unknown[] = [];
    during.baseSecond = () => 'not now';
    const note = load();
    note.on('veto', ({ operation, value }) => vetoes.push([operation, value]));
    note.text = 'edited';
    expect(await note.save()).to.equal('not now');
    expect(calls).to.deep.equal(['baseFirst', 'baseSecond']);
    expect(vetoes).to.deep.equal([['save', 'not now']]);
    expect(note.isModified).to.equal(true);
  });

  it('do not end it by returning nothing, null or the record', async () => {
    nock(origin).patch('/notes/n1').reply(200, {});
    during = { baseFirst: (note) => note, baseSecond: () => null };
    await load().save({ text: 'x' });
    expect(calls).to.include('afterSave(this)');
  });

  it('that throw before end it with their own error', async () => {
    const mine = new RangeError('bad name');
    during.baseFirst = () => {
      throw mine;
    };
    const note = load();
    const fails: unknown[] = [];
    note.on('fail', ({ error }) => fails.push(error));
    expect(await failure(note.save({ text: 'x' }))).to.equal(mine);
    expect(calls).to.deep.equal(['baseFirst']);
    expect(fails).to.deep.equal([mine]);
    expect(note.changes).to.deep.equal({ text: { from: 'old', to: 'x' } });
  });

  it('after a failure are given the error once, and what they return is ignored', async () => {
    nock(origin).patch('/notes/n1').reply(404, { message: 'gone' });
    let seen: unknown;
    during = {
      afterSave: () => 'ignored',
      baseAfter: (_note, context) => {
        seen = context!.error;
      },
    };
    const error = await failure<APIError>(load().save({ text: 'x' }));
    expect(error).to.be.instanceOf(NotFoundError).with.property('status', 404);
    expect(seen).to.equal(error);
    expect(calls.filter((name) => name.startsWith('afterSave'))).to.deep.equal(['afterSave(NotFoundError)']);
  });

  it('after a success may replace the result', async () => {
    nock(origin).patch('/notes/n1').reply(200, {});
    during = { afterSave: () => 'replaced' };
    expect(await load().save({ text: 'x' })).to.equal('replaced');
  });

  it('after a success that throw tell "saved, but" from "not saved", and the others still run', async () => {
    nock(origin).patch('/notes/n1').reply(200, {});
    const mine = new TypeError('in the hook');
    during = {
      afterSave: () => {
        throw mine;
      },
    };
    const note = load();
    const error = await failure<AfterHookError>(note.save({ text: 'x' }));
    expect(error).to.be.instanceOf(AfterHookError);
    expect(error.cause).to.equal(mine);
    expect(error.result).to.equal(note);
    expect(note.isModified).to.equal(false);
    expect(calls).to.include('baseAfter');
  });

  it('after a failure that throw do not hide it', async () => {
    nock(origin).patch('/notes/n1').reply(404, {});
    during = {
      afterSave: () => {
        throw new TypeError('in the hook');
      },
    };
    const reported: unknown[] = [];
    const off = api.on('error', ({ error }) => reported.push(error));
    expect(await failure(load().save({ text: 'x' }))).to.be.instanceOf(NotFoundError);
    off();
    expect(reported.map(String)).to.deep.equal(['TypeError: in the hook']);
  });

  it('leave edits of after hooks as new edits', async () => {
    nock(origin).patch('/notes/n1').reply(200, {});
    during.baseAfter = (note) => {
      note.count = 99;
    };
    const note = load();
    await note.save({ text: 'x' });
    expect(note.changedFields).to.deep.equal(['count']);
  });

  it('run for delete, clone, refresh and run as well', async () => {
    nock(origin).get('/notes/n1').reply(200, { id: 'n1' });
    nock(origin).post('/notes/n1/run').reply(200, { status: 'SUCCESS', completed: true });
    nock(origin).delete('/notes/n1').reply(200, {});
    const note = load();
    await note.clone();
    await note.refresh();
    await note.run();
    await note.delete();
    expect(calls).to.deep.equal(['onClone', 'onRefresh', 'onRun', 'onDelete']);
  });

  it('of a refresh see what it was about', async () => {
    nock(origin).get('/notes/n1').reply(200, { id: 'n1', text: 'theirs' });
    const note = load();
    note.text = 'mine';
    let seen: unknown;
    const off = api.after('refresh', ({ changes, original }) => {
      seen = [changes, original.text];
    });
    await note.refresh();
    off();
    expect(seen).to.deep.equal([{ text: { from: 'old', to: 'mine' } }, 'old']);
  });

  it('must be instance methods', () => {
    expect(() => {
      class Wrong extends BaseResource {
        @BeforeSave() static nope(): void {}
      }
      return Wrong;
    }).to.throw(ConfigurationError, /static/);
  });
});
