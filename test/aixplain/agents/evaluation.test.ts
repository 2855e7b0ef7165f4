import { expect } from 'chai';
import nock from 'nock';
import { type Agent, type EvaluationRow, evaluate, type Judge, type Metric } from '../../../src/aixplain/index.js';
import { AbortedError, OperationFailedError, ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { answers, backend, connect, done, fieldsOf } from '../support/platform.js';

const agentOf = (id: string, aix = connect()): Agent => new aix.Agent({ id, name: id });
const metricOf = (id: string): Metric => connect().Metric.fromDict({ id, actionsAvailable: false, allowedActions: ['run'] }) as Metric;
const quick = { waitTime: 0 };

/** An agent answers a query, or its run fails. */
function replies(agent: string, query: string, output: string | null): void {
  const run = `${agent}-${query}`;
  nock(backend)
    .post(`/v2/agents/${agent}/run`, (sent) => sent.query.input === query)
    .reply(201, { requestId: run, data: `${backend}/sdk/agents/${run}/result` });
  const end = output === null ? { status: 'FAILED', completed: true, errorMessage: 'down' } : { ...done, data: { output, steps: [] } };
  nock(backend).get(`/sdk/agents/${run}/result`).reply(200, end);
}

async function rowsOf(...given: Parameters<typeof evaluate>): Promise<EvaluationRow[]> {
  const rows: EvaluationRow[] = [];
  for await (const row of evaluate(...given)) rows.push(row);
  return rows;
}

describe('an evaluation', () => {
  withoutNetwork();

  it('asks every agent about every case, and judges what they answer', async () => {
    const aix = connect();
    const [one, two] = [agentOf('a1', aix), agentOf('a2', aix)];
    for (const query of ['q1', 'q2']) for (const agent of ['a1', 'a2']) replies(agent, query, `${agent} says ${query}`);
    for (const [agent, query, score] of [
      ['a1', 'q1', 7],
      ['a2', 'q1', 6],
      ['a1', 'q2', 5],
      ['a2', 'q2', 9],
    ])
      answers(
        't1',
        { action: 'run', data: { data: `Query: ${query}\nTrace: []\nOutput: ${agent} says ${query}\n` } },
        { ...done, data: { score, reasoning: 'r' } },
      );
    const cases = [
      { query: 'q1', reference: 'a1 says q1' },
      { query: 'q2', reference: 'nothing' },
    ];
    const exact: Judge = ({ result, case: { reference } }) => ({ score: result.output === reference ? 'right' : 'wrong', reasoning: null });
    const metrics = { good: { metric: metricOf('t1'), threshold: 6 }, exact: { metric: exact, threshold: ['right'] }, plain: exact };
    const rows = await rowsOf([one, two], cases, { metrics, ...quick });
    expect(rows.map(({ agent, case: { query }, scores }) => [agent.id, query, scores.good?.score, scores.good?.passed])).to.deep.equal([
      ['a1', 'q1', 7, true],
      ['a2', 'q1', 6, false],
      ['a1', 'q2', 5, false],
      ['a2', 'q2', 9, true],
    ]);
    expect(rows.map(({ scores }) => scores.exact?.passed)).to.deep.equal([true, false, false, false]);
    expect(rows[0]?.scores.plain).to.deep.equal({ score: 'right', reasoning: null, passed: null, error: null });
    expect(rows[0]?.agent).to.equal(one);
  });

  it('records a run that fails, without judging it, and goes on', async () => {
    replies('a1', 'q1', null);
    replies('a1', 'q2', 'fine');
    let judged = 0;
    const metrics = { any: () => ({ score: ++judged, reasoning: null }) };
    const [failed, fine] = await rowsOf([agentOf('a1')], [{ query: 'q1' }, { query: 'q2' }], { metrics, ...quick });
    expect([failed?.result, failed?.error instanceof OperationFailedError, failed?.scores]).to.deep.equal([null, true, {}]);
    expect([fine?.result?.output, fine?.error, fine?.scores.any?.score, judged]).to.deep.equal(['fine', null, 1, 1]);
  });

  it('records a metric that fails, beside the others', async () => {
    replies('a1', 'q1', 'fine');
    answers('t1', { action: 'run', data: { data: 'Query: q1\nTrace: []\nOutput: fine\n' } }, { ...done, data: 'no JSON' });
    const metrics = { bad: { metric: metricOf('t1'), threshold: 1 }, good: async () => ({ score: 1, reasoning: null }) };
    const [row] = await rowsOf([agentOf('a1')], [{ query: 'q1' }], { metrics, ...quick });
    expect(row?.scores.bad?.error).to.be.instanceOf(ResourceError);
    expect([row?.scores.bad?.score, row?.scores.bad?.passed, row?.scores.good?.score, row?.error]).to.deep.equal([null, null, 1, null]);
  });

  it('reads its cases as it needs them, and ends when it is left or aborted', async () => {
    let read = 0;
    const endless = (function* () {
      for (;;) yield { query: `q${++read}` };
    })();
    replies('a1', 'q1', 'fine');
    for await (const { result } of evaluate([agentOf('a1')], endless, { concurrency: 1, ...quick })) {
      expect(result?.output).to.equal('fine');
      break;
    }
    expect(read).to.be.at.most(2);
    const aborted = AbortSignal.abort('enough');
    expect(await failure(rowsOf([agentOf('a1')], [{ query: 'q' }], { signal: aborted }))).to.be.instanceOf(AbortedError);
  });

  it('refuses thresholds and metrics that make no sense, before anything is asked', async () => {
    for (const wrong of [{ metric: metricOf('t'), threshold: true }, { metric: metricOf('t'), threshold: [1] }, {}, 'text']) {
      const error = await failure(rowsOf([agentOf('a1')], [{ query: 'q' }], { metrics: { odd: wrong as never } }), ValidationError);
      expect(fieldsOf(error)).to.deep.equal(['metrics.odd']);
    }
  });
});
