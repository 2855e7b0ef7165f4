import { expect } from 'chai';
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
