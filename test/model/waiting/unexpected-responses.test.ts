import { expect } from 'chai';
import { Aixplain, Pipeline } from '../../../src/aixplain/index.js';
import {
  APIError,
  BaseResource,
  type BaseResult,
  Connection,
  Entity,
  Field,
  GetResourceMixin,
  Result,
  RunnableResourceMixin,
  SearchResourceMixin,
  WaitableResourceMixin,
  waitAll,
} from '../../../src/index.js';
import { Moderately } from '../../../src/moderately/index.js';
import { Demo } from '../../aixplain/support/platform.js';
import { failure } from '../../support/failure.js';

const backOff = { initial: 0.001, factor: 1, max: 0.001, min: 0.001 };
const baseUrl = 'https://platform.test';

@Entity({ path: 'jobs' })
class Job extends RunnableResourceMixin(BaseResource) {
  static override runBackOff = backOff;
}

/** A class that takes whatever it is given for the platform's own words. */
class TrustingJob extends Job {
  override handlePollResponse(response: { state?: string; output?: unknown }): Result {
    return new Result({
      status: response.state === 'busy' ? 'RUNNING' : 'SUCCESS',
      completed: response.state !== 'busy',
      data: response.output,
    });
  }
}

/** A class whose platform answers null while a run goes on, and a list when it has ended. */
class ListJob extends Job {
  override handlePollResponse(response: unknown): Result {
    return new Result(response === null ? { status: 'RUNNING' } : { status: 'SUCCESS', completed: true, data: response });
  }
}

@Entity({ path: 'works', search: { method: 'GET', path: '' } })
class Work extends WaitableResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
  static override waitBackOff = backOff;
  @Field() status!: string;
  @Field() title!: string;
}

@Entity()
class ListedWork extends Work {
  static override waitIdsParam = 'ids';
}

/** A fetch whose GETs are answered with these texts, the last one again and again, and everything else with the start of a run. */
function fetchOf(texts: readonly (string | number)[], start: object = {}) {
  let at = 0;
  const polls: string[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (init.method !== 'GET') return Response.json(start);
    polls.push(url);
    const text = texts[Math.min(at++, texts.length - 1)]!;
    return typeof text === 'number'
      ? new Response(null, { status: text })
      : new Response(text, { headers: { 'content-type': 'text/html' } });
  };
  return { fetch, polls };
}

/** What is wrong for every kind of wait. */
const unexpected = {
  'a maintenance page': '<html><body>Maintenance</body></html>',
  'cut JSON': '{"status":"IN_PRO',
  'an empty body': '',
  null: 'null',
  'an empty object': '{}',
  'an array': '[{"status":"SUCCESS"}]',
  'a number': '7',
};

const running = '{"status":"IN_PROGRESS","completed":false}';
const succeeded = '{"status":"SUCCESS","completed":true,"data":42}';
const startOf = { requestId: 'r1', data: `${baseUrl}/runs/9`, url: `${baseUrl}/runs/9`, status: 'IN_PROGRESS' };

/** Counts the retry events of a connection. */
function retriesOf(api: Pick<Connection, 'on'>): unknown[] {
  const errors: unknown[] = [];
  api.on('retry', ({ error }) => errors.push(error));
  return errors;
}

describe('a run whose poll gets', () => {
  for (const [what, text] of Object.entries(unexpected)) {
    it(`${what} goes on, with a retry event, and keeps its id and its address`, async () => {
      const { fetch, polls } = fetchOf([running, text, running, text, text, text, succeeded], startOf);
      const api = new Connection({ baseUrl, fetch });
      const retries = retriesOf(api);
      const run = await api.bind(Job).fromDict({ id: 'j1' }).runAsync();
      run.resource.on('poll', ({ result }) => expect((result as BaseResult).status).to.match(/IN_PROGRESS|SUCCESS/));
      expect((await run.wait()).data).to.equal(42);
      expect([run.id, run.url]).to.deep.equal(['r1', `${baseUrl}/runs/9`]);
      expect(polls).to.have.length(7);
      expect(retries).to.have.length(4);
    });

    it(`${what} four times in a row ends with the error`, async () => {
      const { fetch, polls } = fetchOf([running, text], startOf);
      const api = new Connection({ baseUrl, fetch });
      const run = await api.bind(Job).fromDict({ id: 'j1' }).runAsync();
      expect(await failure(run.wait()))
        .to.be.instanceOf(APIError)
        .with.property('status', 200);
      expect(polls).to.have.length(5);
      expect(run.result.url ?? run.url).to.equal(`${baseUrl}/runs/9`);
    });

    it(`${what} goes on for a class that reads responses by itself`, async () => {
      // What a class makes of a response that is not an object is up to it.
      if (['an array', 'a number'].includes(what)) return;
      const { fetch } = fetchOf(['{"state":"busy"}', text, '{"state":"done","output":1}'], startOf);
      const run = await new Connection({ baseUrl, fetch }).bind(TrustingJob).fromDict({ id: 'j1' }).runAsync();
      expect((await run.wait()).data).to.equal(1);
    });
  }

  it('nothing with a status that says that it goes on is not counted', async () => {
    const { fetch, polls } = fetchOf([204, 204, 204, 204, 204, 204, succeeded], startOf);
    const api = new Connection({ baseUrl, fetch });
    const retries = retriesOf(api);
    await api.bind(Job).fromDict({ id: 'j1' }).run();
    expect([polls.length, retries.length]).to.deep.equal([7, 0]);
  });

  it('what its class understands is not counted', async () => {
    const { fetch, polls } = fetchOf(['null', 'null', 'null', 'null', 'null', '[1]'], startOf);
    const api = new Connection({ baseUrl, fetch });
    const retries = retriesOf(api);
    expect((await api.bind(ListJob).fromDict({ id: 'j1' }).run()).data).to.deep.equal([1]);
    expect([polls.length, retries.length]).to.deep.equal([6, 0]);
  });
});

