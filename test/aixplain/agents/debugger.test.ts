import { expect } from 'chai';
import nock from 'nock';
import { describe as described, queryOf } from '../../../src/aixplain/agents/debugger.js';
import { AgentResult, Debugger, DebugResult } from '../../../src/aixplain/index.js';
import { ValidationError } from '../../../src/index.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, connect } from '../support/platform.js';

describe('a debugger', () => {
  withoutNetwork();

  it('asks with the focus first', () => {
    expect([queryOf('c', undefined), queryOf(undefined, 'p'), queryOf('c', 'p')]).to.deep.equal([
      'Content to analyze:\nc',
      'Focus: p',
      'Focus: p\n\nContent to analyze:\nc',
    ]);
    expect(() => queryOf('', undefined)).to.throw(ValidationError);
    expect(() => new Debugger(undefined as never)).to.throw(ValidationError);
  });

  it('is told of a run by its id, how it ended, and what it gave', () => {
    const raw = {
      requestId: 'e1',
      sessionId: 's',
      status: 'FAILED',
      completed: true,
      runTime: 2,
      usedCredits: 0.1,
      errorMessage: 'no',
      data: { output: 'x' },
    };
    const told = JSON.parse(described(new AgentResult(raw))) as object;
    expect(Object.keys(told)).to.deep.equal([
      'execution_id',
      'status',
      'completed',
      'run_time',
      'used_credits',
      'error_message',
      'data',
      'session_id',
      'request_id',
    ]);
    expect(told).to.deep.include({ execution_id: 'e1', run_time: 2, used_credits: 0.1, error_message: 'no', data: { output: 'x' } });
  });

  it('is told of it by another id if need be, and of data and a result of any kind', () => {
    const told = (raw: object, id?: string) => JSON.parse(described(new AgentResult({ ...raw }), id)) as Record<string, unknown>;
    expect(told({ requestId: 'e1' }, 'e2')).to.deep.include({ execution_id: 'e2', request_id: 'e1' });
    expect([told({ data: 'text' }).data, told({ data: { output: 1 } }).data, told({ result: [1] }).result]).to.deep.equal([
      'text',
      { output: 1 },
      [1],
    ]);
    expect(told({ supplierError: { code: 7 }, url: 'https://a.test/p' })).to.deep.include({
      supplier_error: '{"code":7}',
      poll_url: 'https://a.test/p',
    });
    expect(told({})).to.deep.equal({ status: 'IN_PROGRESS', completed: false, run_time: 0, used_credits: 0 });
  });

  it('gives its analysis wherever the agent puts it', () => {
    const of = (data: unknown) => new DebugResult({ data }).analysis;
    expect([of({ output: 'o', result: 'r', text: 't' }), of({ result: 'r', text: 't' }), of({ text: 't' }), of('plain')]).to.deep.equal([
      'o',
      'r',
      't',
      'plain',
    ]);
    for (const nothing of [null, undefined, {}, { output: '' }, '']) expect(of(nothing)).to.equal(null);
  });

  it('runs the agent it is given', async () => {
    const agent = new (connect().Agent)({ id: 'a1' });
    nock(backend)
      .post(
        '/v2/agents/a1/run',
        ({ query, runResponseGeneration }) =>
          query.input.startsWith('Focus: time\n\nContent to analyze:\n{"execution_id":"e9"') && runResponseGeneration,
      )
      .reply(201, { requestId: 'e1', data: `${backend}/sdk/agents/e1/result` });
    nock(backend)
      .get('/sdk/agents/e1/result')
      .reply(200, { status: 'SUCCESS', completed: true, data: { output: 'slow model' } });
    const done = new AgentResult({ requestId: 'e9', status: 'SUCCESS', completed: true });
    const analysis = await new Debugger(agent).explain(done, { prompt: 'time', waitTime: 0 });
    expect([analysis.output, analysis.analysis, analysis.status]).to.deep.equal(['slow model', 'slow model', 'SUCCESS']);
  });
});
