import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { Aixplain, FileResource, Pipeline } from '../../src/aixplain/index.js';
import { APIError, BaseResource, ConfigurationError, Connection, Entity, ResourceError, TimeoutError } from '../../src/index.js';
import { withEnvironment } from '../support/environment.js';
import { failure } from '../support/failure.js';
import { withoutNetwork } from '../support/widgets.js';
import { backend, connect, Demo } from './support/platform.js';

const noKeys = { TEAM_API_KEY: undefined, AIXPLAIN_API_KEY: undefined };
const noUrls = { BACKEND_URL: undefined, MODELS_RUN_URL: undefined, PIPELINES_RUN_URL: undefined };

describe('the key of a connection', () => {
  withoutNetwork();
  withEnvironment(noKeys);

  it('is a team’s, sent as x-api-key', async () => {
    nock(backend, { reqheaders: { 'x-api-key': 'team' }, badheaders: ['x-aixplain-key', 'authorization'] })
      .get('/demo/1')
      .reply(200, { id: '1' });
    await connect({ apiKey: 'team' }).bind(Demo).get('1');
  });

  it('or a person’s, sent as x-aixplain-key', async () => {
    nock(backend, { reqheaders: { 'x-aixplain-key': 'mine' }, badheaders: ['x-api-key', 'authorization'] })
      .get('/demo/1')
      .reply(200, { id: '1' });
    await connect({ aixplainApiKey: 'mine' }).bind(Demo).get('1');
  });

  it('is sent as a token to the operations of the first generation', async () => {
    const old = { reqheaders: { authorization: 'Token mine' }, badheaders: ['x-api-key', 'x-aixplain-key'] };
    nock(backend, old).get('/sdk/pipelines/1').reply(200, { id: '1' });
    nock(backend, old).post('/sdk/pipelines/paginate').reply(200, { items: [] });
    const { Pipeline: Pipelines } = connect({ aixplainApiKey: 'mine' });
    await Pipelines.get('1');
    await Pipelines.search();
  });

  it('must be exactly one', () => {
    for (const options of [{}, { apiKey: 'a', aixplainApiKey: 'b' }, { apiKey: '' }, { aixplainApiKey: ' ' }]) {
      const attempt = () => new Aixplain(options);
      expect(attempt).to.throw(ConfigurationError, 'apiKey');
      expect(attempt).to.throw(ConfigurationError, 'aixplainApiKey');
    }
  });

  it('is nowhere to be seen', async () => {
    const before = { ...process.env };
    const aix = connect({ apiKey: 'top-secret-key' });
    nock(backend).get('/demo/1').reply(400, { message: 'bad key top-secret-key' });
    const error = await failure(aix.bind(Demo).get('1'));
    const seen = [inspect(aix, { depth: 9 }), JSON.stringify(aix), inspect(error, { depth: 9 }), error.message];
    expect(seen.join('\n')).to.not.contain('top-secret-key');
    expect(process.env).to.deep.equal(before);
  });
});

describe('the key in the environment', () => {
  withoutNetwork();
  withEnvironment({ TEAM_API_KEY: 'team-env', AIXPLAIN_API_KEY: 'personal-env' });

  async function sentKey(options: ConstructorParameters<typeof Aixplain>[0] = {}): Promise<unknown> {
    let sent: unknown;
    nock(backend)
      .get('/demo/1')
      .reply(200, function answer() {
        sent = this.req.headers['x-api-key'];
        return { id: '1' };
      });
    await new Aixplain({ backendUrl: backend, ...options }).bind(Demo).get('1');
    return sent;
  }

  it('is used where none is given, the team’s first, and always as a team key', async () => {
    expect(await sentKey()).to.deep.equal('team-env');
    process.env.TEAM_API_KEY = '';
    expect(await sentKey()).to.deep.equal('personal-env');
  });

  it('gives way to one that is given', async () => {
    expect(await sentKey({ apiKey: 'given' })).to.deep.equal('given');
  });
});

describe('the addresses of a connection', () => {
  withEnvironment(noUrls);
  const addresses = (options: ConstructorParameters<typeof Aixplain>[0] = {}) => {
    const { backendUrl, modelUrl, pipelineUrl } = new Aixplain({ apiKey: 'k', ...options });
    return [backendUrl, modelUrl, pipelineUrl];
  };

  it('are the platform’s own by default', () => {
    expect(addresses()).to.deep.equal([
      'https://platform-api.aixplain.com',
      'https://models.aixplain.com/api/v2/execute',
      'https://platform-api.aixplain.com/assets/pipeline/execution/run',
    ]);
  });

  it('come from the environment, else; pipelines follow the backend', () => {
    process.env.BACKEND_URL = 'https://b.test/';
    process.env.MODELS_RUN_URL = 'https://m.test/run';
    expect(addresses()).to.deep.equal(['https://b.test', 'https://m.test/run', 'https://b.test/assets/pipeline/execution/run']);
    process.env.PIPELINES_RUN_URL = 'https://p.test/run';
    expect(addresses()[2]).to.equal('https://p.test/run');
  });

  it('are what the caller says, before all', () => {
    process.env.BACKEND_URL = 'https://b.test';
    process.env.MODELS_RUN_URL = 'https://m.test';
    process.env.PIPELINES_RUN_URL = 'https://p.test';
    const given = { backendUrl: 'https://x.test', modelUrl: 'https://y.test', pipelineUrl: 'https://z.test' };
    expect(addresses(given)).to.deep.equal(Object.values(given));
  });

  it('may not be nonsense', () => {
    expect(() => new Aixplain({ apiKey: 'k', backendUrl: 'nowhere' })).to.throw(ConfigurationError);
    expect(() => new Aixplain({ apiKey: 'k', modelUrl: 'ftp://x' })).to.throw(ConfigurationError);
  });
});

