import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { variableOf } from '../../src/cli/commands/local-environment.js';
import { processIo } from '../../src/cli/io.js';
import { createProgram } from '../../src/cli/program.js';
import { commandLine, type Done } from './support/command-line.js';

/** Runs `local`, which is interrupted as soon as it listens for that. */
function local(env: Record<string, string>, ...args: string[]): Promise<Done> {
  let press = (): void => {};
  const done = commandLine(['local', ...args], { env, interrupts: (given) => (press = given) });
  const timer = setInterval(() => press(), 5);
  return done.finally(() => clearInterval(timer));
}

describe('remote-record local, by the environment', () => {
  it('takes each option from a variable', async () => {
    const { code, out } = await local({ REMOTE_RECORD_LOCAL_JSON: '1', REMOTE_RECORD_LOCAL_API_KEY: 'key-from-the-environment' });
    expect(code).to.equal(0);
    expect(JSON.parse(out)).to.include({ apiKey: 'key-from-the-environment' });
  });

  it('prefers the command line', async () => {
    const env = { REMOTE_RECORD_LOCAL_PUBLIC_URL: 'https://environment.example', REMOTE_RECORD_LOCAL_JSON: '0' };
    expect((await local(env, '--public-url', 'https://flag.example')).out).to.contain('=https://flag.example ');
    expect((await local(env)).out).to.contain('=https://environment.example ');
    expect((await local({ REMOTE_RECORD_LOCAL_PORT: 'x', REMOTE_RECORD_LOCAL_JSON: 'true' }, '--port', '0')).code).to.equal(0);
  });

  it('does not print a key that it was given', async () => {
    const { out } = await local({ REMOTE_RECORD_LOCAL_API_KEY: 'key-from-the-environment' });
    expect(out).to.contain('MODERATELY_API_KEY=$REMOTE_RECORD_LOCAL_API_KEY').and.not.contain('key-from-the-environment');
  });

  for (const [name, value, problem] of [
    ['PORT', 'x', 'REMOTE_RECORD_LOCAL_PORT must be a whole number'],
    ['JSON', 'maybe', 'REMOTE_RECORD_LOCAL_JSON must be 1 or 0 (got "maybe")'],
    ['METRICS', '2', 'REMOTE_RECORD_LOCAL_METRICS must be 1 or 0'],
    ['LOG', 'xml', 'REMOTE_RECORD_LOCAL_LOG must be json'],
    ['DRAIN', '-1', 'REMOTE_RECORD_LOCAL_DRAIN must be a number of seconds'],
    ['HOST', 'a b', 'REMOTE_RECORD_LOCAL_HOST must be an address'],
    ['CORS', 'https://a.example,https://b.example/x', 'REMOTE_RECORD_LOCAL_CORS takes origins'],
    ['BLOCK_SECONDS', '0', 'REMOTE_RECORD_LOCAL_BLOCK_SECONDS must be a number above 0'],
    ['PUBLIC_URL', 'x', 'REMOTE_RECORD_LOCAL_PUBLIC_URL must be an http or https URL'],
    ['API_KEY', 'short', 'REMOTE_RECORD_LOCAL_API_KEY must have at least 20'],
    ['API_KEY_FILE', '/nowhere/key', 'REMOTE_RECORD_LOCAL_API_KEY_FILE: /nowhere/key cannot be read'],
  ] as const) {
    it(`refuses REMOTE_RECORD_LOCAL_${name}=${value} and names the variable`, async () => {
      const { code, out, err } = await commandLine(['local'], { env: { [`REMOTE_RECORD_LOCAL_${name}`]: value } });
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err).to.contain(problem).and.contain('Usage:');
    });
  }

  it('reads secrets from files, and not from two places', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'remote-record-env-'));
    try {
      const file = join(folder, 'key');
      writeFileSync(file, 'key-from-a-file-0123456789\n');
      const env = { REMOTE_RECORD_LOCAL_API_KEY_FILE: file, REMOTE_RECORD_LOCAL_JSON: '1' };
      expect(JSON.parse((await local(env)).out)).to.include({ apiKey: 'key-from-a-file-0123456789' });
      const { code, err } = await local({ ...env, REMOTE_RECORD_LOCAL_API_KEY: 'key-from-the-environment' });
      expect(code).to.equal(2);
      expect(err).to.contain('both set');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells of a variable that stands for nothing, with the nearest one', async () => {
    const { code, err } = await local({ REMOTE_RECORD_LOCAL_DATADIR: 'x', REMOTE_RECORD_LOCAL_JSON: '1' });
    expect(code).to.equal(0);
    expect(err).to.equal(
      'remote-record: REMOTE_RECORD_LOCAL_DATADIR is ignored: it stands for no option (did you mean REMOTE_RECORD_LOCAL_DATA_DIR?).\n',
    );
  });

  it('counts an empty variable as none', async () => {
    const { code, err } = await local({ REMOTE_RECORD_LOCAL_DATA_DIR: '', REMOTE_RECORD_LOCAL_JSON: '1' });
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
  });

  it('has a variable of its own for each option', () => {
    const command = createProgram(processIo()).commands.find((each) => each.name() === 'local');
    const variables = command?.options.map(({ long }) => variableOf(long ?? '')) ?? [];
    expect(new Set(variables).size).to.equal(variables.length);
    for (const variable of variables) expect(variable).to.match(/^REMOTE_RECORD_LOCAL_[A-Z][A-Z\d_]*$/);
  });
});
