import { expect } from 'chai';
import nock from 'nock';
import { describe as described, queryOf } from '../../../src/aixplain/agents/debugger.js';
import { AgentResult, Debugger } from '../../../src/aixplain/index.js';
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
    expect(analysis.output).to.equal('slow model');
  });
});
