import { expect } from 'chai';
import { BaseResource, DeleteResourceMixin, Entity, Field, HookRecursionError, RunnableResourceMixin } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { held, turn } from '../../support/turns.js';
import { type Answer, VirtualConnection } from '../../support/virtual.js';

@Entity({ path: 'notes', update: 'patch' })
class Note extends RunnableResourceMixin(DeleteResourceMixin(BaseResource)) {
  @Field() text!: string;
  @Field() count!: number;
}

const succeeded = { id: 'n1', status: 'SUCCESS', completed: true };

/** A connection as a browser has it, where nothing can tell in which hook a call was made. */
function connect(answer: Answer = () => succeeded) {
  const api = new VirtualConnection(answer, { asyncContext: false });
  const Notes = api.bind(Note);
  return { api, load: (id = 'n1'): Note => Notes.fromDict({ id, text: 'old', count: 1 }) };
}

/** An action that is only taken the first time, so that recursion that is not refused fails a test rather than going on for ever. */
function once<T>(action: () => T): () => T | undefined {
  let taken = false;
  return () => {
    if (taken) return undefined;
    taken = true;
    return action();
  };
}

describe('hooks where there is no async context', () => {
  it('are tested on a connection that has none', () => {
    expect(connect().api.environment.asyncContext).to.equal(undefined);
  });

  describe('around an operation of the same kind on the same record', () => {
    for (const operation of ['save', 'clone', 'delete', 'refresh', 'run'] as const) {
      for (const phase of ['before', 'after'] as const) {
        if (operation === 'delete' && phase === 'after') continue; // what has been deleted is refused before any hook
        it(`refuse a ${operation}() started in a hook ${phase} it, and only that one`, async () => {
          const { api, load } = connect();
          const note = load();
          const errors: Error[] = [];
          api[phase](
            operation,
            once(async () => void errors.push(await failure(note[operation]()))),
          );
          await note[operation]();
          expect(errors).to.have.length(1);
          expect(errors[0]).to.be.instanceOf(HookRecursionError);
          expect(errors[0]?.message).to.contain(`${operation} of Note`).and.to.contain('{ hooks: false }');
          expect(api.requests).to.have.length(operation === 'save' || operation === 'clone' ? 0 : 1);
        });
      }
    }

    it('refuse it in the method and after a wait inside the hook', async () => {
      const { load } = connect();
      const note = load();
      let error: unknown;
      note.beforeSave = once(async () => {
        await turn();
        error = await failure(note.save({ count: 5 }));
      });
      await note.save({ text: 'new' });
      expect(error).to.be.instanceOf(HookRecursionError);
      expect(note.count, 'what a refused save was given').to.equal(1);
    });

    it('let the error through when the hook does', async () => {
      const { api, load } = connect();
      const note = load();
      note.beforeSave = once(() => note.save());
      expect(await failure(note.save({ text: 'new' }))).to.be.instanceOf(HookRecursionError);
      expect(api.requests).to.deep.equal([]);
    });

    it('refuse it still when an operation of another kind has begun and ended meanwhile', async () => {
      const { load } = connect();
      const note = load();
      let error: unknown;
      note.beforeSave = once(async () => {
        await note.clone();
        error = await failure(note.save({ count: 5 }));
      });
      await note.save({ text: 'new' });
      expect(error).to.be.instanceOf(HookRecursionError);
    });

    for (const phase of ['before', 'after'] as const) {
      it(`run it ${phase} a save with { hooks: false }, at once and without hooks`, async () => {
        const { api, load } = connect();
        const note = load();
        let calls = 0;
        api[phase]('save', async () => {
          calls++;
          await note.save({ count: 7 }, { hooks: false });
        });
        await note.save({ text: 'new' });
        expect(calls).to.equal(1);
        const bodies = phase === 'before' ? [{ text: 'new', count: 7 }] : [{ text: 'new' }, { count: 7 }];
        expect(api.requests.map(({ body }) => body)).to.deep.equal(bodies);
        expect(note.isModified).to.equal(false);
      });
    }
  });

  describe('around another operation on the same record', () => {
    it('run a refresh, a clone and a run before a save', async () => {
      const { api, load } = connect(({ method }) => (method === 'GET' ? { id: 'n1', text: 'theirs', count: 2 } : succeeded));
      const note = load();
      let copy: Note | undefined;
      note.beforeSave = async () => {
        await note.refresh();
        copy = await note.clone();
        await note.run();
        note.text = 'mine';
      };
      await note.save();
      expect(api.log).to.deep.equal(['GET notes/n1', 'POST notes/n1/run', 'PATCH notes/n1']);
      expect(copy).to.include({ text: 'theirs', count: 2 });
      expect(api.requests.at(-1)?.body).to.deep.equal({ text: 'mine' });
    });

    it('run a refresh and a delete after a save', async () => {
      const { api, load } = connect();
      const note = load();
      note.afterSave = async () => {
        await note.refresh();
        await note.delete();
      };
      await note.save({ text: 'new' });
      expect(api.log).to.deep.equal(['PATCH notes/n1', 'GET notes/n1', 'DELETE notes/n1']);
      expect(note.isDeleted).to.equal(true);
    });

    it('refuse the outer operation in the hooks of the inner one', async () => {
      const { api, load } = connect();
      const note = load();
      let error: unknown;
      note.beforeSave = once(() => note.refresh());
      const beforeRefresh = async (): Promise<void> => {
        error = await failure(note.save());
      };
      await Object.assign(note, { beforeRefresh }).save({ text: 'new' });
      expect(error).to.be.instanceOf(HookRecursionError);
      expect(api.log[0]).to.equal('GET notes/n1');
    });
  });

  describe('when several tasks use one record', () => {
    it('run for one save after the other, when both are started together', async () => {
      const seen: string[] = [];
      const { api, load } = connect(({ body }) => {
        seen.push(`request ${JSON.stringify(body)}`);
        return turn().then(() => ({}));
      });
      api.before('save', ({ args }) => void seen.push(`before ${JSON.stringify(args[0])}`));
      api.after('save', ({ args }) => void seen.push(`after ${JSON.stringify(args[0])}`));
      const note = load();
      await Promise.all([note.save({ text: 'new' }), note.save({ count: 2 })]);
      const first = { text: 'new', count: 2 };
      expect(seen).to.deep.equal([
        'before {"text":"new"}',
        `request ${JSON.stringify(first)}`,
        'after {"text":"new"}',
        'before {"count":2}',
        'after {"count":2}',
      ]);
    });

    it('keep a save waiting that is started while the request of another is under way', async () => {
      const request = held();
      const { api, load } = connect(() => request.promise.then(() => ({})));
      const note = load();
      const first = note.save({ text: 'new' });
      await turn();
      expect(api.requests).to.have.length(1);
      const second = note.save({ count: 2 });
      await turn();
      expect(api.requests).to.have.length(1);
      request.release();
      await Promise.all([first, second]);
      expect(api.requests.map(({ body }) => body)).to.deep.equal([{ text: 'new' }, { count: 2 }]);
    });

    it('refuse a save of another task while they run, which cannot be told from one of their own', async () => {
      const { api, load } = connect();
      const note = load();
      const hook = held();
      note.beforeSave = () => hook.promise;
      const first = note.save({ text: 'new' });
      await turn();
      expect(await failure(note.save({ count: 2 }))).to.be.instanceOf(HookRecursionError);
      hook.release();
      await first;
      await note.save({ count: 2 });
      expect(api.requests.map(({ body }) => body)).to.deep.equal([{ text: 'new' }, { count: 2 }]);
    });

    it('do not keep another operation of another task waiting while they run', async () => {
      const { api, load } = connect(({ method }) => (method === 'GET' ? { id: 'n1', text: 'theirs' } : {}));
      const note = load();
      const hook = held();
      note.afterSave = () => hook.promise;
      const saving = note.save({ text: 'new' });
      await turn();
      await note.refresh();
      expect(api.log).to.deep.equal(['PATCH notes/n1', 'GET notes/n1']);
      hook.release();
      await saving;
    });
  });

  describe('when they have ended', () => {
    const ends: Record<string, (note: Note) => void> = {
      'with a veto': (note) => {
        note.beforeSave = () => 'not now';
      },
      'with an error before': (note) => {
        note.beforeSave = () => {
          throw new RangeError('before');
        };
      },
      'with an error after': (note) => {
        note.afterSave = () => {
          throw new RangeError('after');
        };
      },
    };
    for (const [how, end] of Object.entries(ends)) {
      it(`${how}, refuse nothing any more`, async () => {
        const { api, load } = connect();
        const note = load();
        end(note);
        const [outcome] = await Promise.allSettled([note.save({ text: 'new' })]);
        if (how === 'with a veto') expect(outcome).to.deep.equal({ status: 'fulfilled', value: 'not now' });
        else expect(outcome.status).to.equal('rejected');
        Object.assign(note, { beforeSave: () => undefined, afterSave: () => undefined });
        await note.save({ count: 2 });
        expect(api.requests.at(-1)?.body).to.have.property('count', 2);
      });
    }

    it('let what an after hook has put off run as an operation of its own', async () => {
      const { api, load } = connect();
      const note = load();
      const later: Promise<unknown>[] = [];
      note.afterSave = () => {
        if (later.length === 0) setImmediate(() => later.push(note.save({ count: 2 })));
      };
      await note.save({ text: 'new' });
      await turn();
      await turn();
      expect(later).to.have.length(1);
      await Promise.all(later);
      expect(api.requests.map(({ body }) => body)).to.deep.equal([{ text: 'new' }, { count: 2 }]);
    });

    it('let a listener of the operation start the same one, with hooks', async () => {
      const { api, load } = connect();
      const note = load();
      const calls: string[] = [];
      note.beforeSave = () => void calls.push('before');
      const second = new Promise((resolve) => {
        note.once('save', () => resolve(note.save({ count: 2 })));
      });
      await note.save({ text: 'new' });
      await second;
      expect(calls).to.deep.equal(['before', 'before']);
      expect(api.requests.map(({ body }) => body)).to.deep.equal([{ text: 'new' }, { count: 2 }]);
    });

    it('let a record be run again while its first run goes on', async () => {
      const { api, load } = connect(({ method }) => (method === 'POST' ? { status: 'IN_PROGRESS', data: 'runs/9' } : succeeded));
      const note = load();
      const after: unknown[] = [];
      let calls = 0;
      note.afterRun = async () => {
        if (++calls <= 2) after.push(await failure(note.run()));
      };
      const first = await note.runAsync();
      const second = await note.runAsync();
      await first.wait();
      await second.wait();
      expect(api.log).to.deep.equal(['POST notes/n1/run', 'POST notes/n1/run', 'GET runs/9', 'GET runs/9']);
      expect(after).to.have.length(2);
      for (const error of after) expect(error).to.be.instanceOf(HookRecursionError);
    });
  });

  describe('of several records', () => {
    it('run the same operation on another record', async () => {
      const { api, load } = connect(() => ({}));
      const [one, two] = [load('n1'), load('n2')];
      one.beforeSave = async () => void (await two.save({ text: 'two' }));
      one.afterSave = async () => void (await two.save({ text: 'again' }));
      await one.save({ text: 'one' });
      expect(api.log).to.deep.equal(['PATCH notes/n2', 'PATCH notes/n1', 'PATCH notes/n2']);
    });

    it('refuse two records that save each other', async () => {
      const { api, load } = connect(() => ({}));
      const [one, two] = [load('n1'), load('n2')];
      let calls = 0;
      one.beforeSave = async () => {
        if (++calls > 9) throw new Error('for ever');
        await two.save();
      };
      two.beforeSave = async () => void (await one.save());
      const error = await failure(one.save({ text: 'one' }));
      expect(error).to.be.instanceOf(HookRecursionError);
      expect(error.message).to.contain('n1');
      const outcomes = await Promise.allSettled([one.save(), two.save()]);
      expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
      expect(api.requests).to.deep.equal([]);
      Object.assign(two, { beforeSave: () => undefined });
      await one.save({ text: 'one' });
      expect(api.log).to.deep.equal(['PATCH notes/n1']);
    });

    it('let a record use the one whose hook has started it, in another way', async () => {
      const { api, load } = connect(({ path }) => ({ id: path.split('/')[1], text: 'theirs' }));
      const [one, two] = [load('n1'), load('n2')];
      one.beforeSave = async () => void (await two.save({ text: 'two' }));
      two.beforeSave = async () => void (await one.refresh());
      one.text = 'one';
      await one.save();
      expect(api.log.slice(0, 2)).to.deep.equal(['GET notes/n1', 'PATCH notes/n2']);
      expect(one.text).to.equal('theirs');
    });

    it('run at the same time, each for its own record', async () => {
      const { api, load } = connect(() => ({}));
      const hooks = new Map(['n1', 'n2'].map((id) => [id, held()]));
      const started: string[] = [];
      api.before('save', async ({ resource }) => {
        started.push(String(resource.id));
        await hooks.get(String(resource.id))!.promise;
      });
      const [one, two] = [load('n1'), load('n2')];
      const saving = [one.save({ text: 'one' }), two.save({ text: 'two' })];
      await turn();
      expect(started).to.deep.equal(['n1', 'n2']);
      hooks.get('n2')!.release();
      await saving[1];
      expect(api.log).to.deep.equal(['PATCH notes/n2']);
      hooks.get('n1')!.release();
      await saving[0];
      expect(api.log).to.deep.equal(['PATCH notes/n2', 'PATCH notes/n1']);
    });
  });
});
