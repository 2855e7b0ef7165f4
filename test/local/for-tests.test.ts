import { expect } from 'chai';
import { LocalPlatform } from '../../src/local/index.js';
import { ConfigurationError } from '../../src/model/errors/index.js';
import { Client, echo, usePlatform } from './support/platform.js';

async function broken(promise: Promise<Response>): Promise<Error & { cause?: { code?: string } }> {
  try {
    await (await promise).text();
  } catch (error) {
    return error as Error & { cause?: { code?: string } };
  }
  throw new Error('The answer came whole.');
}

for (const port of [0, false] as const) {
  describe(`What the local platform does for tests, ${port === false ? 'in-process' : 'over HTTP'}`, () => {
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

    it('shows what was received, also by requests that failed', async () => {
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

    it('is as new after a reset, with the same keys', async () => {
      await local.client.uploadFile('a.txt', 'hello');
      const { apiKey, teamId, userId, url } = local.platform;
      local.platform.faults({ status: 500 });
      local.platform.clock.advance(3600);
      await local.platform.reset();
      expect(local.platform).to.include({ apiKey, teamId, userId, url });
      expect(local.platform.requests).to.deep.equal([]);
      expect(Math.abs(local.platform.clock.now() - Date.now())).to.be.below(60_000);
      const { body, status } = await local.client.get('/files');
      expect([status, body.items]).to.deep.equal([200, []]);
    });
  });
}

describe('Faults of the local platform', () => {
  const local = usePlatform();

  it('are refused when they would change nothing', () => {
    expect(() => local.platform.faults({ times: 3 })).to.throw(ConfigurationError, 'change nothing');
  });

  it('are refused when they could not happen, naming what was given', () => {
    for (const status of [99, 101, 600, 200.5, Number.NaN]) {
      expect(() => local.platform.faults({ status })).to.throw(ConfigurationError, `status of a fault is ${status}`);
    }
    for (const times of [0, -1, 1.5])
      expect(() => local.platform.faults({ status: 500, times })).to.throw(ConfigurationError, `${times} times`);
    for (const delay of [-1, Number.NaN])
      expect(() => local.platform.faults({ delay })).to.throw(ConfigurationError, `delay of a fault is ${delay}`);
    local.platform.faults({ status: 500, times: Number.POSITIVE_INFINITY });
  });

  it('may only be slow', async () => {
    local.platform.faults({ delay: 0.03, path: '/health' });
    const began = performance.now();
    expect((await local.client.get('/health')).status).to.equal(200);
    expect(performance.now() - began).to.be.at.least(28);
  });
});

describe('The seed of the local platform', () => {
  const seed = {
    files: [{ fileId: 'file-1', fileName: 'a.txt', content: 'hello', mimeType: 'text/plain' }],
    datasets: [
      { datasetId: 'data-1', name: 'Airports', data: 'id\n1\n', columns: [{ name: 'id', type: 'integer', nullable: false }] },
      { name: 'Empty', description: 'nothing yet' },
    ],
    pipelines: [
      {
        pipelineId: 'pipe-1',
        name: 'Echo',
        versions: [{ pipelineConfigurationVersionId: 'conf-1', configuration: echo, status: 'current' as const }],
      },
    ],
    agents: [{ agentId: 'agent-1', name: 'Helper' }],
    assets: { 'v2/models': [{ id: 'openai/tiny model', name: 'Tiny' }] },
  };

  it('is there from the start, and again after a reset', async () => {
    const platform = await LocalPlatform.start({ port: false, seed });
    try {
      const client = new Client(platform);
      for (let time = 0; time < 2; time++) {
        expect(platform.requests).to.deep.equal([]);
        expect((await client.get('/files/file-1')).body.uploadStatus).to.equal('completed');
        expect((await client.get('/datasets/data-1')).body.processingStatus).to.equal('needs-processing');
        expect((await client.get('/datasets?name=Empty')).body.items[0].description).to.equal('nothing yet');
        expect((await client.get('/agents/agent-1')).body.name).to.equal('Helper');
        expect((await client.get('/v2/models/openai%2Ftiny%20model')).body.name).to.equal('Tiny');
        expect((await client.finished(await client.execute('conf-1'))).pipelineOutput).to.deep.equal({ echoed_message: 'hello' });
        await client.delete('/files/file-1');
        await platform.reset();
      }
    } finally {
      await platform.close();
    }
  });

  it('names what it was refused for', async () => {
    for (const [wrong, words] of [
      [{ datasets: [{ name: 'A' }, { name: 'A' }] }, "a dataset 'A'"],
      [{ agents: [{ agentId: 'a b', name: 'A' }] }, "the id 'a b'"],
    ] as const) {
      const error = await LocalPlatform.start({ port: false, seed: wrong as object }).then(
        () => undefined,
        (reason: Error) => reason,
      );
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error?.message).to.contain(words);
    }
  });
});

describe('The latency of the local platform', () => {
  it('is had by every request', async () => {
    const asked: string[] = [];
    const latency = ({ path }: { path: string }): number => {
      asked.push(path);
      return 0.03;
    };
    const platform = await LocalPlatform.start({ port: false, latency });
    try {
      const began = performance.now();
      await platform.fetch(`${platform.url}/health`);
      expect(performance.now() - began).to.be.at.least(28);
      expect(asked).to.deep.equal(['/health']);
    } finally {
      await platform.close();
    }
  });
});
