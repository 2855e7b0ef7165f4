import { expect } from 'chai';
import nock from 'nock';
import { type Agent, Inspector } from '../../../src/aixplain/index.js';
import { ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, connect } from '../support/platform.js';

const sent = (values: object) => new Inspector({ name: 'i', metric: 'm1', ...values } as never).toInspector();
const problems = (values: object): string[] => {
  try {
    new Inspector(values as never).toInspector();
    return [];
  } catch (error) {
    return (error as ValidationError).details.map(({ field }) => field);
  }
};

describe('an inspector', () => {
  withoutNetwork();

  it('is sent with its action in any form', () => {
    expect(sent({ action: 'abort' }).action).to.deep.equal({ type: 'abort' });
    expect(sent({ action: { type: 'rerun', max_retries: 2, on_exhaust: 'continue' } }).action).to.deep.equal({
      type: 'rerun',
      maxRetries: 2,
      onExhaust: 'continue',
    });
    expect(sent({ action: { type: 'rerun', maxRetries: 0 } }).action).to.deep.equal({ type: 'rerun', maxRetries: 0 });
  });

  it('is judged by a model, its id, a prompt, or a function', () => {
    const model = connect().Model.fromDict({ id: 'm2' });
    const judged = (metric: unknown) => sent({ action: 'abort', metric }).evaluator;
    expect([
      judged('m1'),
      judged(model),
      judged({ assetId: 'm3', prompt: 'p' }),
      judged({ id: 'm4', config: { prompt: 'q' } }),
      judged({ function: 'def f(): pass' }),
    ]).to.deep.equal([
      { type: 'asset', assetId: 'm1' },
      { type: 'asset', assetId: 'm2' },
      { type: 'asset', assetId: 'm3', prompt: 'p' },
      { type: 'asset', assetId: 'm4', prompt: 'q' },
      { type: 'function', function: 'def f(): pass' },
    ]);
  });

  it('is sent whole, without what is not set', () => {
    expect(sent({ action: 'edit', editor: 'm2', severity: 'high', targets: ['output', ' ', 'Finder'], description: 'd' })).to.deep.equal({
      name: 'i',
      description: 'd',
      severity: 'high',
      targets: ['output', 'Finder'],
      action: { type: 'edit' },
      evaluator: { type: 'asset', assetId: 'm1' },
      editor: { type: 'asset', assetId: 'm2' },
    });
    expect(Object.keys(sent({ action: 'abort' }))).to.deep.equal(['name', 'targets', 'action', 'evaluator']);
  });

  it('is refused with everything that is wrong', () => {
    expect(problems({})).to.deep.equal(['name', 'action', 'metric']);
    expect(problems({ name: 'i', metric: 'm', action: 'edit', severity: 'odd' })).to.deep.equal(['severity', 'editor']);
    expect(problems({ name: 'i', metric: 'm', action: { type: 'abort', maxRetries: 1 } })).to.deep.equal(['action']);
    expect(problems({ name: 'i', metric: 'm', action: { type: 'rerun', maxRetries: -1, onExhaust: 'odd' } })).to.deep.equal([
      'action.maxRetries',
      'action.onExhaust',
    ]);
    expect(problems({ name: 'i', metric: 'm', action: 'odd' })).to.deep.equal(['action.type']);
    expect(problems({ name: 'i', metric: { id: null }, action: 'abort' })).to.deep.equal(['metric']);
  });
});

describe('a guard of the platform', () => {
  withoutNetwork();

  async function guard(path: string, assetInfo?: object): Promise<Inspector> {
    nock(backend)
      .get(`/v2/models/${encodeURIComponent(path)}`)
      .reply(200, { id: 'g1', name: 'Guard', path, ...(assetInfo && { assetInfo }), params: [] });
    return connect().Inspector.get(path);
  }

  it('does what such guards do, by the name of the asset', async () => {
    const attack = await guard('aws/Detect-Prompt-Attacks-Guardrail/aws');
    expect(attack.toInspector()).to.deep.equal({
      name: 'Guard',
      targets: ['input'],
      action: { type: 'abort' },
      evaluator: { type: 'asset', assetId: 'g1' },
      presetId: 'prompt_injection_guard',
    });
    expect((await guard('aws/sensitive-information-guardrail/aws')).toInspector()).to.deep.include({
      action: { type: 'edit' },
      editor: { type: 'asset', assetId: 'g1' },
      presetId: 'pii_redaction',
    });
    expect((await guard('x/contextual-grounding-check-guardrail/other')).toInspector()).to.deep.include({
      targets: ['output'],
      action: { type: 'rerun', maxRetries: 2, onExhaust: 'abort' },
    });
    expect((await guard('acme/other/acme')).toInspector()).to.deep.include({ action: { type: 'abort' }, targets: ['input'] });
    expect((await guard('bare', { assetName: 'sensitive-information-guardrail' })).presetId).to.equal('pii_redaction');
  });

  it('is found among the guards, and may be aimed elsewhere', async () => {
    nock(backend)
      .post('/v2/models/paginate', { pageNumber: 0, pageSize: 20, functions: ['guardrails'], sort: [{}] })
      .reply(200, { results: [{ id: 'g1', name: 'Guard', path: 'acme/other/acme' }], total: 1 });
    const [found] = (await connect().Inspector.search()).results;
    expect(found).to.be.instanceOf(Inspector);
    Object.assign(found as Inspector, { targets: ['output'] });
    expect(found?.toInspector().targets).to.deep.equal(['output']);
    expect(await failure((found as Inspector).save())).to.be.instanceOf(ValidationError);
  });

  it('is saved with its agent, and read back as it was sent', async () => {
    const aix = connect();
    const inspector = await guard('aws/detect-prompt-attacks-guardrail/aws');
    const agent = new aix.Agent({ name: 'Team', inspectors: [inspector] });
    let given: unknown;
    nock(backend)
      .post('/v2/agents', (each) => {
        given = each.inspectors;
        return true;
      })
      .reply(201, (_uri, each) => ({ ...(each as object), id: 'a1' }));
    await agent.save();
    expect(given).to.deep.equal([inspector.toInspector()]);
    expect([agent.inspectors[0] === inspector, agent.isModified]).to.deep.equal([true, false]);
    nock(backend).get('/v2/agents/a1').reply(200, { id: 'a1', name: 'Team', inspectors: given });
    const loaded: Agent = await aix.Agent.get('a1');
    expect(loaded.inspectors.map((each) => [each instanceof Inspector, (each as Inspector).toInspector()])).to.deep.equal([
      [true, inspector.toInspector()],
    ]);
    expect(loaded.isModified).to.equal(false);
    Object.assign(loaded.inspectors[0] as Inspector, { severity: 'high' });
    expect(loaded.changedFields).to.deep.equal(['inspectors']);
  });
});
