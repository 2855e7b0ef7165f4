import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';

const main = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const front = new URL('../../../src/index.js', import.meta.url).href;

/** The processes that have not ended yet. */
const started = new Set<ChildProcessWithoutNullStreams>();

/** A process whose output is read while it runs. */
class Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | null>;
  out = '';
  err = '';
  #seen = 0;

  constructor(command: string, args: readonly string[], env: Record<string, string>) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(command, args, { env: { PATH, HOME, TERM: 'xterm', SHELL: '/bin/sh', ...env } });
    this.child.stdout.on('data', (chunk) => {
      this.out += String(chunk);
    });
    started.add(this.child);
    this.child.once('close', () => started.delete(this.child));
    this.child.stderr.on('data', (chunk) => {
      this.err += String(chunk);
    });
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** What has been shown since the last call, once it matches. @throws when the process ends before. */
  async shows(wanted: RegExp): Promise<string> {
    for (;;) {
      const text = stripVTControlCharacters(this.out.slice(this.#seen)).replace(/\r+\n/g, '\n');
      if (wanted.test(text)) {
        this.#seen = this.out.length;
        return text;
      }
      const more = once(this.child.stdout, 'data').then(() => 'more' as const);
      const code = await Promise.race([this.ended, more]);
      if (code !== 'more') throw new Error(`It ended with ${code}: ${text}${this.err}`);
    }
  }

  async line(text: string): Promise<string> {
    this.child.stdin.write(`${text}\r`);
    return this.shows(/\n[\s\S]*> $/);
  }
}

describe('the console and scripts as processes', function () {
  this.timeout(120_000);
  let folder: string;
  let env: Record<string, string>;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'remote-record-console-'));
    env = { XDG_DATA_HOME: folder };
  });

  after(() => rmSync(folder, { recursive: true }));

  // What a failed test has left.
  afterEach(() => {
    for (const child of started) child.kill('SIGKILL');
  });

  const node = (...args: string[]): Running => new Running(process.execPath, [main, ...args], env);

  /** Runs in a pseudo terminal of 80 columns, by util-linux's `script`. @throws where that is not installed. */
  function terminal(args: string): Running {
    const { error } = spawnSync('script', ['--version']);
    if (error) throw new Error('The program script of util-linux (Debian: bsdutils) is not installed.', { cause: error });
    const command = `stty cols 80 rows 24; exec '${process.execPath}' '${main}' ${args}`;
    return new Running('script', ['-qec', command, '/dev/null'], env);
  }

  /** A test that needs a pseudo terminal. */
  function itAtTerminal(title: string, test: () => Promise<void>): void {
    if (process.platform === 'linux') it(title, test);
    else it.skip(`${title} (skipped on ${process.platform}: it needs the program script of util-linux)`, test);
  }

  itAtTerminal('works at a real terminal: colours, completion, Ctrl+C, Ctrl+D, a history', async () => {
    const console = terminal('console --local');
    const welcome = await console.shows(/mai \(local\)> $/);
    for (const line of welcome.split('\n')) expect(line.length).to.be.at.most(80);
    expect(await console.line("Dataset.create({ name: 'Airports' })")).to.match(/name +Airports/);
    expect(console.out).to.contain('\u001b[1m');
    console.child.stdin.write('Dataset.search({ nameL');
    await console.shows(/nameL$/);
    console.child.stdin.write('\t');
    await console.shows(/ike: $/);
    expect(await console.line("'air' })")).to.match(/0 +\S+ +Airports[\s\S]*1 record/);
    console.child.stdin.write('new Promise(() => {})\r');
    await console.shows(/\{\}\)\n$/);
    console.child.stdin.write('\x03');
    expect(await console.shows(/> $/)).to.contain('Interrupted.');
    console.child.stdin.write('\x04');
    expect(await console.ended).to.equal(0);
    const history = join(folder, 'remote-record', 'history');
    expect(readFileSync(history, 'utf8')).to.contain("Dataset.create({ name: 'Airports' })");
    expect(statSync(history).mode & 0o777).to.equal(0o600);
  });

  itAtTerminal('offers the local platform at a terminal, and leaves with 2 when it is declined', async () => {
    const console = terminal('console');
    await console.shows(/\[Y\/n\] $/);
    console.child.stdin.write('n\r');
    expect(await console.ended).to.equal(2);
    expect(console.out).to.contain('MODERATELY_API_KEY');
  });

  it('says what to pass where there is no terminal', async () => {
    const console = node('console');
    console.child.stdin.end('1');
    expect(await console.ended).to.equal(2);
    expect(console.err).to.contain('--local').and.not.contain('    at ');
  });

  it('evaluates piped input, and keeps the data of --data-dir', async () => {
    const data = join(folder, 'platform');
    const first = node('console', '--local', '--data-dir', data);
    first.child.stdin.end("await Dataset.create({ name: 'Airports' }); 1\nDataset.get('nope')\n2");
    expect(await first.ended).to.equal(3);
    expect(first.out).to.equal('1\n');
    expect(first.err).to.match(/^remote-record: line 2: get of Dataset/);
    const second = node('console', '--local', '--data-dir', data);
    second.child.stdin.end('Dataset.search().count()');
    expect(await second.ended).to.equal(0);
    expect(second.out).to.equal('1\n');
  });

  for (const [last, code] of [
    ['.exit', 0],
    ['throw 1', 1],
  ] as const) {
    it(`ends after ${last} although its input stays open`, async () => {
      const open = node('console', '--local');
      open.child.stdin.write(`${last}\n`);
      expect(await open.ended).to.equal(code);
    });
  }

  it('runs a script to its end, with its own arguments', async () => {
    const script = join(folder, 'script.mjs');
    const entities = join(folder, 'entities.mjs');
    writeFileSync(
      entities,
      `import { defineEntity } from '${front}';\nexport const Widget = defineEntity({ name: 'Widget', path: 'w', fields: {} });`,
    );
    writeFileSync(
      script,
      `console.log(process.argv.slice(2).join(' '), typeof mai, connection === mai, Widget.context === mai, process.argv[1] === ${JSON.stringify(script)});
       await Dataset.create({ name: 'A' });
       setTimeout(async () => console.log(await Dataset.search().count()), 1);`,
    );
    const done = node('run', '--local', '--require', entities, script, '--verbose', '--local', 'x');
    expect(await done.ended).to.equal(0);
    expect(done.out).to.equal('--verbose --local x object true true true\n1\n');
    expect(done.err).to.equal('');
  });

  for (const [what, source, code, err] of [
    [
      'an error of the library',
      "\nawait Dataset.get('nope');\nconsole.log('no');",
      3,
      /failing\.mjs:2: NotFoundError: get of Dataset[^\n]* \(request id \S+\)\n$/,
    ],
    ['any other error', '\nnull.x;', 1, /^TypeError: [^\n]*\n {4}at .*failing\.mjs:2:/],
    ['what is left running', "setTimeout(() => Dataset.get('nope'), 1); setInterval(() => {}, 10);", 3, /NotFoundError/],
    ['an exit code of its own', 'process.exitCode = 7;', 7, /^$/],
    ['a syntax error', 'const;', 1, /failing\.mjs:1[\s\S]*SyntaxError/],
  ] as const) {
    it(`ends a script with an exit code after ${what}`, async () => {
      const script = join(folder, 'failing.mjs');
      writeFileSync(script, source);
      const failed = node('run', '--local', script);
      expect(await failed.ended).to.equal(code);
      expect(failed.out).to.equal('');
      expect(failed.err).to.match(err);
    });
  }

  it('ends a script at Ctrl+C with 130', async () => {
    const script = join(folder, 'waiting.mjs');
    writeFileSync(script, "console.log('ready'); setInterval(() => {}, 1000);");
    const waiting = node('run', '--local', script);
    await waiting.shows(/ready\n/);
    waiting.child.kill('SIGINT');
    expect(await waiting.ended).to.equal(130);
    expect(waiting.err).to.equal('');
  });

  it('refuses a script that is not there, and options of which it knows nothing', async () => {
    const missing = node('run', '--local', 'missing.mjs');
    expect(await missing.ended).to.equal(2);
    expect(missing.err).to.equal('remote-record: missing.mjs: there is no such file.\n');
    const unknown = node('run', '--nonsense', 'x.mjs');
    expect(await unknown.ended).to.equal(2);
    expect(unknown.err).to.contain('--nonsense');
  });
});