describe('several connections', () => {
  withoutNetwork();

  it('live side by side, each with its key and its classes', async () => {
    const one = connect({ apiKey: 'one' });
    const two = connect({ apiKey: 'two' });
    expect(one.Pipeline).to.equal(one.Pipeline).and.not.to.equal(two.Pipeline);
    expect([one.Pipeline.context, two.FileResource.context]).to.deep.equal([one, two]);
    const pipeline = new one.Pipeline({ name: 'p' });
    expect([pipeline instanceof Pipeline, new two.FileResource() instanceof FileResource]).to.deep.equal([true, true]);
    for (const [aix, key] of [
      [one, 'one'],
      [two, 'two'],
      [one, 'one'],
    ] as const) {
      nock(backend, { reqheaders: { 'x-api-key': key } })
        .get('/demo/1')
        .reply(200, { id: '1' });
      expect((await aix.bind(Demo).get('1')).context).to.equal(aix);
    }
  });

  it('may have a default, for the exported classes', async () => {
    expect((await failure(Demo.search().toArray())).message).to.contain('connection');
    expect(await failure(Demo.get('1'))).to.be.instanceOf(ResourceError);
    const aix = Aixplain.connect({ apiKey: 'default', backendUrl: backend });
    try {
      nock(backend, { reqheaders: { 'x-api-key': 'default' } })
        .get('/demo/1')
        .reply(200, { id: '1' });
      expect((await Demo.get('1')).context).to.equal(aix);
      expect([new FileResource().context, new Pipeline().context]).to.deep.equal([aix, aix]);
    } finally {
      Aixplain.disconnect();
    }
    expect(new Pipeline().context).to.equal(null);
  });

  it('must be ones to aiXplain', async () => {
    const other = new Connection({ baseUrl: backend, apiKey: 'k' });
    const error = await failure(new (other.bind(Pipeline))({ id: 'p1', name: 'p' }).run('x'));
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.contain('new Aixplain()');
  });

  it('serve classes that have no aiXplain in them', async () => {
    @Entity({ path: 'v1/things' })
    class Thing extends BaseResource {}
    nock(backend).post('/v1/things').reply(201, { id: 't1' });
    expect((await connect().bind(Thing).create({})).id).to.equal('t1');
  });
});

