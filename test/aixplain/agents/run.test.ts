import { expect } from 'chai';
import nock from 'nock';
import { z } from 'zod';
import { AgentResult, type AgentStep, describeStep } from '../../../src/aixplain/index.js';
import { OperationFailedError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, body, connect, fetching, fieldsOf } from '../support/platform.js';
import { takesUpload } from '../support/uploads.js';

type Json = Record<string, unknown>;

const result = '/sdk/agents/e1/result';
const step = (values: object = {}) => ({
  id: '1',
  agent: { id: 'a', name: 'Desk', is_system_agent: false },
  unit: { id: 'm', name: 'Web', type: 'tool' },
  action: 'search',
  output: 'found',
  used_credits: 0.001,
  input_tokens: 510,
  output_tokens: 536,
  total_tokens: 1046,
  start_time: '2026-01-01T00:00:00Z',
  end_time: '2026-01-01T00:00:02Z',
  ...values,
});
const final = {
  requestId: 'e1',
  sessionId: null,
  status: 'SUCCESS',
  completed: true,
  data: {
    input: 'hi',
    output: 'hello',
    session_id: 's1',
    critiques: '',
    executionStats: { runtime: 0.2, credits: 0.003 },
    governanceStatus: 'passed',
    governanceSource: null,
    governanceReason: null,
    steps: [step()],
  },
};

const fetched = fetching('Agent', '/v2/agents/a1', { id: 'a1', name: 'Desk', status: 'onboarded' });

/** The platform takes a run with this body, and answers polls. */
function takes(sent: object | undefined, ...polls: object[]): void {
  nock(backend)
    .post('/v2/agents/a1/run', sent && body(sent))
    .reply(201, { requestId: 'e1', sessionId: null, data: `${backend}${result}` });
  for (const poll of polls)
    nock(backend)
      .get(result)
      .reply(200, { ...poll });
}

const base = {
  id: 'a1',
  executionParams: { outputFormat: 'text', maxTokens: 2048, maxTime: 300, contextOverflowStrategy: null, expectedOutput: null },
  runResponseGeneration: false,
  metaData: { userAgent: 'sdk' },
};
const quick = { waitTime: 0 };

