import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { sql } from 'kysely';
import Libsql from 'libsql';
import { LocalPlatform } from '../../../src/local/index.js';
import { openSqlite } from '../../../src/local/store/sqlite/database.js';
import { ConfigurationError } from '../../../src/model/errors/index.js';
import { failure } from '../../support/failure.js';
import { useFolder } from '../../support/folder.js';
import { Client } from '../support/platform.js';

/** Every file below a folder with its content. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));
}

describe('The data folder of the local platform', () => {
  const folder = useFolder();
  const start = (dataDir: string = folder.path): Promise<LocalPlatform> => LocalPlatform.start({ port: false, dataDir });
  const database = (): string => join(folder.path, 'platform.db');

  /** A folder with one stored file, of a platform that was closed. */
  async function withFile(): Promise<string> {
    const platform = await start();
    const { fileId } = await new Client(platform).uploadFile('a.txt', 'hello');
    await platform.close();
    return fileId;
  }

  /** A folder as a platform leaves it that is killed: with a write-ahead log. */
  async function killed(): Promise<void> {
    const live = join(folder.path, 'live');
    const platform = await start(live);
    try {
      const client = new Client(platform);
      for (let index = 0; index < 5; index++) await client.uploadFile(`${index}.txt`, 'hello');
      for (const name of ['platform.db', 'platform.db-wal']) copyFileSync(join(live, name), join(folder.path, name));
      cpSync(join(live, 'files'), join(folder.path, 'files'), { recursive: true });
    } finally {
      await platform.close();
      rmSync(live, { recursive: true });
    }
  }

  /** The start is refused with a message that says what to do, and nothing in the folder changes. */
  async function refused(...parts: string[]): Promise<void> {
    const before = contents(folder.path);
    const error = await failure(start());
    expect(error).to.be.instanceOf(ConfigurationError);
    for (const part of parts) expect(error.message).to.contain(part);
    expect(error.message).to.not.contain('\n');
    expect(contents(folder.path)).to.deep.equal(before);
  }

  async function files(): Promise<string[]> {
    const platform = await start();
    try {
      return (await new Client(platform).get('/files')).body.items.map(({ fileName }: { fileName: string }) => fileName).sort();
    } finally {
      await platform.close();
    }
  }

  it('is refused when its database is missing beside stored files, until the database is back', async () => {
    await withFile();
    const copy = join(folder.path, '..', `${Date.now()}.db`);
    copyFileSync(database(), copy);
    rmSync(database());
    await refused('is missing', database(), '.txt is there', 'Restore', 'start anew');
    copyFileSync(copy, database());
    rmSync(copy);
    expect(await files()).to.deep.equal(['a.txt']);
  });

  it('is refused when its database is empty beside stored files', async () => {
    await withFile();
    truncateSync(database());
    await refused('is empty', 'Restore', 'start anew');
  });

  it('is refused when its database is a new one beside stored files', async () => {
    await withFile();
    rmSync(database());
    await (await openSqlite(database())).destroy();
    const stored = contents(join(folder.path, 'files'));
    expect((await failure(start())).message)
      .to.contain('has no records')
      .and.contain('Restore');
    expect(contents(join(folder.path, 'files'))).to.deep.equal(stored);
  });

  it('is refused when only the write-ahead log of its database is left', async () => {
    await killed();
    rmSync(join(folder.path, 'files'), { recursive: true });
    rmSync(database());
    await refused('is missing', 'platform.db-wal');
  });

  it('is refused when its database is truncated', async () => {
    await withFile();
    truncateSync(database(), Math.floor(statSync(database()).size / 2));
    await refused('truncated', 'Restore');
    truncateSync(database(), 50);
    await refused('truncated');
  });

  it('is refused when pages of its database are damaged', async () => {
    await withFile();
    const { size } = statSync(database());
    const handle = openSync(database(), 'r+');
    for (let at = 8192; at < size; at += 4096) writeSync(handle, Buffer.alloc(600, 0xee), 0, 600, at);
    const error = await failure(start());
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message)
      .to.match(/damaged|malformed/)
      .and.contain('Restore');
    expect(existsSync(join(folder.path, 'files', 'objects'))).to.equal(true);
  });

  it('is refused when the settings of its database are gone', async () => {
    await withFile();
    const store = await openSqlite(database());
    await store.deleteFrom('settings').execute();
    await store.destroy();
    const error = await failure(start());
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.contain('apiKey');
    expect(readdirSync(join(folder.path, 'files', 'objects'))).to.not.be.empty;
  });

  it('is refused when its database is that of another application, which stays as it is', async () => {
    const other = new Libsql(database());
    other.exec('create table invoices (id integer)');
    other.close();
    await refused('another application', 'invoices');
  });

  it('is refused when a newer version has migrated its database, before anything is changed', async () => {
    await withFile();
    const store = await openSqlite(database());
    await sql`insert into kysely_migration (name, timestamp) values ('9999-of-the-future', '')`.execute(store);
    await store.destroy();
    await refused('newer version', '9999-of-the-future');
  });

  it('is refused when the write-ahead log of a platform that was killed is missing, unless that is accepted', async () => {
    await killed();
    rmSync(`${database()}-wal`);
    await refused('platform.db-wal is missing', 'latest changes', 'empty file');
    writeFileSync(`${database()}-wal`, '');
    const error = await failure(start());
    expect(error?.message ?? '').to.not.contain('is missing, although');
  });

  it('is refused when the write-ahead log is damaged, and usable again up to there once it is cut', async () => {
    await killed();
    const { size } = statSync(`${database()}-wal`);
    for (const at of [16, 32 + 24 + 100, Math.floor(size / 2)]) {
      const intact = readFileSync(`${database()}-wal`);
      const handle = openSync(`${database()}-wal`, 'r+');
      writeSync(handle, Buffer.from([intact[at]! ^ 0xff]), 0, 1, at);
      await refused('is damaged at byte', 'truncate -s');
      writeFileSync(`${database()}-wal`, intact);
    }
    expect(await files()).to.deep.equal(['0.txt', '1.txt', '2.txt', '3.txt', '4.txt']);
  });

  it('is used when the platform was killed while it wrote the last entry of the log', async () => {
    await killed();
    appendFileSync(`${database()}-wal`, readFileSync(`${database()}-wal`).subarray(32, 1000));
    expect(await files()).to.have.length(5);
  });

  it('is used when it is empty, missing, or has an empty database and no files', async () => {
    writeFileSync(database(), '');
    mkdirSync(join(folder.path, 'files', 'objects'), { recursive: true });
    expect(await files()).to.deep.equal([]);
    await (await start(join(folder.path, 'some', 'where', 'else'))).close();
  });

  for (const [what, parts, prepare] of [
    ['is below a file', ['is a file, not a folder'], (path: string) => writeFileSync(path, '')],
    ['is a file', ['is a file, not a folder'], (path: string) => mkdirSync(path)],
    ['is a link to nothing', ['is a link to something that does not exist'], (path: string) => symlinkSync('/nowhere/at/all', path)],
    [
      'has a file in place of its files',
      ['files is a file, not a folder'],
      (path: string) => writeFileSync(join(mkdirs(path), 'files'), ''),
    ],
    [
      'has a link to nothing in place of its files',
      ['does not exist'],
      (path: string) => symlinkSync('/nowhere', join(mkdirs(path), 'files')),
    ],
    [
      'has a folder in place of its database',
      ['platform.db is a folder'],
      (path: string) => mkdirSync(join(path, 'platform.db'), { recursive: true }),
    ],
    ['has a name that is too long', ['the path is too long'], () => {}],
  ] as const) {
    it(`is refused in one sentence when it ${what}`, async () => {
      const path = join(folder.path, 'x');
      prepare(path);
      const dataDir = what.includes('below') ? join(path, 'data') : what.includes('too long') ? join(path, 'y'.repeat(300)) : path;
      if (what === 'is a file') {
        rmSync(path, { recursive: true });
        writeFileSync(path, '');
      }
      const error = await failure(start(dataDir));
      expect(error).to.be.instanceOf(ConfigurationError);
      for (const part of parts) expect(error.message).to.contain(part);
      // The name of the folder is made up, and may look like the name of an error.
      expect(error.message.replaceAll(folder.path, '')).to.not.match(/E[A-Z]{4,}|mkdir|\n/);
    });
  }
});

function mkdirs(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
