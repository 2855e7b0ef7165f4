import { expect } from 'chai';
import { ConfigurationError } from '../../../src/model/errors/index.js';
import { failure } from '../../support/failure.js';
import { usePlatform } from '../support/platform.js';

/** The error with which a response, or its body, breaks off. */
const broken = (response: Promise<Response>): Promise<Error & { cause?: { code?: string } }> =>
  failure(response.then((complete) => complete.text()));

for (const port of [0, false] as const) {
  describe(`Fault injection of the local platform, ${port === false ? 'in-process' : 'over HTTP'}`, () => {
    const local = usePlatform({ port });
    const get = (path: string): Promise<Response> => {
      const request = port === false ? local.platform.fetch : fetch;
      return request(`${local.platform.url}${path}`, { headers: { authorization: `Bearer ${local.platform.apiKey}` } });
    };
    const post = (path: string, body: object): Promise<Response> => {
      const request = port === false ? local.platform.fetch : fetch;
      const headers = { authorization: `Bearer ${local.platform.apiKey}`, 'content-type': 'application/json' };
      return request(`${local.platform.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    };

    it('fails as often as it is told, and only the requests that match', async () => {
      local.platform.faults({ status: 503, times: 2, method: 'get', path: '/datasets', retryAfter: 7 });
      expect((await get('/files')).status).to.equal(200);
      for (let time = 0; time < 2; time++) {
        const response = await get(time === 0 ? '/datasets' : '/datasets/some-id');
        expect([response.status, response.headers.get('retry-after')]).to.deep.equal([503, '7']);
        expect(((await response.json()) as { error: object }).error).to.have.property('requestId');
      }
      expect((await get('/datasets')).status).to.equal(200);
    });

    it('answers with the body it is told', async () => {
      local.platform.faults(
        { status: 500, body: ['not', 'an', 'object'], path: /^\/files$/, headers: { 'x-own': 'yes' } },
        { status: 502, body: '<html>Bad gateway</html>' },
        { status: 429, path: '/v2/models' },
        { status: 204 },
      );
      const own = await get('/files');
      expect([own.status, own.headers.get('x-own'), await own.json()]).to.deep.equal([500, 'yes', ['not', 'an', 'object']]);
      expect(await (await get('/users')).text()).to.equal('<html>Bad gateway</html>');
      expect(await (await get('/v2/models')).json()).to.include({ statusCode: 429 });
      expect((await get('/users')).status).to.equal(204);
    });

    it('breaks the connection before it does anything, or after', async () => {
      local.platform.faults({ reset: 'before', method: 'POST' }, { reset: 'after', method: 'POST' });
      const request = { teamId: local.platform.teamId, name: 'Airports' };
      for (const count of [0, 1]) {
        const error = await broken(post('/datasets', request));
        expect(error).to.be.instanceOf(TypeError);
        expect(error.cause?.code).to.equal('ECONNRESET');
        expect((await local.client.get('/datasets')).body.items).to.have.length(count);
      }
      const statuses = local.platform.requests.flatMap(({ method, status }) => (method === 'POST' ? [status] : []));
      expect(statuses, 'of what had no response').to.deep.equal([undefined, undefined]);
    });

    it('sends half of an answer', async () => {
      local.platform.faults({ truncate: true });
      expect(await broken(get('/datasets'))).to.be.instanceOf(TypeError);
      expect((await get('/datasets')).status).to.equal(200);
    });

    it('takes back what has not happened yet', async () => {
      const undo = local.platform.faults({ status: 500, times: 10 });
      expect((await get('/datasets')).status).to.equal(500);
      undo();
      expect((await get('/datasets')).status).to.equal(200);
    });
  });
}

describe('Faults', () => {
  const local = usePlatform();

  it('are refused when they would change nothing', () => {
    expect(() => local.platform.faults({ times: 3 })).to.throw(ConfigurationError, 'has no effect');
  });

  it('are refused when they could not happen, naming what was given', () => {
    for (const status of [99, 101, 600, 200.5, Number.NaN]) {
      expect(() => local.platform.faults({ status })).to.throw(ConfigurationError, `whole number from 200 to 599 (got ${status})`);
    }
    for (const times of [0, -1, 1.5])
      expect(() => local.platform.faults({ status: 500, times })).to.throw(ConfigurationError, `(got ${times})`);
    for (const delay of [-1, Number.NaN])
      expect(() => local.platform.faults({ delay })).to.throw(ConfigurationError, `at least 0 (got ${delay})`);
    local.platform.faults({ status: 500, times: Number.POSITIVE_INFINITY });
  });

  it('may only be slow', async () => {
    local.platform.faults({ delay: 0.03, path: '/health' });
    const began = performance.now();
    expect((await local.client.get('/health')).status).to.equal(200);
    expect(performance.now() - began).to.be.at.least(28);
  });
});
