import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { Terminal } from './support/terminal.js';

describe('the console at a prompt', () => {
  let platform: LocalPlatform;
  let terminal: Terminal;

  before(async () => {
    platform = await LocalPlatform.start({ port: false });
  });

  beforeEach(async () => {
    await platform.reset();
    terminal = new Terminal(platform);
  });

  afterEach(async () => {
    await terminal.leave();
  });

  after(() => platform.close());

  it('says where it is and what is in scope', async () => {
    const shown = await terminal.ready();
    expect(shown).to.match(/^remote-record \d+\.\d+\.\d+: Moderately AI/);
    expect(shown).to.contain('Dataset').and.contain('PipelineExecution').and.contain('.help');
    for (const line of shown.split('\n')) expect(line.length).to.be.at.most(80);
  });

  it('awaits what an expression gives, and shows records and pages', async () => {
    await terminal.ready();
    expect(await terminal.line("Dataset.create({ name: 'Airports' })")).to.match(/^Dataset\n {2}id +\S+\n[\s\S]* {2}name +Airports\n/);
    const table = await terminal.line("Dataset.search({ nameLike: 'air' })");
    expect(table)
      .to.match(/^#\s+id\s+name\s/i)
      .and.match(/\n0\s+\S+\s+Airports\s/)
      .and.match(/\n1 record\n$/);
    expect(await terminal.line('_.results.length')).to.equal('1\n');
  });

  it('keeps what is assigned, and shows changes as old and new values', async () => {
    await terminal.ready();
    expect(await terminal.line("const dataset = await Dataset.create({ name: 'Airports' })")).to.equal('');
    await terminal.line("dataset.name = 'Airfields'");
    const shown = await terminal.line('dataset');
    expect(shown)
      .to.match(/^Dataset \(modified\)\n/)
      .and.contain('Airports → Airfields');
    expect(await terminal.line('dataset.save()'))
      .to.match(/^Dataset\n/)
      .and.contain('Airfields');
    await terminal.line('await dataset.delete()');
    expect(await terminal.line('dataset')).to.match(/^Dataset \(deleted\)\n/);
    expect(await terminal.line("new Dataset({ name: 'x' })")).to.match(/^Dataset \(new\)\n/);
  });

  it('shows an error in two lines, and its stack when asked', async () => {
    await terminal.ready();
    expect(await terminal.line('.error')).to.equal('No error yet.\n');
    for (const code of ["Dataset.get('nope')", "const d = await Dataset.get('nope')"]) {
      const lines = (await terminal.line(code)).trimEnd().split('\n');
      expect(lines, code).to.have.length(2);
      expect(lines[0]).to.match(/^NotFoundError: get of Dataset/);
      expect(lines[1]).to.contain('.error');
    }
    expect(await terminal.line('.error')).to.match(/\n {4}at /);
    expect(await terminal.line('throw 5')).to.match(/^Thrown: 5\n/);
    expect(await terminal.line('throw Object.create(null)')).to.match(/^Thrown: \[Object: null prototype\] \{\}\n/);
    expect(await terminal.line('Dataset..search()')).to.match(/^SyntaxError: /);
    expect(await terminal.line('1 + 1')).to.equal('2\n');
  });

  it('goes on in the next line while code is not complete', async () => {
    await terminal.ready();
    terminal.type('Dataset.create({\r');
    await terminal.shows(/\.\.\. $|\| $/);
    terminal.type("name: 'Routes'\r");
    await terminal.shows(/\.\.\. $|\| $/);
    expect(await terminal.line('})')).to.match(/name +Routes\n/);
  });

  it('has commands that list entities and requests and show whole values', async () => {
    await terminal.ready();
    expect(await terminal.line('.entities')).to.match(/\nDataset +search get create/);
    expect(await terminal.line('.entities datasets'))
      .to.match(/^Dataset\n/)
      .and.contain('nameLike')
      .and.match(/\nname +text +required/);
    expect(await terminal.line('.entities nonsense')).to.match(/^Error: There is no nonsense/);
    expect(await terminal.line('.requests')).to.equal('No requests yet.\n');
    await terminal.line('Dataset.count');
    await terminal.line('Dataset.search()');
    expect(await terminal.line('.requests')).to.match(/\nGET +200 +\d+ +\/datasets\?/);
    const long = 'x'.repeat(500);
    expect(await terminal.line(`new Dataset({ name: '${long}' })`)).not.to.contain(long);
    expect(await terminal.line('.show')).to.contain(long);
    expect(await terminal.line('.show [1, 2].map((each) => each * 2)')).to.equal('[ 2, 4 ]\n');
    expect(await terminal.line('.show await Promise.reject(new RangeError("no"))')).to.match(/^RangeError: no\n/);
    expect(await terminal.line('.help'))
      .to.contain('.entities')
      .and.contain('.exit');
  });

  it('completes classes, members, filters and fields', async () => {
    await terminal.ready();
    terminal.type("Dataset.search({ nameL\t'a' })\r");
    expect(await terminal.shows(/0 records\n.*> $/)).to.contain("Dataset.search({ nameLike: 'a' })");
    terminal.type('Pipel\t\t');
    expect(await terminal.shows(/Pipeline\b[\s\S]*PipelineExecution/)).to.contain('PipelineConfigurationVersion');
    terminal.type('\x03');
    await terminal.ready();
  });

  it('interrupts what it waits for, and goes on', async () => {
    await terminal.ready();
    terminal.type('new Promise(() => {})\r');
    await terminal.shows(/\n$/);
    terminal.type('\x03');
    expect(await terminal.shows(/> $/)).to.match(/^Interrupted\.\n/);
    expect(await terminal.line('1 + 1')).to.equal('2\n');
  });

  it('keeps a history that only its user can read, without keys', async () => {
    await terminal.ready();
    await terminal.line('1 + 1');
    await terminal.line(`'${platform.apiKey}'.length`);
    await terminal.line("const apiKey = 'abc'");
    await terminal.line("'last line'");
    const file = join(terminal.streams.data, 'remote-record', 'history');
    terminal.type('\x04');
    await terminal.ended;
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines).to.deep.equal(["'last line'", '1 + 1']);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  it('keeps no key in the history that has spaces around it in the environment', async () => {
    await terminal.leave();
    terminal = new Terminal(platform, { local: true }, { env: { TEAM_API_KEY: ' a-team-key\n' } });
    await terminal.ready();
    await terminal.line("'a-team-key'.length");
    await terminal.line("'last line'");
    const file = join(terminal.streams.data, 'remote-record', 'history');
    terminal.type('\x04');
    await terminal.ended;
    expect(readFileSync(file, 'utf8').trim()).to.equal("'last line'");
  });

  it('leaves the globals as they were', async () => {
    const { File: before } = globalThis;
    await terminal.ready();
    expect(await terminal.line('File.name')).to.equal("'File'\n");
    expect(globalThis.File).not.to.equal(before);
    await terminal.leave();
    expect(globalThis.File).to.equal(before);
    expect('Dataset' in globalThis).to.equal(false);
    terminal = new Terminal(platform);
    await terminal.ready();
  });
});
