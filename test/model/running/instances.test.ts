import { expect } from 'chai';
import { Exclude, Expose, instanceToPlain, Transform, Type } from 'class-transformer';
import nock from 'nock';
import { Aixplain } from '../../../src/aixplain/index.js';
import { BaseResource, Connection, Entity, Field, RunnableResourceMixin, SearchResourceMixin } from '../../../src/index.js';
import { Moderately } from '../../../src/moderately/index.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

type Json = Record<string, unknown>;

@Entity({ path: 'jobs' })
class Job extends RunnableResourceMixin(SearchResourceMixin(BaseResource)) {
  @Field() settings!: unknown;
}

@Entity({ path: 'jobs' })
class Wrapping extends Job {
  override buildRunPayload(params: Json): unknown {
    return { ...params, extra: new Params() };
  }
}

class Params {
  [key: string]: unknown;
  @Expose({ name: 'max_tokens' }) maxTokens: number = 5;
  @Exclude() secret: string = 's';
  @Expose({ groups: ['admin'] }) pin: string = 'p';
}

class Nested {
  [key: string]: unknown;
  @Type(() => Params) inner: Params = new Params();
  @Transform(({ value }) => (value as Date).getTime(), { toPlainOnly: true }) at: Date = new Date(5);
}

const sent = { max_tokens: 5 };

describe('parameters that are instances of classes', () => {
  withoutNetwork();
  const api = connect();
  after(() => api.close());
  const bodies: unknown[] = [];
  const answers = (host: string, method: 'get' | 'post', path: RegExp | string, response: object): nock.Scope =>
    nock(host)
      [method](path, (body: unknown) => bodies.push(body) > 0)
      .reply(200, response);
  beforeEach(() => {
    bodies.length = 0;
  });
  const done = { status: 'SUCCESS', completed: true, data: 1 };

  it('of a run are sent as instanceToPlain writes them, alone and inside others', async () => {
    const job = api.bind(Job).fromDict({ id: '1' });
    const inputs: Json[] = [new Params(), new Nested(), { list: [new Params()], map: { a: new Params() } }, { plain: { a: [1] } }];
    for (const input of inputs) {
      answers(origin, 'post', '/jobs/1/run', done);
      await job.run(input);
    }
    expect(bodies).to.deep.equal([sent, { inner: sent, at: 5 }, { list: [sent], map: { a: sent } }, { plain: { a: [1] } }]);
    expect(bodies[1]).to.deep.equal(instanceToPlain(new Nested()));
    expect(inputs[0]).to.have.property('secret', 's');
  });

  it('may be maps and sets, which are written as in fields of records', async () => {
    const job = api.bind(Job).fromDict({ id: '1' });
    const inputs: Json[] = [
      {
        map: new Map<string, unknown>([
          ['a', new Params()],
          ['n', 1],
        ]),
        set: new Set([new Params(), 2]),
        list: [new Set(['x'])],
      },
    ];
    for (const input of inputs) {
      answers(origin, 'post', '/jobs/1/run', done);
      await job.run(input);
    }
    expect(bodies).to.deep.equal([{ map: { a: sent, n: 1 }, set: [sent, 2], list: [['x']] }]);
  });

  it('are what they were for values that say themselves how JSON writes them', async () => {
    const job = api.bind(Job).fromDict({ id: '1' });
    const called = (): never => {
      throw new Error('called');
    };
    class Link {
      @Expose() url = new URL('https://example.test/x');
      @Expose() bytes = Buffer.from('ab');
      call = called;
    }
    answers(origin, 'post', '/jobs/1/run', done);
    await job.run({ url: new URL('https://example.test/x'), at: new Date(0), call: called, link: new Link() });
    const url = 'https://example.test/x';
    expect(bodies[0]).to.deep.equal({ url, at: '1970-01-01T00:00:00.000Z', link: { url, bytes: { type: 'Buffer', data: [97, 98] } } });
  });

  it('are so where the record itself builds the body, in many runs and in actions', async () => {
    const job = api.bind(Wrapping).fromDict({ id: '1' });
    answers(origin, 'post', '/jobs/1/run', done).persist();
    for await (const outcome of job.runMany([new Params()])) expect(outcome.status).to.equal('fulfilled');
    await api.send({ method: 'POST', path: 'jobs/1/run', body: { input: new Params() } });
    nock.cleanAll();
    expect(bodies).to.deep.equal([{ ...sent, extra: sent }, { input: sent }]);
  });

  it('show the groups of the connection', async () => {
    const admin = new Connection({ baseUrl: origin, apiKey: 'k', groups: ['admin'] });
    answers(origin, 'post', '/jobs/1/run', done);
    await admin.bind(Job).fromDict({ id: '1' }).run(new Params());
    expect(bodies).to.deep.equal([{ ...sent, pin: 'p' }]);
    await admin.close();
  });

  it('of a search, and in a saved field, are so as well', async () => {
    answers(origin, 'post', '/jobs/paginate', { results: [], total: 0 });
    await api.bind(Job).search({ filter: new Params() } as never);
    answers(origin, 'post', '/jobs', { id: '2' });
    const job = new (api.bind(Job))({ settings: { deep: [new Params()] } });
    await job.save();
    expect(bodies).to.deep.equal([{ filter: sent, pageNumber: 0, pageSize: 20 }, { settings: { deep: [sent] } }]);
    expect(job.isModified).to.equal(false);
  });

  it("of the vendors' executions and runs are so as well", async () => {
    const mai = new Moderately({ apiKey: 'k', teamId: 't', baseUrl: origin, maxRetries: 0 });
    answers(origin, 'post', '/pipeline-executions', { pipelineExecutionId: 'e', status: 'completed' });
    const version = mai.PipelineConfigurationVersion.fromDict({ pipelineConfigurationVersionId: 'v', pipelineId: 'p' });
    await version.execute({ settings: new Params() }, { wait: false });
    const aix = new Aixplain({ apiKey: 'k', backendUrl: origin, pipelineUrl: `${origin}/run`, maxRetries: 0 });
    answers(origin, 'post', '/run/6', { status: 'SUCCESS', completed: true, url: `${origin}/polls/1` });
    await aix.Pipeline.fromDict({ id: '6', name: 'n' }).runAsync({ text: new Params() } as never, { params: new Params() });
    expect(JSON.stringify(bodies)).to.contain('max_tokens').and.not.contain('secret').and.not.contain('maxTokens');
    expect((bodies[0] as Json).pipelineInput).to.deep.equal({ settings: sent });
    await mai.close();
    await aix.close();
  });
});