describe('a run of an agent', () => {
  withoutNetwork();

  it('is started and polled, and gives output, steps and cost', async () => {
    const agent = await fetched();
    const { requestId: _none, ...poll } = final;
    takes({ ...base, query: { input: 'hi' } }, poll);
    const { data, output, steps, sessionId, requestId, executionId, usedCredits, runTime } = await agent.run({ query: 'hi' }, quick);
    expect([data.output, output, sessionId, data.sessionId, requestId, executionId]).to.deep.equal([
      'hello',
      'hello',
      's1',
      's1',
      'e1',
      'e1',
    ]);
    expect([usedCredits, runTime, data.governance, data.executionStats]).to.deep.equal([
      0.003,
      0.2,
      { status: 'passed', source: null, reason: null },
      { runtime: 0.2, credits: 0.003 },
    ]);
    const [first] = steps;
    expect([first?.agent?.name, first?.unit?.type, first?.isDone, first?.totalTokens, first?.endedAt?.toISOString()]).to.deep.equal([
      'Desk',
      'tool',
      true,
      1046,
      '2026-01-01T00:00:02.000Z',
    ]);
  });

  it('sends the query with its variables, and everything else it is given', async () => {
    const agent = await fetched();
    const given = { query: { input: 'hi', more: 1 }, variables: { name: 'Ada' }, criteria: 'c', tasks: [], none: null, identifier: 'u' };
    nock(backend, { reqheaders: { 'x-user-id': 'u' } })
      .post('/v2/agents/a1/run', body({ ...base, query: { input: 'hi', more: 1, name: 'Ada' }, criteria: 'c', tasks: [], identifier: 'u' }))
      .reply(201, { requestId: 'e1', data: `${backend}${result}` });
    const { identifier, ...params } = given;
    await agent.runAsync(params, { identifier });
    takes({ ...base });
    await agent.runAsync();
  });

  it('takes execution parameters in both spellings, and writes an answer where JSON is expected', async () => {
    const agent = await fetched();
    takes({
      ...base,
      executionParams: { ...base.executionParams, maxTokens: 5, maxTime: 9, outputFormat: 'json', expectedOutput: '{"a":1}', own: 1 },
      runResponseGeneration: true,
      query: { input: 'hi' },
    });
    const executionParams = { max_tokens: 5, maxTime: 9, outputFormat: 'json' as const, expected_output: { a: 1 }, own: 1 };
    await agent.runAsync({ query: 'hi', executionParams });
    takes({ ...base, runResponseGeneration: true });
    await agent.runAsync({ runResponseGeneration: true });
  });

  it('sends attachments: URLs as they are, files uploaded', async () => {
    const agent = await fetched();
    takesUpload('k', 'text');
    const sent = (await agent.buildRunPayload(
      { attachments: ['https://a.test/i.png', { url: 'https://a.test/x', type: 'audio' }, new File(['text'], 'a.txt')] },
      {},
    )) as { attachments: Json[] };
    expect(sent.attachments.map(({ type, name, mimeType }) => [type, name, mimeType])).to.deep.equal([
      ['image', 'i.png', 'image/png'],
      ['audio', 'x', 'application/octet-stream'],
      ['text', 'a.txt', 'text/plain'],
    ]);
    expect((await agent.buildRunPayload({}, {})) as Json).not.to.have.property('attachments');
  });

  it('takes files by the old name of attachments, and warns', async () => {
    const agent = await fetched();
    const warnings: string[] = [];
    agent.on('warning', ({ message }) => warnings.push(message));
    takesUpload('k', 'text');
    const own = { url: 'https://a.test/i.png', name: 'i.png', type: 'image', mimeType: 'image/png' };
    const file = { url: 'https://b.s3.amazonaws.com/get/k', name: 'a.txt', type: 'text', mimeType: 'text/plain' };
    takes({ ...base, query: { input: 'hi' }, attachments: [own, file] });
    await agent.runAsync({ query: 'hi', attachments: [own.url], files: [new File(['text'], 'a.txt')] });
    expect(warnings.join()).to.contain('write attachments');
  });

  it('warns of a budget where it limits nothing', async () => {
    const agent = await fetched();
    const warnings: string[] = [];
    agent.on('warning', ({ message }) => warnings.push(message));
    takes({ ...base, query: { input: 'hi' } });
    await agent.runAsync({ query: 'hi', budget: { maxCost: 1 } });
    expect(warnings.join()).to.contain('write executionParams.budget');
  });

  it('has the platform’s words when it fails', async () => {
    const agent = await fetched();
    takes(undefined, { requestId: 'e1', status: 'FAILED', completed: true, errorMessage: 'token limit reached', data: null });
    const error = await failure(agent.run({ query: 'hi' }, quick));
    expect(error).to.be.instanceOf(OperationFailedError);
    expect(error.reason).to.equal('token limit reached');
  });

  it('saves a draft with changes as a draft first', async () => {
    const agent = await fetched({ status: 'draft' });
    agent.instructions = 'other';
    nock(backend)
      .put('/v2/agents/a1', (given: Json) => given.status === 'draft')
      .reply(200, {});
    takes(undefined, final);
    await agent.run({ query: 'hi' }, quick);
    const fresh = new (connect().Agent)({ name: 'New' });
    nock(backend)
      .post('/v2/agents', (given: Json) => given.status === 'draft')
      .reply(201, { id: 'a1' });
    takes(undefined, final);
    await fresh.run({ query: 'hi' }, quick);
    expect([fresh.id, fresh.status]).to.deep.equal(['a1', 'draft']);
  });

  it('refuses a deployed agent with changes, and parts that are not saved', async () => {
    const agent = await fetched();
    agent.instructions = 'other';
    const error = await failure(agent.run({ query: 'hi' }));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain('unsaved changes (instructions)');
    agent.revert();
    agent.agents = [new (connect().Agent)({ name: 'Part' })];
    expect((await failure(agent.run({ query: 'hi' }))).message).to.contain("agent 'Part'");
  });

  it('needs no load of an agent that is known by its id', async () => {
    takes(undefined, final);
    expect((await new (connect().Agent)({ id: 'a1' }).run({ query: 'hi' }, quick)).output).to.equal('hello');
  });

  it('is polled by its URL or its id', async () => {
    const agent = await fetched();
    nock(backend).get(result).times(3).reply(200, final);
    const polled = [await agent.poll(`${backend}${result}`), await agent.poll('e1'), await agent.syncPoll('e1')];
    expect(polled.map(({ output }) => output)).to.deep.equal(['hello', 'hello', 'hello']);
    expect(await failure((async () => agent.poll(' '))())).to.be.instanceOf(ValidationError);
    nock(backend).get(result).reply(200, final);
    const slashed = new (connect({ backendUrl: `${backend}/` }).Agent)({ id: 'a1' });
    expect((await slashed.poll('e1')).output).to.equal('hello');
  });
});

