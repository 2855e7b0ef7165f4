import { expect } from 'chai';
import { type RetryOptions, retrySettings } from '../../src/http/retry-options.js';
import { mayHaveArrived, RetryPolicy } from '../../src/http/retry-policy.js';
import { ConfigurationError, ValidationError } from '../../src/model/errors/index.js';

const policyOf = (options?: RetryOptions): RetryPolicy => new RetryPolicy(retrySettings(options));

describe('the retry policy', () => {
  it('doubles the delay up to a cap, and spreads it over the whole span', () => {
    const policy = policyOf({ maxDelay: 5 });
    expect([1, 2, 3, 4, 5].map((n) => policy.delay(n, undefined, 1))).to.deep.equal([1000, 2000, 4000, 5000, 5000]);
    expect(policy.delay(3, undefined, 0.25)).to.equal(1000);
    expect(policy.delay(3, undefined, 0)).to.equal(0);
  });

  it('waits as long as the server asks, but no longer than the cap', () => {
    const policy = policyOf({ maxDelay: 5 });
    expect(policy.delay(1, 3000, 0.5)).to.equal(3000);
    expect(policy.delay(1, 60_000, 0.5)).to.equal(5000);
  });

  it('takes base, factor and statuses from its options', () => {
    const policy = policyOf({ baseDelay: 0.1, factor: 3, statuses: [500] });
    expect([1, 2, 3].map((n) => policy.delay(n, undefined, 1))).to.deep.equal([100, 300, 900]);
    const failed = (status: number) => ({ status, arrived: 'no', permanent: false }) as const;
    expect(policy.permits('GET', false, failed(500))).to.equal(true);
    expect(policy.permits('GET', false, failed(503))).to.equal(false);
  });

  it('repeats only the methods it is given', () => {
    const policy = policyOf({ methods: ['get'] });
    const failed = { arrived: 'no', permanent: false } as const;
    expect(policy.permits('GET', false, failed)).to.equal(true);
    expect(policy.permits('PUT', false, failed)).to.equal(false);
  });

  for (const [options, ErrorClass] of [
    [{ baseDelay: -1 }, ValidationError],
    [{ maxDelay: 100_000 }, ValidationError],
    [{ deadline: Number.NaN }, ValidationError],
    [{ factor: 0.5 }, ConfigurationError],
    [{ statuses: [200] }, ConfigurationError],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => policyOf(options)).to.throw(ErrorClass);
    });
  }

  it('knows which statuses leave open whether the request was carried out', () => {
    const open = [302, 303, 400, 404, 408, 409, 429, 500, 502, 503, 504, 520, 524].filter((status) => mayHaveArrived(status, undefined));
    expect(open).to.deep.equal([302, 303, 502, 503, 504, 520, 524]);
    expect(mayHaveArrived(503, 1000)).to.equal(false);
  });
});