describe('requests to the platform', () => {
  withoutNetwork();
  const patient = { maxRetries: undefined, retry: { baseDelay: 0 } };

  it('are repeated five times on errors of the server, when they only read or replace', async () => {
    const Demos = connect(patient).bind(Demo);
    for (const status of [500, 502, 503, 504, 429, 497]) {
      nock(backend).get('/demo/1').times(5).reply(status);
      nock(backend).get('/demo/1').reply(200, { id: '1' });
      await Demos.get('1');
    }
    nock(backend).post('/demo/paginate').reply(500);
    nock(backend).post('/demo/paginate').reply(200, { results: [], total: 0 });
    await Demos.search();
    nock(backend).get('/demo/1').times(6).reply(500, { message: 'still broken' });
    const error = await failure(Demos.get('1'));
    expect([error.status, error.code, error.retryable, error.message.includes('still broken')]).to.deep.equal([
      500,
      'AX-INT-1000',
      true,
      true,
    ]);
  });

  it('say whether they may succeed when they are made again', async () => {
    const rows: [number, boolean][] = [
      [500, true],
      [501, false],
      [502, true],
      [503, true],
      [504, true],
      [505, false],
      [408, true],
      [409, false],
    ];
    for (const [status, retryable] of rows) {
      nock(backend).get('/demo/1').reply(status);
      expect((await failure(connect().bind(Demo).get('1'))).retryable, String(status)).to.equal(retryable);
    }
  });

  it('are not repeated when they create or start something that may have happened', async () => {
    const demo = new (connect(patient).bind(Demo))({ name: 'n' });
    nock(backend).post('/demo').reply(504);
    const error = await failure(demo.save());
    expect([error.status, error.outcome, error.retryable]).to.deep.equal([504, 'unknown', false]);
    nock(backend).post('/demo/1/run').replyWithError('hang up');
    expect((await failure(new (connect(patient).bind(Demo))({ id: '1' }).run())).outcome).to.equal('unknown');
  });

  it('are repeated as often as the connection says, also never', async () => {
    nock(backend).get('/demo/1').twice().reply(500);
    await failure(
      connect({ maxRetries: 1, retry: { baseDelay: 0 } })
        .bind(Demo)
        .get('1'),
    );
    nock(backend).get('/demo/1').reply(500);
    await failure(connect({ maxRetries: 0 }).bind(Demo).get('1'));
    nock(backend).get('/demo/1').reply(503);
    await failure(
      connect({ maxRetries: 5, retry: { statuses: [500] } })
        .bind(Demo)
        .get('1'),
    );
  });

  it('say what they are', async () => {
    nock(backend, { reqheaders: { 'content-type': 'application/json', accept: 'application/json' } })
      .post('/demo')
      .reply(201, { id: '1' });
    await connect().bind(Demo).create({ name: 'n' });
  });

  it('stay below the address of the platform, a path in it included', async () => {
    nock('https://proxy.test').get('/aix/demo/1').reply(200, { id: '1' });
    await connect({ backendUrl: 'https://proxy.test/aix/' }).bind(Demo).get('1');
    const demo = new (connect().bind(Demo))({ id: '1' });
    for (const url of ['//evil.test/x', 'mailto:x', 'v1:abc', '../x/y']) {
      const error = await failure(demo.poll(url));
      expect(error.message, url).to.match(/stay below|is not a URL|begins with/);
    }
  });

  it('go elsewhere only to read, and without the key', async () => {
    const bad = { badheaders: ['x-api-key', 'x-aixplain-key', 'authorization'] };
    nock('https://elsewhere.test', bad).get('/poll').reply(200, { status: 'SUCCESS', completed: true });
    const demo = new (connect().bind(Demo))({ id: '1' });
    await demo.poll('HTTPS://elsewhere.test/poll');
    nock(backend).get('/moved').reply(302, '', { location: 'https://elsewhere.test/poll' });
    nock('https://elsewhere.test', bad).get('/poll').reply(200, { status: 'SUCCESS', completed: true });
    await demo.poll(`${backend}/moved`);
    const error = await failure(demo.poll('http://elsewhere.test/poll'));
    expect(error.message).to.contain('http');
  });

  it('that fail tell status, code, the platform’s words and its whole response', async () => {
    const rows: [number, string | object, string][] = [
      [400, 'Bad things happened', 'Bad things happened'],
      [422, { message: 'name taken', error: 'Unprocessable', statusCode: 422 }, 'name taken'],
      [404, { error: 'only error' }, 'only error'],
      [502, '<html><title>Bad gateway</title></html>', 'Bad gateway'],
      [500, { message: 'm', statusCode: 422 }, 'm'],
      [400, { message: ['first', 'second'] }, 'second'],
      [409, ['a', 'list'], 'list'],
      [400, {}, 'Bad request'],
    ];
    for (const [status, answer, words] of rows) {
      nock(backend).get('/demo/1').reply(status, answer);
      const error = await failure(connect().bind(Demo).get('1'));
      expect(error).to.be.instanceOf(APIError);
      expect([error.status, String(error.code).startsWith('AX-')]).to.deep.equal([status, true]);
      expect(error.message).to.contain(words);
      expect(error.body).to.deep.equal(answer);
    }
  });

  it('succeed with an empty response', async () => {
    nock(backend).put('/demo/1').reply(204);
    const demo = new (connect().bind(Demo))({ id: '1', name: 'n' });
    await demo.save();
    expect(demo.isModified).to.equal(false);
  });
});

describe('the patience of a connection', () => {
  let server: Server;
  let url: string;
  before(async () => {
    server = createServer(() => {
      // It listens and never answers.
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  withEnvironment({ AIXPLAIN_HTTP_READ_TIMEOUT: undefined, AIXPLAIN_HTTP_CONNECT_TIMEOUT: undefined });

  const ask = (options: object, params: object = {}) =>
    failure(new Aixplain({ apiKey: 'k', backendUrl: url, maxRetries: 0, ...options }).bind(Demo).get('1', params));

  it('is what the call says, else the connection, else the environment', async () => {
    process.env.AIXPLAIN_HTTP_READ_TIMEOUT = '0.05';
    const told = await Promise.all([ask({}), ask({ timeout: 0.06 }), ask({ timeout: 60 }, { timeout: 0.07 })]);
    for (const error of told) expect(error).to.be.instanceOf(TimeoutError);
    expect(told.map(({ message }) => /0\.0\d/.exec(message)?.[0])).to.deep.equal(['0.05', '0.06', '0.07']);
  });

  it('is the default where the environment makes no sense, with a warning', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error) => warnings.push(warning.message);
    process.on('warning', listen);
    for (const value of ['abc', '0', '-5', '']) {
      process.env.AIXPLAIN_HTTP_READ_TIMEOUT = value;
      const stop = new AbortController();
      const waiting = ask({}, { signal: stop.signal });
      setTimeout(() => stop.abort(), 30);
      expect((await waiting).name).to.equal('AbortError');
    }
    process.off('warning', listen);
    expect(warnings.map((text) => /is "(.*)";/.exec(text)?.[1])).to.deep.equal(['abc', '0', '-5']);
  });
});
