import { rmSync } from 'node:fs';
import { expect } from 'chai';
import { startConsole } from '../../../src/cli/console/start.js';
import { NoKeyError } from '../../../src/cli/session.js';
import { LocalPlatform } from '../../../src/local/index.js';
import { streams } from './support/terminal.js';

describe('the console with piped input', () => {
  let platform: LocalPlatform;

  before(async () => {
    platform = await LocalPlatform.start({ port: false });
  });

  after(() => platform.close());

  async function run(input: string): Promise<{ code: number; out: string; err: string }> {
    const { io, stdin, out, err, data } = streams(platform);
    stdin.end(input);
    const code = await startConsole({ local: true }, io);
    rmSync(data, { recursive: true });
    return { code, out: out(), err: err() };
  }

  it('evaluates line by line, each after the one before has ended, and prints what they give', async () => {
    const { code, out, err } = await run(
      [
        "const made = await Dataset.create({ name: 'Airports' })",
        'made.name',
        "  Dataset.search({ nameLike: 'air' }).count()",
        '',
        '_ + 1',
        '[1,',
        ' 2]',
        'for (const each of [1, 2]) {',
        '  globalThis.sum = (globalThis.sum ?? 0) + each',
        '}',
        'delete globalThis.sum',
      ].join('\n'),
    );
    expect(err).to.equal('');
    expect(out).to.equal("'Airports'\n1\n2\n[ 1, 2 ]\n3\ntrue\n");
    expect(code).to.equal(0);
  });

  it('ends at the first line that fails, with its number and the exit code of the error', async () => {
    const failed = await run("1\nDataset.get('nope')\n2\n");
    expect(failed.out).to.equal('1\n');
    expect(failed.err).to.match(/^remote-record: line 2: get of Dataset "nope" failed: HTTP 404/);
    expect(failed.code).to.equal(3);
    expect(await run('\nthrow new RangeError("no")\n2')).to.deep.equal({ code: 1, out: '', err: 'remote-record: line 2: no\n' });
    expect((await run('const x = await Promise.reject(new Error("later"))')).err).to.equal('remote-record: line 1: later\n');
    expect(await run('1 +* 1')).to.include({ code: 1, out: '' });
  });

  it('ends at a line that throws what has no text', async () => {
    expect((await run('throw Object.create(null)')).err).to.equal('remote-record: line 1: [Object: null prototype] {}\n');
    expect((await run('throw Object.assign(new Error(), { message: 5 })')).err).to.equal('remote-record: line 1: 5\n');
    expect(await run('throw undefined\n2')).to.deep.equal({ code: 1, out: '', err: 'remote-record: line 1: undefined\n' });
  });

  it('ends well when the reader of its output has gone', async () => {
    const { io, stdin, err, data } = streams(platform);
    io.stdout.write = () => {
      io.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      return false;
    };
    stdin.end('globalThis.lines = 1\nglobalThis.lines = 2\n');
    const code = await startConsole({ local: true }, io);
    rmSync(data, { recursive: true });
    const { lines } = globalThis as { lines?: number };
    delete (globalThis as { lines?: number }).lines;
    expect({ code, lines, err: err() }).to.deep.equal({ code: 0, lines: 1, err: '' });
  });

  it('lists no requests where none are wanted', async () => {
    const { out } = await run('Dataset.search().count()\n.requests 0\n.requests 1');
    expect(out).to.match(/^\d+\nmethod +status +ms +url\nmethod +status +ms +url\nGET +200 [^\n]*\n$/);
  });

  it('refuses code that is not complete at the end of the input', async () => {
    const { code, err } = await run('1\nDataset.search({\n\n');
    expect(code).to.equal(1);
    expect(err).to.match(/^remote-record: line 2: The input ends before/);
  });

  it('has the commands of the prompt, and .exit', async () => {
    const { code, out } = await run('.entities Dataset\n.exit\nthrow 1');
    expect(code).to.equal(0);
    expect(out).to.match(/^Dataset\n/);
    const unknown = await run('.nonsense');
    expect(unknown.code).to.equal(2);
    expect(unknown.err).to.contain('.entities');
  });

  it('says what to pass when there is no key', async () => {
    const { io, data } = streams(platform);
    let error: unknown;
    await startConsole({}, io).catch((thrown: unknown) => {
      error = thrown;
    });
    rmSync(data, { recursive: true });
    expect(error).to.be.instanceOf(NoKeyError);
    expect((error as Error).message).to.contain('--local');
  });
});
