import { expect } from 'chai';
import { Durable } from '../../src/durable/index.js';
import { noteStarted } from '../../src/durable/note-started.js';
import { mayHaveStarted } from '../../src/durable/starting.js';
import type { DurableStore, StartedRun, StoredRun } from '../../src/durable/store.js';
import {
  AfterHookError,
  BaseResource,
  Connection,
  Entity,
  Field,
  GetResourceMixin,
  type ResourceError,
  RunnableResourceMixin,
  WaitableResourceMixin,
  type WorkState,
} from '../../src/index.js';
import { failure } from '../support/failure.js';

@Entity({ path: 'tasks' })
class Task extends RunnableResourceMixin(GetResourceMixin(BaseResource)) {}

/** A record that is itself work. */
@Entity({ path: 'jobs' })
class Job extends WaitableResourceMixin(GetResourceMixin(BaseResource)) {
  @Field() name!: string;
  @Field({ readOnly: true }) status!: string;
  override workState(): WorkState {
    return { status: this.status };
  }
}

const handler = 'report';
const idempotencyKey = 'mine';

type Step = 'lost' | 'unreachable' | number;

describe('a durable start under an idempotency key', () => {
  let durable: Durable;
  let connection: Connection;
  let script: Step[];
  /** The keys of the starts that were sent. */
  let keys: (string | null)[];
  beforeEach(async () => {
    keys = [];
    durable = await Durable.open({ dataDir: ':memory:', onError: () => undefined });
    durable.on(handler, () => undefined);
    connection = new Connection({
      baseUrl: 'https://platform.test',
      maxRetries: 1,
      retry: { baseDelay: 0.001, statuses: [408, 429, 502, 503, 504] },
      fetch: async (_url, { method, headers }) => {
        if (method !== 'POST') return Response.json({ id: '1', status: 'running' });
        keys.push(new Headers(headers as HeadersInit).get('idempotency-key'));
        const step = script.shift()!;
        if (typeof step === 'number') return Response.json(step < 300 ? { status: 'SUCCESS', completed: true } : {}, { status: step });
        throw Object.assign(new TypeError('fetch failed'), {
          cause: Object.assign(new Error(step), { code: step === 'lost' ? 'ECONNRESET' : 'ECONNREFUSED' }),
        });
      },
    });
  });
  afterEach(async () => {
    await durable.close();
    await connection.close();
  });

  const run = (options: Record<string, unknown> = {}) =>
    durable.run(new (connection.bind(Task))({ id: '1' }), { n: 1 }, { handler, key: 'k', idempotencyKey, options });
  const states = async () => (await durable.list()).map(({ state }) => state);

  for (const last of [400, 404, 408, 409, 422, 429, 503] as const) {
    it(`is noted when its first try may have arrived and the last one got ${last}`, async () => {
      script = ['lost', last];
      expect((await run()).isNew).to.equal(true);
      expect(await states()).to.deep.equal(['starting']);
      expect(keys).to.deep.equal(['mine', 'mine']);
      expect((await run()).isNew).to.equal(false);
    });

    it(`${last >= 500 || last === 408 ? 'is noted' : 'is forgotten'} when every try got ${last}`, async () => {
      script = [last, last];
      const outcome = await run().catch((error: ResourceError) => error.status);
      if (last >= 500 || last === 408) expect(await states()).to.deep.equal(['starting']);
      else expect([outcome, await states()]).to.deep.equal([last, []]);
    });
  }

  it('is noted, and throws, when it was aborted after a try that may have arrived', async () => {
    for (const [step, expected] of [
      ['lost', ['starting']],
      ['unreachable', []],
    ] as const) {
      script = [step];
      const control = new AbortController();
      const forget = connection.on('retry', () => control.abort());
      const key = `aborted ${step}`;
      const target = new (connection.bind(Task))({ id: '1' });
      const error = await failure(durable.run(target, {}, { handler, key, idempotencyKey, options: { signal: control.signal } }));
      forget();
      expect(error).to.have.property('name', 'AbortError');
      expect((await durable.list()).filter((each) => each.key === key).map(({ state }) => state)).to.deep.equal(expected);
    }
  });

  it('is noted when runRetries has repeated it, and the repetition was refused', async () => {
    script = ['lost', 'lost', 400];
    await run({ runRetries: 1, runRetryWait: 0 });
    expect([await states(), keys.length]).to.deep.equal([['starting'], 3]);
  });

  it('is sent again without the signal of the process that is gone', async () => {
    script = ['lost', 409, 200];
    const control = new AbortController();
    await run({ signal: control.signal, timeout: 60 });
    await durable.start({ connections: [connection], classes: [Task] });
    await durable.idle();
    expect(await states()).to.deep.equal(['ended']);
    expect(keys).to.deep.equal(['mine', 'mine', 'mine']);
  });

  it('of a new record is noted as unknown, and its error is thrown', async () => {
    script = ['lost', 409];
    const job = new (connection.bind(Job))({ name: 'a' });
    const error = await failure<ResourceError>(durable.run(job, {}, { handler, key: 'k', idempotencyKey, options: { idempotencyKey } }));
    expect(error.status).to.equal(409);
    expect(await states()).to.deep.equal(['starting']);
    await durable.start({ connections: [connection], classes: [Job] });
    await durable.idle();
    const [failed] = await durable.failed();
    expect(failed!.error).to.contain('Nobody knows whether it was started');
  });
});

describe('what a failed start says', () => {
  it('of one that an after hook has failed: it was started', () => {
    expect(mayHaveStarted(new AfterHookError('no', { result: 5 }), false)).to.equal(true);
  });

  const started: StartedRun = { className: 'Task', token: 'token', remoteId: null, result: null, delayMs: 0 };
  const late = (run: Partial<StoredRun> | null): Promise<Error | null> => {
    const store = { started: async () => false, find: async () => run } as unknown as DurableStore;
    return noteStarted(store, 'r1', started, (work) => work()).then(
      () => null,
      (error: Error) => error,
    );
  };

  it('is nothing when another process follows what was started under the same key', async () => {
    expect(await late({ state: 'running', token: 'token', error: null })).to.equal(null);
    expect(await late({ state: 'ended', token: 'token', error: null })).to.equal(null);
    expect(await late({ state: 'ended', token: null, error: null })).to.equal(null);
  });

  it('is that it was started, when its response comes after the handler was told that nobody knows', async () => {
    const error = await late({ state: 'ended', token: null, error: 'Nobody knows' });
    expect(error).to.include({ outcome: 'unknown' });
    expect(error!.message).to.contain('Task.resume("token")').and.contain("adopt('r1'");
  });

  it('is the same when the run was removed', async () => {
    const error = await late(null);
    expect(error).to.include({ outcome: 'unknown' });
    expect(error!.message).to.contain('removed').and.contain('follow()');
  });
});
