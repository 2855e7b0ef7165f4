import { expect } from 'chai';
import { type OperationTimeoutError, ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { begun, Job, jobWith, running, succeeded, url } from '../../support/jobs.js';
import { serviceUrl } from '../../support/virtual.js';

describe('the token of a run', () => {
  const tokenOf = async (address: string): Promise<() => string> => {
    const { job } = jobWith([{ status: 'IN_PROGRESS', data: address }]);
    const run = await job.runAsync();
    return () => run.token();
  };

  it('has the path and a harmless query', async () => {
    expect(JSON.parse((await tokenOf(`${url}?page=2`))())).to.deep.equal({ v: 1, class: 'Job', path: '/runs/9?page=2', deadline: null });
  });

  for (const query of ['sig=S', 'X-Amz-Signature=S', 'access_token=S', 'apiKey=S', 'X-Amz-Credential=S', 'password=S']) {
    it(`is not made of an address with ${query}, neither by hand nor for an error`, async () => {
      expect(await tokenOf(`${url}?${query}`)).to.throw(ResourceError, /secret/);
      const { job } = jobWith([{ status: 'IN_PROGRESS', data: `${url}?${query}` }, running]);
      const error = await failure<OperationTimeoutError>(job.run({}, { timeout: 0 }));
      expect(error.token).to.equal(undefined);
      expect(error.message).not.to.contain('token');
    });
  }

  it('is not made of an address with a user or on another host', async () => {
    expect(await tokenOf('https://me:secret@platform.test/runs/9')).to.throw(ResourceError, /secret/);
    expect(await tokenOf('https://elsewhere.test/runs/9')).to.throw(ResourceError, /elsewhere/);
  });

  for (const timeout of [172_800, Number.NaN, -1]) {
    it(`refuses a timeout of ${timeout}`, async () => {
      const { job } = jobWith([begun]);
      const run = await job.runAsync();
      expect(() => run.token({ timeout })).to.throw(ValidationError, /seconds/);
    });
  }

  it('carries a deadline that holds elsewhere, unless a wait says otherwise', async () => {
    const { api, job } = jobWith([begun, running]);
    const token = (await job.runAsync()).token({ timeout: 60 });
    expect(JSON.parse(token).deadline).to.equal(api.clock.date() + 60_000);
    const resumed = api.bind(Job).resume(token);
    api.clock.advance(20_000);
    const before = api.clock.now();
    await failure(resumed.wait());
    expect(api.clock.now() - before).to.equal(40_000);
    await failure(resumed.wait({ timeout: 3 }));
    expect(api.clock.now() - before).to.equal(43_000);
  });

  it('has the whole address at another origin of the connection’s own, and is taken up there', async () => {
    const address = `${serviceUrl}/runs/9?page=2`;
    const { api, job } = jobWith([{ status: 'IN_PROGRESS', data: `${address}#now` }, succeeded]);
    const token = (await job.runAsync()).token();
    expect(JSON.parse(token)).to.deep.equal({ v: 1, class: 'Job', path: address, deadline: null });
    const resumed = api.bind(Job).resume(token);
    expect(resumed.token()).to.equal(token);
    expect((await resumed.wait()).data).to.equal(42);
    expect(api.log).to.deep.equal(['POST jobs/j1/run', `GET ${address}`]);
    expect(await tokenOf(`${serviceUrl}/runs/9?sig=S`)).to.throw(ResourceError, /secret/);
  });

  it('names the run by its path once it is resumed, for nobody knows the record', async () => {
    const { api } = jobWith([running]);
    for (const [path, name] of [
      ['/runs/9?page=2', '/runs/9'],
      [`${serviceUrl}/runs/9`, '/runs/9'],
    ]) {
      const run = api.bind(Job).resume(JSON.stringify({ v: 1, class: 'Job', path, deadline: null }));
      const error = await failure(run.wait({ timeout: 0 }));
      expect(error.message.startsWith(`run of Job at ${name}: the wait timed out`), error.message).to.equal(true);
    }
    expect(api.requests.map(({ attempt }) => attempt)).to.deep.equal(Array(2).fill('poll of a run of Job at /runs/9'));
    const secret = api.bind(Job).resume('{"v":1,"class":"Job","path":"/runs/9?sig=S","deadline":null}');
    expect(() => secret.token()).to.throw(ResourceError, /^The run of Job at \/runs\/9 is polled/);
  });

  it('that leads elsewhere is refused, however it is written', () => {
    const { api } = jobWith([begun]);
    for (const path of [
      '/\t/evil.example/x',
      '/\n/evil.example/x',
      '//evil.example/x',
      'https://evil.example/x',
      'http://service.test:8443/x',
      '/\\evil.example',
    ]) {
      const token = JSON.stringify({ v: 1, class: 'Job', path, deadline: null });
      expect(() => api.bind(Job).resume(token)).to.throw(ValidationError);
    }
    expect(() => api.bind(Job).resume('{"v":1,"class":"Job","id":"x","deadline":null}')).to.throw(ValidationError, /is not for a run/);
  });
});
