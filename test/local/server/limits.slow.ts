import { request } from 'node:http';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { usePlatform } from '../support/platform.js';

describe('The default limits of the local platform', function () {
  this.timeout(120_000);
  const local = usePlatform({ port: 0 });
  const chunk = Buffer.alloc(1024 * 1024, 'x');

  it('answer a client that sends 250 MB without saying so with 413, whatever it reads meanwhile', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `Bearer ${local.platform.apiKey}`, 'content-type': 'application/json' };
      const sent = request(`${local.platform.url}/v2/models`, { method: 'POST', headers });
      sent.on('error', reject);
      sent.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      });
      Readable.from(
        (function* () {
          for (let count = 0; count < 250; count++) yield chunk;
        })(),
      ).pipe(sent);
    });
    expect(status).to.equal(413);
    expect((await local.client.get('/v2/models')).status).to.equal(200);
  });
});
