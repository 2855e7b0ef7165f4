import { inspect } from 'node:util';
import { expect } from 'chai';
import { RequestLog } from '../../../src/local/server/request-log.js';
import { usePlatform } from '../support/platform.js';

for (const port of [0, false] as const) {
  describe(`The request log of the local platform, ${port === false ? 'in-process' : 'over HTTP'}`, () => {
    const local = usePlatform({ port });
    const post = (path: string, body: object): Promise<Response> => {
      const request = port === false ? local.platform.fetch : fetch;
      const headers = { authorization: `Bearer ${local.platform.apiKey}`, 'content-type': 'application/json' };
      return request(`${local.platform.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    };

    it('has every request with its status and body, failed ones too', async () => {
      local.platform.faults({ status: 500, method: 'POST' });
      await post('/datasets?teamIds=a&teamIds=b', { name: 'first' });
      await post('/datasets', { name: 'second' });
      const [first, second] = local.platform.requests;
      expect(first).to.deep.include({
        method: 'POST',
        path: '/datasets',
        query: { teamIds: ['a', 'b'] },
        body: { name: 'first' },
        status: 500,
      });
      expect(second).to.deep.include({ body: { name: 'second' }, status: 400 });
      expect(second?.headers).to.include({ 'content-type': 'application/json', authorization: `Bearer ${local.platform.apiKey}` });
    });
  });
}

describe('An entry of the request log', () => {
  it('is shown with its query, headers and body', () => {
    const log = new RequestLog(100_000);
    const entry = log.add(new Request('http://a.test/p?q=1'), ['Accept', '*/*']);
    log.addBody(entry, '{"a":1}');
    const expected = { method: 'GET', path: '/p', query: { q: '1' }, headers: { accept: '*/*' }, body: { a: 1 } };
    expect(inspect(entry)).to.equal(inspect(expected));
    expect(inspect([entry])).to.equal(inspect([expected]));
  });
});

describe('The headers in the request log', () => {
  const log = new RequestLog(100_000);

  it('are those of the request, however they were sent', () => {
    const raw = ['X-Two', '1', 'Cookie', 'a=1', 'x-two', '2', 'COOKIE', 'b=2', 'Accept', '*/*'];
    const expected = { accept: '*/*', cookie: 'a=1; b=2', 'x-two': '1, 2' };
    const request = new Request('http://a.test/p?q=1&q=2', { headers: expected });
    for (const entry of [log.add(request, raw), log.add(request)]) {
      expect(entry).to.deep.equal({ method: 'GET', path: '/p', query: { q: ['1', '2'] }, headers: expected });
      expect(JSON.parse(JSON.stringify(entry))).to.deep.equal(entry);
    }
    expect(Object.keys(log.add(request, raw).headers)).to.deep.equal(Object.keys(expected));
  });

  it('count towards its size', () => {
    const small = new RequestLog(5000);
    const request = new Request('http://a.test/');
    for (let at = 0; at < 3; at++) small.add(request, ['x-long', 'x'.repeat(2000)]);
    expect(small.requests).to.have.length(1);
  });
});
