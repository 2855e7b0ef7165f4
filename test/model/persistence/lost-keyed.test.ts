import { expect } from 'chai';
import nock from 'nock';
import { APIError, BaseResource, Entity, Field, type ResourceError, RunnableResourceMixin } from '../../../src/index.js';
import { mayHaveHadEffect } from '../../../src/model/support/possible-effect.js';
import { failure } from '../../support/failure.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

@Entity({ path: 'safes', update: 'patch', idempotency: true })
class Safe extends RunnableResourceMixin(BaseResource) {
  @Field() name!: string;
}

describe('a request under a key of its own whose response is lost', () => {
  withoutNetwork();
  const api = connect();
  const Safes = api.bind(Safe);
  after(() => api.close());

  /** Has a path respond with these statuses, and collects the keys. */
  function responds(path: string, ...responses: readonly [number, object][]): string[] {
    const keys: string[] = [];
    for (const [status, body] of responses) {
      nock(origin)
        .post(path)
        .reply(function () {
          keys.push(String(this.req.headers['idempotency-key']));
          return [status, body];
        });
    }
    return keys;
  }

  it('is sent again by the next save under the same key, so that the record is there once', async () => {
    const keys = responds('/safes', [504, {}], [201, { id: 's1' }]);
    const safe = new Safes({ name: 'a' });
    expect((await failure<APIError>(safe.save())).outcome).to.equal('unknown');
    await safe.save();
    expect(keys[0]).to.equal(keys[1]);
  });

  it('is not followed by a save of other values', async () => {
    responds('/safes', [504, {}]);
    const safe = new Safes({ name: 'a' });
    const error = await failure(safe.save());
    expect(await failure(safe.save({ name: 'b' }))).to.equal(error);
  });

  it('leaves the outcome of a run unknown, since nobody can repeat it under the key', async () => {
    responds('/safes/1/run', [504, {}]);
    const error = await failure<ResourceError>(Safes.fromDict({ id: '1' }).run());
    expect(error).to.include({ outcome: 'unknown', retryable: false });
  });

  it('is repeated by runRetries under the key; a refusal of the repetition says nothing of the first', async () => {
    const keys = responds('/safes/1/run', [504, {}], [409, {}]);
    const error = await failure<APIError>(Safes.fromDict({ id: '1' }).run({}, { runRetries: 2, runRetryWait: 0 }));
    expect(error).to.be.instanceOf(APIError).and.include({ status: 409, outcome: 'unknown' });
    expect(new Set(keys).size).to.equal(1);
  });

  it('is no secret where the caller has the key', async () => {
    const keys = responds('/safes/1/run', [504, {}], [400, {}]);
    const run = Safes.fromDict({ id: '1' }).run({}, { runRetries: 2, runRetryWait: 0, idempotencyKey: 'mine' });
    const error = await failure<APIError>(run);
    expect(error).to.include({ status: 400, outcome: undefined });
    expect(mayHaveHadEffect(error)).to.equal(true);
    expect(keys).to.deep.equal(['mine', 'mine']);
  });

  it('is still in doubt when the pause before the repetition is aborted', async () => {
    const control = new AbortController();
    responds('/safes/1/run', [504, {}]);
    const safe = Safes.fromDict({ id: '1' });
    const run = safe.run({}, { runRetries: 1, runRetryWait: 1000, signal: control.signal, timeout: 5000 });
    const error = failure<ResourceError>(run);
    while (nock.pendingMocks().length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    setTimeout(() => control.abort(), 20);
    expect(await error).to.include({ name: 'AbortError', outcome: 'unknown' });
  });
});
