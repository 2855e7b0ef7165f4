import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { runCommandLine } from '../../src/cli/program.js';
import { useCommandLine } from './support/command-line.js';

describe('a search from the command line', () => {
  const line = useCommandLine();
  const { run, json } = line;
  const many = (count: number): string =>
    Array.from({ length: count }, (_unused, index) => `{"name":"D${String(index).padStart(3, '0')}"}`).join('\n');
  beforeEach(() => json(['dataset', 'create', '-'], { stdin: many(25) }));

  it('shows a page, and says how many there are', async () => {
    const { out, err } = await run(['datasets', 'search', '--sort', 'name', '--columns', 'name']);
    expect(out.trimEnd().split('\n')).to.have.length(21).and.include('D019').and.not.include('D020');
    expect(err).to.equal('20 of 25 shown: --all shows all, --limit N so many.\n');
    const all = await run(['datasets', 'search', '--all', '--columns', 'name', '--page-size', '7']);
    expect(all.out.trimEnd().split('\n')).to.have.length(26);
    expect(all.err).to.equal('');
    expect((await run(['datasets', 'search', '--limit', '25'])).err).to.equal('');
    expect(await run(['datasets', 'search', '--limit', '0'])).to.deep.equal({ code: 0, out: '', err: '' });
  });

  it('filters by options and arguments alike, in any spelling, several values together', async () => {
    for (const filter of [['--name-like', '02'], ['--nameLike=02'], ['nameLike=02'], ['name_like=02'], ['query=02'], ['nameLike:="02"']]) {
      const found = await json(['dataset', 'search', ...filter]);
      expect(found.map(({ name }) => name).toSorted(), filter.join(' ')).to.deep.equal(['D002', 'D020', 'D021', 'D022', 'D023', 'D024']);
    }
    const [one, two] = await json(['dataset', 'search', '--limit', '2']);
    const ids = [String(one!.datasetId), String(two!.datasetId)];
    const both = await json(['dataset', 'search', ...ids.flatMap((id) => ['--dataset-ids', id])]);
    expect(both).to.have.length(2);
    expect(await json(['dataset', 'search', `datasetIds=${ids.join(',')}`])).to.have.length(2);
  });

  it('sorts up and down', async () => {
    const first = async (sort: string): Promise<unknown> => (await json(['dataset', 'search', '--sort', sort, '--limit', '1']))[0]!.name;
    expect([await first('name'), await first('-name'), await first('name:desc'), await first('NAME:asc')]).to.deep.equal([
      'D000',
      'D024',
      'D024',
      'D000',
    ]);
  });

  it('is CSV of all fields, or of those that are named', async () => {
    const { out } = await run(['dataset', 'search', '--csv', '--sort', 'name', '--limit', '2', '--columns', 'name,id']);
    const [header, ...rows] = parse(out);
    expect(header).to.deep.equal(['name', 'id']);
    expect(rows.map(([name]) => name)).to.deep.equal(['D000', 'D001']);
    const [all] = parse((await run(['dataset', 'search', '--csv', '--limit', '1'])).out);
    expect(all).to.include.members(['id', 'name', 'description', 'createdAt']).and.not.include('datasetId');
    expect((await run(['dataset', 'search', '--csv', 'nameLike=zzz', '--columns', 'id'])).out).to.equal('id\r\n');
  });

  it('says that there is nothing, but not among JSON', async () => {
    expect(await run(['dataset', 'search', 'nameLike=zzz'])).to.deep.equal({ code: 0, out: '', err: 'No Dataset found.\n' });
    expect(await run(['dataset', 'search', 'nameLike=zzz', '--json'])).to.deep.equal({ code: 0, out: '', err: '' });
  });

  it('fits its table to the terminal', async () => {
    const { out } = await run(['dataset', 'search', '--limit', '3'], { columns: 60, env: { NO_COLOR: '1' } });
    for (const line of out.split('\n')) expect(line.length, line).to.be.at.most(60);
    expect(out).to.match(/^id +name +createdAt/);
    expect((await run(['dataset', 'search', '--limit', '1'], { columns: 60 })).out).to.contain('\u001b[1mid\u001b[22m');
  });

  it('ends well when the reader has had enough', async () => {
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const stdout = new PassThrough();
    let lines = 0;
    stdout.write = (() => {
      lines++;
      stdout.emit('error', gone);
      return false;
    }) as typeof stdout.write;
    const stderr = new PassThrough();
    const { platform } = line;
    const code = await runCommandLine(['dataset', 'search', '--all', '--json', '--local'], {
      stdin: PassThrough.from([]),
      stdout,
      stderr,
      env: {},
      onInterrupt: () => () => {},
      startLocal: async () => ({
        url: platform.url,
        apiKey: platform.apiKey,
        teamId: platform.teamId,
        fetch: platform.fetch,
        close: async () => {},
      }),
    });
    expect({ code, lines, err: String(stderr.read() ?? '') }).to.deep.equal({ code: 0, lines: 1, err: '' });
  });
});
