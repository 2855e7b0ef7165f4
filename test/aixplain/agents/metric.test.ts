import { expect } from 'chai';
import nock from 'nock';
import { passes } from '../../../src/aixplain/index.js';
import { ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { answers, backend, connect, done } from '../support/platform.js';

describe('a metric', () => {
  withoutNetwork();

  const problems = (definition: object): string[] => {
    try {
      connect().Metric.define(definition as never);
      return [];
    } catch (error) {
      return (error as ValidationError).details.map(({ field }) => field);
    }
  };

  it('needs a prompt, or what makes one', () => {
    expect(problems({})).to.deep.equal(['name', 'llm', 'scoreType', 'instruction']);
    expect(problems({ name: 'm', llm: 'x', scoreType: 'boolean' })).to.deep.equal(['instruction']);
    expect(problems({ name: 'm', llm: 'x', scoreType: 'numeric', instruction: 'i', min: 3, max: 3 })).to.deep.equal(['min']);
    expect(problems({ name: 'm', llm: 'x', scoreType: 'categorical', instruction: 'i', categories: ['a'] })).to.deep.equal(['categories']);
    expect(problems({ name: 'm', llm: 'x', prompt: 'p' })).to.deep.equal([]);
  });

  it('is a tool that asks its model', async () => {
    const aix = connect();
    const llm = aix.Model.fromDict({ id: 'm1', path: 'acme/chat/acme' });
    nock(backend)
      .get('/v2/integrations/aixplain%2Fcustom-llm-prompt%2Faixplain')
      .reply(200, { id: 'i1', path: 'aixplain/custom-llm-prompt/aixplain' });
    answers('i1', { name: 'Good', data: { prompt: 'Judge.', llmId: 'acme/chat/acme' } }, { ...done, data: { id: 't1' } });
    nock(backend).get('/v2/tools/t1').reply(200, { id: 't1', name: 'Good', actionsAvailable: false });
    const metric = await aix.Metric.define({ name: 'Good', llm, prompt: ' Judge. ' }).save();
    expect([metric.id, metric.config]).to.deep.equal(['t1', null]);
    const asked = aix.Metric.define({ name: 'm', llm: 'x', scoreType: 'numeric', instruction: 'Is it short?', min: 0, max: 10 });
    expect(asked.config?.prompt).to.contain('Is it short?').and.contain('from 0 to 10');
  });

  it('measures, whatever the model puts around its JSON', async () => {
    const metric = connect().Metric.fromDict({ id: 't1', actionsAvailable: false, allowedActions: ['run'] });
    const says = (data: unknown, sent = 'Query: q\nOutput: {"a":1}\n') =>
      answers('t1', { action: 'run', data: { data: sent } }, { ...done, data });
    const given = { query: 'q', output: { a: 1 } };
    for (const said of ['```json\n{"score": 7, "reasoning": "r",}\n```', '{"score":7,"reasoning":"r"}', { score: 7, reasoning: 'r' }]) {
      says(said);
      expect(await metric.measure(given)).to.deep.equal({ score: 7, reasoning: 'r' });
    }
    says('seven', 'Trace: t\n');
    expect(await failure(metric.measure({ trace: 't' }))).to.be.instanceOf(ResourceError);
  });

  it('passes above a number, or in a list', () => {
    const of = (score: unknown) => ({ score, reasoning: null });
    expect([passes(of(7), 6.5), passes(of(7), 7), passes(of('good'), ['good']), passes(of('bad'), ['good'])]).to.deep.equal([
      true,
      false,
      true,
      false,
    ]);
    expect(() => passes(of(1), true as never)).to.throw(ValidationError);
  });
});
