import { expect } from 'chai';
import { AbortedError, AfterHookError, RemoteRecordError, TimeoutError, ValidationError, withHooks } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';
import { Widget } from '../../support/widgets.js';

class Hooked extends Widget {
  @withHooks async publish(_options: { signal?: AbortSignal } = {}): Promise<string> {
    return 'published';
  }
}

/** A promise that the test settles. */
function held<T = void>(): { promise: Promise<T>; settle: (value: T) => void; fail: (error: unknown) => void } {
  let settle: (value: T) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  return { promise, settle, fail };
}

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

for (const asyncContext of [true, false]) {
  describe(`the time of an operation, ${asyncContext ? 'with' : 'without'} an async context`, () => {
    let api: VirtualConnection;
    let widget: Hooked;
    let respond: () => unknown;
    const respondWithRecord = (): unknown => ({ id: 'w1', name: 'theirs' });
    before(async () => {
      // The first operations of a process load code and look for class-validator, which takes time that no clock here knows of.
      const first = new (new VirtualConnection(respondWithRecord).bind(Hooked))({ name: 'a' });
      await first.save();
      await first.refresh();
      await first.delete();
    });
    beforeEach(() => {
      respond = respondWithRecord;
      api = new VirtualConnection(() => respond(), { asyncContext });
      widget = api.bind(Hooked).fromDict({ id: 'w1', name: 'a', size: 1 });
    });

    const operations: [string, (options: object) => Promise<unknown>][] = [
      ['save', (options) => widget.save({ name: 'b' }, options)],
      ['refresh', (options) => widget.refresh(options)],
      ['delete', (options) => widget.delete(options)],
    ];
    for (const [name, start] of operations) {
      it(`ends a ${name} that waits for its turn at once when it is aborted or its time is over, and nothing is sent`, async () => {
        const first = held<unknown>();
        respond = () => first.promise;
        const saving = widget.save({ size: 2 });
        await turns();
        const controller = new AbortController();
        const aborted = failure(start({ signal: controller.signal }), AbortedError);
        const late = failure(start({ timeout: 3 }), TimeoutError);
        controller.abort('enough');
        const error = await aborted;
        expect(error).to.have.property('name', 'AbortError');
        expect(error.cause).to.equal('enough');
        expect(error.message).to.contain(`${name} of Hooked(id=w1`);
        expect((await late).message).to.contain('3 seconds');
        respond = respondWithRecord;
        first.settle({ id: 'w1', size: 2 });
        await saving;
        await turns();
        expect(api.requests).to.have.length(1);
        await widget.refresh();
        expect(api.requests).to.have.length(2);
      });

      it(`ends a ${name} whose before hook hangs, which then keeps its turn until the hook is done, and nothing is sent`, async () => {
        const hook = held<unknown>();
        const failures: unknown[] = [];
        widget.on('fail', ({ error }) => void failures.push(error));
        api.before(name, () => hook.promise);
        const ended = await failure(start({ timeout: 1 }), TimeoutError);
        const other = name === 'refresh' ? widget.save({ size: 9 }) : widget.refresh();
        await turns();
        // Without an async context nobody can tell whether it was started in the hook, and so it does not wait.
        expect(api.requests).to.have.length(asyncContext ? 0 : 1);
        hook.settle(undefined);
        await other;
        await turns();
        expect(api.requests).to.have.length(1);
        expect(failures).to.deep.equal([ended]);
      });

      it(`does not begin a ${name} whose signal has been aborted`, async () => {
        let calls = 0;
        api.before(name, () => void calls++);
        await failure(start({ signal: AbortSignal.abort() }), AbortedError);
        expect([calls, api.requests.length]).to.deep.equal([0, 0]);
      });

      it(`gives the request of a ${name} the time that is left`, async () => {
        api.before(name, () => new Promise<void>((resolve) => api.clock.timer(2000, resolve)));
        await start({ timeout: 5 });
        expect(api.requests[0]!.timeout).to.be.closeTo(3, 0.01);
      });
    }

    it('keeps what an aborted save was given as edits', async () => {
      await failure(widget.save({ name: 'b' }, { signal: AbortSignal.abort() }), AbortedError);
      expect(widget.changedFields).to.deep.equal(['name']);
    });

    it('refuses a timeout that is none', async () => {
      await failure(widget.save({ name: 'b' }, { timeout: -1 }), ValidationError);
      expect(api.requests).to.have.length(0);
    });

    it('tells that the save succeeded when only an after hook hangs', async () => {
      const hook = held();
      const saved: unknown[] = [];
      widget.on('save', ({ sent }) => void saved.push(sent));
      api.after('save', () => hook.promise);
      const error = await failure(widget.save({ name: 'b' }, { timeout: 1 }), AfterHookError);
      expect(error.cause).to.be.instanceOf(TimeoutError);
      expect(error.result).to.equal(widget);
      expect(widget.isModified).to.equal(false);
      hook.settle();
      await turns();
      expect(saved).to.deep.equal([true]);
    });

    it('tells what the request failed with when after that a hook hangs', async () => {
      const controller = new AbortController();
      api.after('save', () => held().promise);
      respond = () => {
        controller.abort();
        throw new RemoteRecordError('refused');
      };
      expect((await failure(widget.save({ name: 'b' }, { signal: controller.signal }))).message).to.equal('refused');
    });

    it('lets after hooks that wait for nothing see an abort before the caller does', async () => {
      const controller = new AbortController();
      const seen: string[] = [];
      api.after('save', async () => {
        await Promise.resolve();
        seen.push('hook');
      });
      respond = () => {
        controller.abort();
        throw new AbortedError('aborted');
      };
      await failure(widget.save({ name: 'b' }, { signal: controller.signal })).then(() => seen.push('caller'));
      expect(seen).to.deep.equal(['hook', 'caller']);
    });

    it('reports what a hook throws that nobody waits for any more', async () => {
      const hook = held();
      const reported: unknown[] = [];
      api.on('error', ({ error }) => void reported.push(error));
      api.before('save', () => hook.promise);
      await failure(widget.save({ name: 'b' }, { timeout: 1 }), TimeoutError);
      const thrown = new Error('late');
      hook.fail(thrown);
      await turns();
      expect(reported).to.deep.equal([thrown]);
    });

    it('ends a run, a clone and a method with hooks whose before hook hangs', async () => {
      const signal = (): AbortSignal => {
        const controller = new AbortController();
        setImmediate(() => controller.abort());
        return controller.signal;
      };
      for (const name of ['run', 'clone', 'publish']) api.before(name, () => held().promise);
      const record = (): Hooked => api.bind(Hooked).fromDict({ id: 'w1', name: 'a' });
      await failure(record().run({}, { signal: signal() }), AbortedError);
      await failure(record().run({}, { timeout: 1 }), TimeoutError);
      await failure(record().runAsync({}, { signal: signal() }), AbortedError);
      await failure(record().clone({}, { signal: signal() }), AbortedError);
      await failure(record().publish({ signal: signal() }), AbortedError);
      expect(api.requests).to.have.length(0);
    });
  });
}
