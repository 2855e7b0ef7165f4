import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { openSqlite } from '../../../src/local/store/sqlite/database.js';
import { executeAll, insertion } from '../../../src/local/store/statements.js';

const program = fileURLToPath(new URL('../operation/server.js', import.meta.url));

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [program, 'local', ...args], {
    env: { ...process.env, MAX_RSS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    texts.out += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    texts.err += String(chunk);
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...texts })) };
}

/** Adds rows and files to the data of a platform that is closed. */
async function add(
  dataDir: string,
  { rows, characters, files, bytes }: Record<'rows' | 'characters' | 'files' | 'bytes', number>,
): Promise<void> {
  const store = await openSqlite(join(dataDir, 'platform.db'));
  const createdAt = new Date().toISOString();
  for (let at = 0; at < rows; at += 500) {
    const some = Array.from({ length: Math.min(500, rows - at) }, (_, index) =>
      insertion('auditLogs', {
        auditLogId: `log-${at + index}`,
        teamId: 'team',
        userId: null,
        apiTokenId: null,
        sessionId: null,
        eventType: 'test',
        resourceType: 'test',
        resourceId: 'test',
        action: 'create',
        changes: null,
        metadata: JSON.stringify({ text: 'm'.repeat(characters) }),
        createdAt,
      }),
    );
    await executeAll(store, some);
  }
  mkdirSync(join(dataDir, 'files', 'objects', 'test'), { recursive: true });
  for (let at = 0; at < files; at++) {
    const key = `test/${at}.bin`;
    const hash = createHash('sha256');
    const file = openSync(join(dataDir, 'files', 'objects', key), 'w');
    const piece = randomBytes(2 ** 16);
    for (let left = bytes; left > 0; left -= piece.length) {
      const part = piece.subarray(0, left);
      hash.update(part);
      writeSync(file, part);
    }
    await executeAll(store, [
      insertion('objects', { key, location: key, size: bytes, sha256: hash.digest('hex'), contentType: 'a/b', createdAt }),
    ]);
  }
  await store.destroy();
}

describe('remote-record local export and import', function () {
  this.timeout(300_000);
  let root: string;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'remote-record-transfer-kill-'));
    await (await LocalPlatform.start({ port: false, dataDir: join(root, 'source') })).close();
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('go on after they were killed, and end with what there was', async () => {
    await add(join(root, 'source'), { rows: 20_000, characters: 200, files: 60, bytes: 300_000 });
    /** Runs a command and kills it later and later, until it ends by itself. */
    const persist = async (...args: string[]): Promise<{ kills: number; out: string }> => {
      for (let kills = 0; ; kills++) {
        const { child, ended } = start(...args);
        const lines = kills + 1;
        let seen = 0;
        // A line of progress: it is in the middle of its work then.
        child.stderr?.on('data', (chunk) => {
          seen += String(chunk).split('\n').length - 1;
          if (seen >= lines * 8) child.kill('SIGKILL');
        });
        const { code, out, err } = await ended;
        if (code === 0) return { kills, out };
        // The last kill came when all was done.
        if (kills > 0 && /complete export already|target is not empty/.test(err))
          return { kills, out: readFileSync(join(root, 'export', 'export.json'), 'utf8') };
        expect(child.signalCode, err).to.equal('SIGKILL');
      }
    };
    const exported = await persist('export', '--json', '--data-dir', join(root, 'source'), '--to', join(root, 'export'));
    expect(exported.kills).to.be.above(0);
    const imported = await persist('import', '--json', '--from', join(root, 'export'), '--data-dir', join(root, 'target'));
    expect(imported.kills).to.be.above(0);
    expect(JSON.parse(imported.out)).to.deep.equal(JSON.parse(exported.out));
    const again = await start('export', '--json', '--data-dir', join(root, 'target'), '--to', join(root, 'again')).ended;
    expect(JSON.parse(again.out)).to.deep.equal(JSON.parse(exported.out));
  });

  it('take memory that does not grow with rows and files', async () => {
    const most = async (name: string): Promise<number[]> => {
      const [source, folder, target] = [join(root, name), join(root, `${name} export`), join(root, `${name} target`)];
      const both = [
        await start('export', '--data-dir', source, '--to', folder).ended,
        await start('import', '--from', folder, '--data-dir', target).ended,
      ];
      return both.map(({ code, err }) => {
        expect(code, err).to.equal(0);
        return Number(/maxRSS (\d+)/.exec(err)?.[1]) / 1024;
      });
    };
    const small = await most('source');
    await (await LocalPlatform.start({ port: false, dataDir: join(root, 'large') })).close();
    // 100 MB of rows and 200 MB of a file.
    await add(join(root, 'large'), { rows: 10_000, characters: 10_000, files: 1, bytes: 200_000_000 });
    const large = await most('large');
    for (const at of [0, 1]) expect((large[at] as number) - (small[at] as number), `${small} and ${large} MiB`).to.be.below(150);
  });

  it('say what is missing, and what is in the way', async () => {
    const source = join(root, 'source');
    for (const [args, code, problem] of [
      [['export', '--data-dir', source], 2, '--to is missing'],
      [['import', '--data-dir', source], 2, '--from is missing'],
      [['export', '--to', join(root, 'x')], 2, '--data-dir is missing'],
      [['export', '--to', join(root, 'x'), '--data-dir', source, '--database-url', 'mysql://x/y'], 2, '--database-url must be the URL'],
      [['import', '--from', join(root, 'nowhere'), '--data-dir', join(root, 'y')], 1, 'There is no export in'],
    ] as const) {
      const ended = await start(...args).ended;
      expect(ended.code, ended.err).to.equal(code);
      expect(ended.err).to.contain(problem);
    }
    const platform = await LocalPlatform.start({ port: false, dataDir: source });
    const busy = await start('export', '--data-dir', source, '--to', join(root, 'x')).ended;
    await platform.close();
    expect(busy.code).to.equal(1);
    expect(busy.err).to.contain('is in use by another local platform');
    writeFileSync(join(root, 'file'), '');
    expect((await start('export', '--data-dir', source, '--to', join(root, 'file')).ended).code).to.equal(1);
  });
});
