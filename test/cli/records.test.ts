import { expect } from 'chai';
import { useCommandLine } from './support/command-line.js';

describe('the command line, on records', () => {
  const { run, json } = useCommandLine();

  it('creates from arguments, options, files of JSON and standard input', async () => {
    const [one] = await json(['dataset', 'create', 'name=Airports', '--description', 'All']);
    expect(one).to.include({ name: 'Airports', description: 'All' });
    const [two] = await json(['Dataset', 'create', '-', 'description:=null'], { stdin: '{"name": "Airlines", "description": "Some"}' });
    expect(two).to.include({ name: 'Airlines', description: null });
    const many = await json(['datasets', 'create', '-'], { stdin: '{"name":"A"}\n{"name":"B"}\n' });
    expect(many.map(({ name }) => name)).to.deep.equal(['A', 'B']);
    const listed = await json(['data-sets', 'create', '-'], { stdin: '[{"name":"C"},{"name":"D"}]' });
    expect(listed).to.have.length(2);
  });

  it('reads each text as the class says', async () => {
    const [agent] = await json(['agent', 'create', 'name=Helper']);
    const version = [
      'agent-configuration-version',
      'create',
      `agentId=${agent!.agentId}`,
      'instructions=Help.',
      'inputSchema:={}',
      'outputSchema:={}',
    ];
    const rest = [
      'isCurrent=true',
      'systemPrompt:=null',
      'llmConfig:={}',
      'toolConfig:=[]',
      'executionConfig:={"maxActions":3,"planningInterval":1}',
    ];
    const wrong = await run([...version, ...rest, 'versionNumber=one']);
    expect(wrong).to.include({ code: 2, out: '' });
    expect(wrong.err).to.contain('versionNumber must be a number (got "one")');
    expect((await run([...version, ...rest.with(0, 'isCurrent=yes'), 'versionNumber=1'])).err).to.contain(
      'isCurrent must be true or false',
    );
    const made = await run([...version, ...rest, '--version-number', '1', '--json']);
    expect(made.code, made.err).to.equal(0);
    expect(JSON.parse(made.out)).to.include({ versionNumber: 1, isCurrent: true, systemPrompt: null });
  });

  it('takes a number for a field whose check wants one although its type is not known', async () => {
    const { err } = await run(['pipeline-execution', 'create', 'pipelineConfigurationVersionId=v', 'pipelineInput:={}', 'totalSteps=3']);
    expect(err).not.to.contain('totalSteps');
    expect(err).to.contain('save of PipelineExecution');
  });

  it('refuses names there are not, with the nearest one, before anything is sent', async () => {
    for (const [args, problem] of [
      [['dataset', 'create', 'nmae=x'], 'nmae is not a field of Dataset (did you mean name?).'],
      [['dataset', 'create', '--naem', 'x'], "Unknown option '--naem' (did you mean --name?)"],
      [['dataset', 'create', 'datasetId=1'], 'datasetId is set by the platform'],
      [['dataset', 'create', 'x'], '"x" gives no value. Write name=text'],
      [['dataset', 'create', 'name:=x'], 'name:=x: this is not JSON'],
      [['dataset', 'create', '@none.json'], 'There is no file none.json.'],
      [['dataset', 'search', 'nmaeLike=x'], 'nmaeLike is not a filter of Dataset (did you mean nameLike?).'],
      [['dataset', 'search', '--sort', 'naem'], 'Dataset cannot be sorted by naem (did you mean name?).'],
      [['dataset', 'search', '--columns', 'nmae'], 'nmae is not a field of Dataset (did you mean name?).'],
      [['dataset', 'search', '--limit', '-1'], 'must be a whole number'],
      [['dataset', 'search', '--limit', '1', '--all'], 'Give --all or --limit, not both.'],
      [['dataset', 'search', '--json', '--csv'], 'cannot be used with'],
      [['dataset', 'serch'], 'Dataset has no "serch". It can search, get'],
      [['dataset'], 'What should be done with Dataset?'],
      [['team', 'delete', 'x', '--yes'], 'Team has no "delete". It can search, get, create, update.'],
      [['audit-log', 'create'], 'AuditLog has no "create"'],
      [['model', 'search'], 'aiXplain has it: give --aixplain.'],
      [['dataste', 'search'], 'Unknown command "dataste" (did you mean dataset?).'],
      [['dataset', 'update', 'x'], 'An update needs values.'],
    ] as const) {
      const { code, out, err } = await run([...args]);
      expect(err, args.join(' ')).to.contain(problem);
      expect({ code, out }, args.join(' ')).to.deep.equal({ code: 2, out: '' });
      expect(err.trimEnd().split('\n').length, err).to.be.at.most(2);
      expect(err).not.to.contain('    at ');
    }
  });

  it('shows one record below its fields and several as a table', async () => {
    const [one] = await json(['dataset', 'create', 'name=Airports']);
    const [two] = await json(['dataset', 'create', 'name=Airlines']);
    const shown = await run(['dataset', 'get', String(one!.datasetId)]);
    expect(shown.out).to.match(/^id {9}\S+\nteamId {5}\S+\nname {7}Airports\n/);
    const table = await run(['dataset', 'get', String(one!.datasetId), String(two!.datasetId), '--columns', 'name,id']);
    expect(table.out).to.equal(`name      id\nAirports  ${one!.datasetId}\nAirlines  ${two!.datasetId}\n`);
  });

  it('updates, and says what has changed', async () => {
    const [one] = await json(['dataset', 'create', 'name=Airports']);
    const done = await run(['dataset', 'update', String(one!.datasetId), '--name', 'Ports', 'description=By air', '--json']);
    expect(done.err).to.equal('name: Airports → Ports\ndescription: nothing → By air\n');
    expect(JSON.parse(done.out)).to.include({ name: 'Ports', description: 'By air' });
    expect((await run(['dataset', 'update', String(one!.datasetId), 'name=Ports'])).err).to.equal('Nothing has changed.\n');
  });

  it('takes one object, neither several nor none, for all but a create', async () => {
    for (const [args, rule] of [
      [['dataset', 'search'], 'A search takes one set of filters'],
      [['dataset', 'update', 'x'], 'An update takes the values of one record'],
      [['file', 'upload', 'package.json'], 'An upload takes the values of one record'],
      [['pipeline', 'run', 'x'], 'A run takes one input'],
    ] as const) {
      for (const [stdin, kind] of [
        ['[]', 'an empty list'],
        ['[{"name":"C"},{"name":"D"}]', 'several objects'],
      ])
        expect(await run([...args, '-'], { stdin: stdin! })).to.deep.equal({
          code: 2,
          out: '',
          err: `remote-record: ${rule}, not ${kind}.\n`,
        });
    }
    expect(await run(['dataset', 'create', '-', 'name=C'], { stdin: '[]' })).to.deep.equal({ code: 0, out: '', err: '' });
    expect(await json(['dataset', 'create', 'name=C', '-'], { stdin: '[{"description":"x"}]' })).to.have.length(1);
  });

  it('names the command whose help explains an option, not the value of an option', async () => {
    const { code, err } = await run(['--data-dir', 'folder', 'dataset', 'search', '--nonsense']);
    expect(code).to.equal(2);
    expect(err).to.contain('Usage: remote-record dataset search --help');
  });

  it('refuses --columns without a name', async () => {
    const { code, out, err } = await run(['dataset', 'search', '--columns', ',']);
    expect({ code, out }).to.deep.equal({ code: 2, out: '' });
    expect(err).to.contain('at least one name');
  });

  it('deletes only with --yes where it cannot ask', async () => {
    const [one] = await json(['dataset', 'create', 'name=Airports']);
    const id = String(one!.datasetId);
    const refused = await run(['dataset', 'delete', id]);
    expect(refused).to.include({ code: 2 });
    expect(refused.err).to.contain('--yes');
    expect(await run(['dataset', 'delete', id, '--yes'])).to.deep.equal({
      code: 0,
      out: '',
      err: `Deleted Dataset(id=${id}, name=Airports).\n`,
    });
    expect(await run(['dataset', 'get', id])).to.include({ code: 3, out: '' });
  });

  it('asks on a terminal before it deletes', async () => {
    const [one] = await json(['dataset', 'create', 'name=Airports']);
    const id = String(one!.datasetId);
    const { PassThrough } = await import('node:stream');
    const answer = (text: string) => ({ stdin: Object.assign(PassThrough.from([text]), { isTTY: true }) });
    const kept = await run(['dataset', 'delete', id], answer('n\n'));
    expect(kept).to.include({ code: 0, out: '' });
    expect(kept.err).to.contain(`Delete Dataset(id=${id}, name=Airports)? [y/N]`).and.contain('Nothing was deleted.');
    expect((await run(['dataset', 'delete', id], answer(''))).err).to.contain('Nothing was deleted.');
    expect((await run(['dataset', 'delete', id], answer('y\n'))).err).to.contain('Deleted Dataset');
  });

  it('says what to set when there is no key', async () => {
    const { commandLine } = await import('./support/command-line.js');
    const { code, err } = await commandLine(['dataset', 'search']);
    expect(code).to.equal(2);
    expect(err).to.contain('MODERATELY_API_KEY').and.contain('TEAM_API_KEY').and.contain('--local');
  });

  it('lists the entities, which are those of the connections', async () => {
    const { Moderately } = await import('../../src/moderately/index.js');
    const { Aixplain } = await import('../../src/aixplain/index.js');
    const { vendorEntities } = await import('../../src/cli/entities.js');
    const { commandLine } = await import('./support/command-line.js');
    for (const [vendor, connection] of [
      ['moderately', Moderately],
      ['aixplain', Aixplain],
    ] as const) {
      const getters = Object.entries(Object.getOwnPropertyDescriptors(connection.prototype))
        .filter(([name, { get }]) => get && /^[A-Z]/.test(name))
        .map(([name]) => name);
      // A message is reached through its session alone.
      const named = getters.filter((name) => name !== 'Message').toSorted();
      expect([...vendorEntities[vendor]].toSorted()).to.deep.equal(named);
      const { out } = await commandLine(['entities', `--${vendor}`, '--json']);
      const listed = out
        .trimEnd()
        .split('\n')
        .map((each) => JSON.parse(each) as { class: string; verbs: string[] });
      expect(listed.map((each) => each.class).toSorted()).to.deep.equal(named);
      for (const { class: name, verbs } of listed) expect(verbs, name).not.to.deep.equal([]);
    }
  });

  it('works with the classes of aiXplain', async () => {
    const [made] = await json(['agent', 'create', 'name=Helper', 'description=Helps', 'instructions=Help.', '--aixplain']);
    expect(made).to.include({ name: 'Helper' });
    const found = await json(['agents', 'search', '--aixplain', '--columns', 'name']);
    expect(found).to.deep.include({ name: 'Helper' });
    expect((await run(['model', 'search', '--aixplain', 'fnctions=x'])).err).to.contain('did you mean functions?');
  });
});
