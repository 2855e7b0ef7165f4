import { expect } from 'chai';
import nock from 'nock';
import { AbortedError, BaseResource, Entity, ResourceError, type Run, RunnableResourceMixin } from '../../src/index.js';
import { LocalPlatform } from '../../src/local/index.js';
import { failure } from '../support/failure.js';
import { connect, origin, withoutNetwork } from '../support/widgets.js';

@Entity({ path: 'jobs' })
class Job extends RunnableResourceMixin(BaseResource) {}

describe('await using', () => {
  withoutNetwork();

  it('closes a connection', async () => {
    const kept: ReturnType<typeof connect>[] = [];
    {
      await using connection = connect();
      kept.push(connection);
    }
    expect((await failure(kept[0]?.send({ method: 'GET', path: 'x' }) ?? Promise.resolve(), ResourceError)).message).to.contain(
      'is closed',
    );
  });

  it('ends the waits for a run, which goes on and can be waited for again', async () => {
    const jobs = connect().bind(Job);
    nock(origin)
      .post('/jobs/j1/run')
      .reply(200, { status: 'IN_PROGRESS', completed: false, data: `${origin}/polls/1` });
    nock(origin).get('/polls/1').once().reply(200, { status: 'IN_PROGRESS', completed: false });
    const job = jobs.fromDict({ id: 'j1' });
    const waits: Promise<unknown>[] = [];
    const run = await job.runAsync();
    {
      await using started = run;
      const polled = new Promise<void>((resolve) => job.once('poll', () => resolve()));
      waits.push(failure(started.wait(), AbortedError), failure(started.wait({ timeout: 100 }), AbortedError));
      await polled;
    }
    await Promise.all(waits);
    nock(origin).get('/polls/1').reply(200, { status: 'SUCCESS', completed: true, data: 'done' });
    expect((await run.wait()).completed).to.equal(true);
  });

  it('ends the waits for a run that have just begun, the first of all included', async () => {
    const jobs = connect().bind(Job);
    const job = jobs.fromDict({ id: 'j1' });
    for (const wait of [
      (run: Run) => run.wait(),
      async (run: Run) => {
        for await (const _ of run.polls());
      },
    ]) {
      nock(origin)
        .post('/jobs/j1/run')
        .reply(200, { status: 'IN_PROGRESS', completed: false, data: `${origin}/polls/1` });
      nock(origin).get('/polls/1').optionally().reply(200, { status: 'IN_PROGRESS', completed: false });
      const run = await job.runAsync();
      const waits: Promise<unknown>[] = [];
      {
        await using started = run;
        waits.push(failure(wait(started), AbortedError));
      }
      await Promise.all(waits);
    }
  });

  it('closes a local platform', async () => {
    let fetch: typeof globalThis.fetch;
    let url: string;
    {
      await using platform = await LocalPlatform.start({ port: false });
      ({ fetch, url } = platform);
      expect((await fetch(`${url}/health`)).status).to.equal(200);
    }
    const after = await fetch(`${url}/health`).then(
      ({ status }) => status,
      () => 'closed',
    );
    expect(after).not.to.equal(200);
  });
});
