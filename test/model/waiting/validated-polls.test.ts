import { expect } from 'chai';
import { z } from 'zod';
import { BaseResource, Entity, Field, SearchResourceMixin, ValidationError, WaitableResourceMixin, waitAll } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';

@Entity({
  path: 'works',
  search: { method: 'GET', path: '' },
  validate: 'load',
  schema: z.object({ status: z.enum(['running', 'completed']) }).loose(),
})
class Work extends WaitableResourceMixin(SearchResourceMixin(BaseResource)) {
  static override waitIdsParam = 'workIds';
  @Field() status!: string;
  @Field() title!: string;
}

describe('a poll of a class that is validated when it is loaded', () => {
  // The clock of these tests does not wait for files to be read.
  before(async () => {
    await import('class-validator');
    await new VirtualConnection(() => ({ id: 'w0', status: 'running' })).bind(Work).fromDict({ id: 'w0', status: 'running' }).refresh();
  });

  it('ends the wait when what it finds is not valid, and leaves the record as it was', async () => {
    const statuses = ['running', 'lost', 'completed'];
    const api = new VirtualConnection(() => ({ id: 'w1', title: 'new', status: statuses.shift() }));
    const work = api.bind(Work).fromDict({ id: 'w1', title: 'old', status: 'running' });
    const seen: string[] = [];
    work.on('poll', () => seen.push('poll'));
    work.on('fail', ({ operation, error }) => seen.push(`fail ${operation} ${(error as Error).name}`));
    const error = await failure(work.wait(), ValidationError);
    expect(error.message).to.contain('poll of Work(id=w1)').and.contain('status');
    expect([work.status, work.title, seen]).to.deep.equal(['running', 'new', ['poll', 'fail wait ValidationError']]);
    expect((await work.wait()).status).to.equal('completed');
  });

  it('does not end it when the record was refreshed meanwhile', async () => {
    const statuses = ['lost', 'running', 'completed'];
    const refreshed: string[] = [];
    const api = new VirtualConnection(async () => {
      const status = statuses.shift();
      if (status === 'lost') refreshed.push((await work.refresh()).status);
      return { id: 'w1', status };
    });
    const work = api.bind(Work).fromDict({ id: 'w1', status: 'running' });
    expect((await work.wait()).status).to.equal('completed');
    expect(refreshed).to.deep.equal(['running']);
  });

  it('does so in a batch for its own record only', async () => {
    const api = new VirtualConnection(({ query }) => ({
      results: (query as { workIds: string[] }).workIds.map((id) => ({ id, status: id === 'w2' ? 'lost' : 'completed' })),
    }));
    const works = ['w1', 'w2', 'w3'].map((id) => api.bind(Work).fromDict({ id, status: 'running' }));
    const outcomes = await waitAll(works);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    expect((outcomes[1] as { reason: Error }).reason).to.be.instanceOf(ValidationError);
    expect(works.map(({ status }) => status)).to.deep.equal(['completed', 'running', 'completed']);
    expect(api.log).to.deep.equal(['GET works']);
  });
});