describe('the steps of a run', () => {
  withoutNetwork();

  const running = (...steps: object[]) => ({ requestId: 'e1', status: 'IN_PROGRESS', completed: false, data: { steps } });

  it('are yielded as they begin and as they end', async () => {
    const agent = await fetched();
    takes(
      undefined,
      running(step({ output: null })),
      running(step({ output: null })),
      running(step(), step({ id: '2', output: null })),
      final,
    );
    const seen: [string | null, boolean][] = [];
    for await (const each of agent.runSteps({ query: 'hi' }, quick)) seen.push([each.id, each.isDone]);
    expect(seen).to.deep.equal([
      ['1', false],
      ['1', true],
      ['2', false],
    ]);
  });

  it('are in poll events and in the progress: who, what, with which tool, and the credits so far', async () => {
    const agent = await fetched();
    takes(undefined, running(step({ output: null }), step({ id: '2', used_credits: 0.0025 })), final);
    const seen: unknown[] = [];
    agent.on('poll', ({ result: { steps }, progress }) => seen.push([steps.length, progress]));
    await agent.run({ query: 'hi' }, quick);
    expect(seen).to.deep.equal([
      [2, { step: 2, message: 'Desk · search · Web · 0.0035 credits' }],
      [1, { step: 1, message: 'Desk · search · Web · 0.001 credits' }],
    ]);
  });

  it('are one line each, with their tokens', () => {
    const done = new AgentResult({
      ...final,
      data: { ...final.data, steps: [step(), step({ error: 'no', unit: null, input_tokens: null })] },
    });
    expect(describeStep(done.steps[0] as AgentStep)).to.equal('Desk · search (Web) · ↓510 ↑536 (1046) · 0.001 credits');
    expect(describeStep(done.steps[1] as AgentStep)).to.contain('failed: no');
    expect(new AgentResult(final).summary().split('\n').at(-1)).to.equal('1 steps · ↓510 ↑536 (1046) · 0.003 credits · 0.2 s');
    expect(describeStep((new AgentResult({ data: { steps: [{}] } }).steps as AgentStep[])[0] as AgentStep)).to.equal('');
  });
});

describe('the result of an agent', () => {
  it('finds diagnostic codes at the top, in the data, or in its statistics', () => {
    const codes = (raw: object) => new AgentResult({ ...final, ...raw }).diagnosticErrorCodes;
    expect(codes({ diagnosticErrorCodes: ['A'], data: { diagnosticErrorCodes: ['B'] } })).to.deep.equal(['A']);
    expect(codes({ data: { diagnosticErrorCodes: ['B'] } })).to.deep.equal(['B']);
    expect(codes({ data: { executionStats: { diagnostic_error_codes: ['C'] } } })).to.deep.equal(['C']);
  });

  it('takes its id from the request, else from the URL', () => {
    const id = (raw: object) => new AgentResult({ ...raw }).executionId;
    expect([
      id({ requestId: 'r', url: 'https://a.test/sdk/agents/u/result' }),
      id({ url: 'https://a.test/sdk/agents/u-1/result' }),
      id({ url: 'https://a.test/sdk/agents/0f3a-77?x=1' }),
      id({ url: 'https://a.test/other' }),
      id({}),
    ]).to.deep.equal(['r', 'u-1', '0f3a-77', null, null]);
  });

  it('is what a schema makes of it', async () => {
    const schema = z.object({ n: z.number().default(3), city: z.string() });
    const of = (output: unknown) => new AgentResult({ data: { output } }).parsed(schema);
    expect([await of('{"city":"Rome"}'), await of({ city: 'Rome', n: 1 })]).to.deep.equal([
      { city: 'Rome', n: 3 },
      { city: 'Rome', n: 1 },
    ]);
    const error = await failure(of({ city: 7, n: 'x' }));
    expect(error).to.be.instanceOf(ValidationError);
    expect(fieldsOf(error)).to.have.members(['city', 'n']);
  });

  it('may be a text, and the governance an object', () => {
    expect(new AgentResult({ status: 'SUCCESS', completed: true, data: 'text' }).output).to.equal('text');
    const { data } = new AgentResult({ data: { governance: { status: 'refused', source: 's', reason: 'r' } } });
    expect(data.governance).to.deep.equal({ status: 'refused', source: 's', reason: 'r' });
    expect(new AgentResult({ data: {} }).data.governance).to.equal(null);
  });
});
