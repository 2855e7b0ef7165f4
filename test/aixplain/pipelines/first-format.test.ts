import { expect } from 'chai';
import nock from 'nock';
import { ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { accepts, pipeline, polls, quick, runPath, url } from '../support/pipeline-runs.js';
import { backend, connect } from '../support/platform.js';

describe('the first response format', () => {
  withoutNetwork();
  const first = { responseVersion: 'v1', ...quick } as const;

  it('gives the last response as it came, and the time', async () => {
    accepts();
    polls({ status: 'SUCCESS', completed: true, data: [1], note: 'n' });
    const { elapsed_time, ...rest } = await pipeline().run('x', first);
    expect(rest).to.deep.equal({ status: 'SUCCESS', completed: true, data: [1], note: 'n' });
    expect(elapsed_time).to.be.a('number');
  });

  it('tells of a failure instead of throwing', async () => {
    accepts();
    polls({ status: 'FAILED', completed: true, error: 'bad node' });
    expect(await pipeline().run('x', first)).to.include({ status: 'FAILED', completed: true, error: 'bad node' });
  });

  it('tells of a refusal instead of throwing', async () => {
    nock(backend).post(runPath).reply(401, { message: 'who are you' });
    const refused = await pipeline().run('x', { ...first, name: 'nightly', params: { callback: 'c' } });
    expect(refused).to.include({ status: 'failed', elapsed_time: null, callback: 'c' });
    expect(refused.error).to.match(/^Error in request for nightly: .*who are you/s);
  });

  it('gives the last response when the time is over', async () => {
    accepts();
    polls({ status: 'IN_PROGRESS', completed: false });
    const last = await pipeline().run('x', { ...first, timeout: 0 });
    expect(last).to.include({ status: 'IN_PROGRESS', completed: false });
    expect(last.error).to.contain('timed out');
  });

  it('still throws what the caller did wrong', async () => {
    expect(await failure(new (connect().Pipeline)({ name: 'p' }).run('x', first))).to.be.instanceOf(ValidationError);
  });

  it('is there for starting and polling, too', async () => {
    accepts();
    expect(await pipeline().runAsync('x', first)).to.include({ status: 'IN_PROGRESS', url });
    polls({ status: 'FAILED', completed: true, error: 'e', more: 1 });
    expect(await pipeline().poll(url, { responseVersion: 'v1' })).to.include({ status: 'FAILED', error: 'e', more: 1 });
  });
});