const going = '{"id":"w1","status":"running","title":"old"}';
const done = '{"id":"w1","status":"completed","title":"old"}';
const forRecords = {
  ...unexpected,
  'a record without an id': '{"status":"completed"}',
  'a message': '{"message":"unavailable"}',
  'another record': '{"id":"w2","status":"completed"}',
};

describe('a record whose poll gets', () => {
  for (const [what, text] of Object.entries(forRecords)) {
    it(`${what} goes on, with a retry event, and keeps its fields`, async () => {
      const { fetch, polls } = fetchOf([going, text, text, text, going, text, done]);
      const api = new Connection({ baseUrl, fetch });
      const retries: unknown[] = [];
      const work = api.bind(Work).fromDict(JSON.parse(going));
      work.on('retry', ({ resource }) => retries.push([work.id, work.title, resource === work]));
      await work.wait();
      expect(retries).to.deep.equal(Array.from({ length: 4 }, () => ['w1', 'old', true]));
      expect([polls.length, work.status]).to.deep.equal([7, 'completed']);
    });

    it(`${what} four times in a row ends with the error, and keeps its fields`, async () => {
      const { fetch, polls } = fetchOf([going, text]);
      const work = new Connection({ baseUrl, fetch }).bind(Work).fromDict(JSON.parse(going));
      expect(await failure(work.wait()))
        .to.be.instanceOf(APIError)
        .with.property('status', 200);
      expect([work.id, work.status, work.title, polls.length]).to.deep.equal(['w1', 'running', 'old', 5]);
    });
  }

  it('a list that is not one, polled with others, is polled alone', async () => {
    for (const text of Object.values(unexpected)) {
      let lists = 0;
      const fetch = async (url: string): Promise<Response> => {
        const id = /works\/(w\d)/.exec(url)?.[1];
        if (id !== undefined) return Response.json({ id, status: 'completed' });
        lists++;
        return new Response(text);
      };
      const Works = new Connection({ baseUrl, fetch }).bind(ListedWork);
      const works = ['w1', 'w2'].map((id) => Works.fromDict({ id, status: 'running' }));
      const outcomes = await waitAll(works, { timeout: 5 });
      expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled']);
      expect(lists).to.equal(1);
    }
  });
});

describe('a wait of every platform', () => {
  const backOffOf = { waitTime: 0 };

  it('for a run at aiXplain survives each unexpected response', async () => {
    for (const [what, text] of Object.entries(unexpected)) {
      const { fetch } = fetchOf([text, succeeded], startOf);
      const aix = new Aixplain({ apiKey: 'k', fetch, backendUrl: baseUrl, modelUrl: `${baseUrl}/m`, pipelineUrl: `${baseUrl}/p` });
      const retries = retriesOf(aix);
      for (const record of [aix.bind(Demo).fromDict({ id: 'm1' }), aix.bind(Pipeline).fromDict({ id: 'p1', name: 'p' })]) {
        const result = await record.run({ data: 'x' } as never, backOffOf);
        expect(result.status, what).to.match(/SUCCESS/i);
      }
      expect(retries, what).to.have.length(1);
    }
  });

  it('for an execution at Moderately survives each unexpected response', async () => {
    for (const [what, text] of Object.entries(forRecords)) {
      const connectTo = (idKey: string) => {
        const { fetch } = fetchOf([text, JSON.stringify({ [idKey]: 'e1', status: 'completed' })]);
        return new Moderately({ apiKey: 'k', teamId: 't', baseUrl, fetch });
      };
      const executions = [
        connectTo('pipelineExecutionId').PipelineExecution.fromDict({ pipelineExecutionId: 'e1', status: 'running' }),
        connectTo('agentExecutionId').AgentExecution.fromDict({ agentExecutionId: 'e1', status: 'running' }),
      ];
      for (const execution of executions) {
        await execution.wait(backOffOf);
        expect([execution.id, execution.status], what).to.deep.equal(['e1', 'completed']);
      }
    }
  });

  it('for something of the user survives what our own calls do not understand, and nothing else', async () => {
    for (const text of [unexpected['a maintenance page'], unexpected['cut JSON'], unexpected.null]) {
      const { fetch } = fetchOf([text, text, text, going, done]);
      const api = new Connection({ baseUrl, fetch });
      const Works = api.bind(Work);
      const failed: unknown[] = [];
      const state = await api.wait({
        subject: 'work 1',
        backOff,
        poll: async ({ signal }) => {
          const { status } = await Works.get('w1', { signal });
          return { state: status, final: status === 'completed' };
        },
        onRetry: ({ attempt }) => void failed.push(attempt),
      });
      expect(state).to.equal('completed');
      expect(failed).to.deep.equal([1, 2, 3]);
    }
    const api = new Connection({ baseUrl, fetch: fetchOf(['{}']).fetch });
    const broken = api.wait({ subject: 'work 1', poll: () => Promise.reject(new TypeError('mine')) });
    expect(await failure(broken)).to.be.instanceOf(TypeError);
  });
});
