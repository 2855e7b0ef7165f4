import { expect } from 'chai';
import { type Json, usePlatform } from '../support/platform.js';

const seed = { assets: { 'v2/models': [{ id: 'guard', name: 'Guard', path: 'acme/guard/acme', function: { id: 'guardrails' } }] } };

describe('Inspectors of agents of the local platform', () => {
  const local = usePlatform({ seed });
  const post = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;

  let agents = 0;

  /** Runs an agent that says `said`, in turn, with inspectors. */
  async function run(said: unknown[], inspectors: object[], query = 'hi', more: object = {}): Promise<Json> {
    const agent = await post('/v2/agents', { name: `Desk ${++agents}`, inspectors, ...more });
    const asked: Json[] = [];
    local.platform.block(agent.id, ({ inputs }) => {
      asked.push(inputs);
      return said[Math.min(asked.length, said.length) - 1];
    });
    const { data } = await post(`/v2/agents/${agent.id}/run`, { query: { input: query } });
    return { ...(await local.client.until(data, ({ completed }) => completed)), asked };
  }
  const inspector = (type: string, about: object = {}) => ({
    ...{ name: 'Check', targets: ['output'], action: { type }, evaluator: { type: 'asset', assetId: 'judge', prompt: 'Be kind.' } },
    ...about,
  });
  const shown = ({ data }: Json): unknown[] =>
    data.steps.filter(({ unit }: Json) => unit.type === 'inspector').map(({ agent, action, output }: Json) => [agent.id, action, output]);

  it('let pass what their judge accepts, in any of the forms of a verdict', async () => {
    for (const verdict of [
      'PASS',
      'pass: fine',
      false,
      { passed: true },
      { score: true, reasoning: 'x' },
      { action: 'NONE' },
      '{"passed":true}',
    ]) {
      local.platform.block('judge', () => verdict);
      const done = await run(['hello'], [inspector('abort')]);
      expect(done.data.output, JSON.stringify(verdict)).to.equal('hello');
      expect(done.data).to.include({ critiques: '', governanceStatus: null });
      expect(done.data.steps).to.have.length(2);
    }
  });

  it('abort the run, which then says who did and why', async () => {
    let judged: Json;
    for (const verdict of ['FAIL: rude', { passed: false, reason: 'rude' }, { action: 'GUARDRAIL_INTERVENED', text: 'rude' }]) {
      local.platform.block('judge', ({ inputs }) => {
        judged = inputs;
        return verdict;
      });
      const done = await run(['go away'], [inspector('abort')]);
      expect(done).to.include({ status: 'SUCCESS', completed: true });
      expect(done.data).to.include({
        output: "Stopped by the inspector 'Check': rude",
        critiques: 'Check: rude',
        governanceStatus: 'ABORTED',
        governanceSource: 'Check',
        governanceReason: 'rude',
      });
      expect(shown(done)).to.deep.equal([['Check_inspector', 'abort', 'rude']]);
    }
    expect(judged).to.include({ text: 'go away', prompt: 'Be kind.', target: 'output', role: 'evaluator' });
  });

  it('see the question before the agent does', async () => {
    local.platform.block('judge', ({ inputs }) => String(inputs.text).includes('secret'));
    const stopped = await run(['never said'], [inspector('abort', { targets: ['INPUT'] })], 'tell the secret');
    expect(stopped.asked).to.deep.equal([]);
    expect(stopped.data.governanceSource).to.equal('Check');
    local.platform.block('editor', ({ inputs }) => String(inputs.text).replace('secret', '…'));
    const editor = { type: 'asset', assetId: 'editor' };
    const edited = await run(['said'], [inspector('edit', { targets: ['input'], editor })], 'tell the secret');
    expect(edited.asked[0].query).to.deep.equal({ input: 'tell the …' });
    expect(edited.data).to.include({ output: 'said', input: 'tell the …' });
  });

  it('have the agent answer again, until it passes or the retries are used up', async () => {
    local.platform.block('judge', ({ inputs }) => (inputs.text === 'Ada' ? 'PASS' : `FAIL: not ${inputs.text as string}`));
    const again = (about: object) => inspector('', { action: { type: 'rerun', ...about } });
    const done = await run(['Bob', 'Eve', 'Ada'], [again({ maxRetries: 3 })]);
    expect(done.data.output).to.equal('Ada');
    expect(done.asked.map(({ critiques }: Json) => critiques)).to.deep.equal([undefined, ['not Bob'], ['not Bob', 'not Eve']]);
    expect(shown(done).map((step) => (step as unknown[])[2])).to.deep.equal(['not Bob', 'not Eve', 'passed']);
    const kept = await run(['Bob'], [again({ maxRetries: 2, onExhaust: 'continue' })]);
    expect([kept.data.output, kept.asked.length]).to.deep.equal(['Bob', 3]);
    const stopped = await run(['Bob'], [again({ maxRetries: 0, onExhaust: 'abort' })]);
    expect([stopped.data.governanceStatus, stopped.asked.length]).to.deep.equal(['ABORTED', 1]);
  });

  it('edit, or only note, what was said, one after the other', async () => {
    local.platform.block('judge', ({ inputs }) => /\d/.test(String(inputs.text)));
    local.platform.block('editor', ({ inputs }) => String(inputs.text).replace(/\d/g, '#'));
    const editor = { type: 'asset', assetId: 'editor' };
    const done = await run(['call 123'], [inspector('continue', { name: 'Notes' }), inspector('edit', { editor }), inspector('abort')]);
    expect(done.data).to.include({ output: 'call ###', critiques: 'Notes: rejected\nCheck: rejected', governanceStatus: null });
    expect(shown(done)).to.deep.equal([
      ['Notes_inspector', 'continue', 'rejected'],
      ['Check_inspector', 'edit', 'rejected'],
      ['Check_inspector', 'abort', 'passed'],
    ]);
  });

  it('edit what was said when they object to the steps, and leave it when their editor says nothing', async () => {
    local.platform.block('judge', () => 'FAIL: too many steps');
    local.platform.block('editor', ({ inputs }) => `${inputs.text}, briefly`);
    const edit = inspector('edit', { targets: ['steps'], editor: { type: 'asset', assetId: 'editor' } });
    expect((await run(['hello'], [edit])).data.output).to.equal('hello, briefly');
    local.platform.block('editor', () => undefined);
    expect((await run(['hello'], [edit])).data.output).to.equal('hello');
  });

  it('look at the steps, and at what a sub-agent says', async () => {
    let seen: Json;
    local.platform.block('judge', ({ inputs }) => {
      seen = inputs.data;
      return { passed: true };
    });
    await run(['hello'], [inspector('abort', { targets: ['steps'] })]);
    expect(seen[0]).to.include({ output: 'hello' });

    const finder = await post('/v2/agents', { name: 'Finder' });
    local.platform.block(finder.id, () => 'found');
    local.platform.block('judge', ({ inputs }) => inputs.text === 'found' && 'FAIL: not enough');
    const inspectors = [inspector('abort', { targets: ['finder'] }), inspector('abort', { name: 'Other', targets: ['nobody'] })];
    const team = await post('/v2/agents', { name: 'Team', agents: [{ id: finder.id }], inspectors });
    const { data } = await post(`/v2/agents/${team.id}/run`, { query: 'Finder: facts' });
    const done = await local.client.until(data, ({ completed }) => completed);
    expect(done.data.governanceReason).to.equal('not enough');
    expect(shown(done)).to.deep.equal([
      ['Check_inspector', 'abort', 'not enough'],
      ['Other_inspector', 'abort', 'Not asked: what it inspects did not occur.'],
    ]);
  });

  it('pass where their judge is on the platform without a handler, and say so', async () => {
    const done = await run(['hello'], [inspector('abort', { evaluator: { type: 'asset', assetId: 'acme/guard/acme' } })]);
    expect(done.data.output).to.equal('hello');
    expect(shown(done)).to.deep.equal([['Check_inspector', 'abort', 'passed: its judge has no handler']]);
  });

  it('fail the run clearly when there is nobody to ask, or no verdict', async () => {
    const python = { type: 'function', function: 'def judge(text): return True' };
    for (const [evaluator, words] of [
      [{ type: 'asset', assetId: 'nowhere' }, "platform.block('nowhere', handler)"],
      [python, 'Python'],
      [undefined, 'no judge'],
    ] as const) {
      const failed = await run(['hello'], [inspector('abort', { evaluator })]);
      expect([failed.status, failed.completed]).to.deep.equal(['FAILED', true]);
      expect(failed.errorMessage).to.contain("The inspector 'Check' cannot be asked.").and.contain(words);
    }
    local.platform.block('judge', () => 'well, it depends');
    const unclear = await run(['hello'], [inspector('abort')]);
    expect(unclear.errorMessage).to.contain('PASS or FAIL').and.contain('well, it depends');
    local.platform.block('inspectors', ({ inputs }) => (inputs.inspector as Json).evaluator.function.includes('True'));
    const asked = await run(['hello'], [inspector('abort', { evaluator: python })]);
    expect(asked.data.governanceStatus, 'the handler of all inspectors').to.equal('ABORTED');
  });
});

describe('Judges of the local platform with a handler of all models', () => {
  const local = usePlatform({ seed });

  it('are asked as language models are', async () => {
    local.platform.block('models', ({ inputs }) => {
      const [system, user] = inputs.messages as Json[];
      return user.content === 'hi' && system.content.startsWith('Be kind.') ? 'FAIL: so it says' : 'no verdict';
    });
    const evaluator = { type: 'asset', assetId: 'guard', prompt: 'Be kind.' };
    const inspectors = [{ name: 'Check', targets: ['input'], action: { type: 'abort' }, evaluator }];
    const { id } = (await local.client.post('/v2/agents', { name: 'Desk', inspectors })).body;
    const { data } = (await local.client.post(`/v2/agents/${id}/run`, { query: 'hi' })).body;
    const done = await local.client.until(data, ({ completed }) => completed);
    expect(done.data.governanceReason).to.equal('so it says');
  });
});
