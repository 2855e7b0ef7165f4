import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Durable } from '../../src/durable/index.js';
import { commandLine, type Done } from '../cli/support/command-line.js';
import { refusingConnection } from './support/refusing.js';
import { Task } from './support/world.js';

describe('remote-record durable', () => {
  let folder: string;
  let ids: string[];
  const durable = (...args: string[]): Promise<Done> => commandLine(['durable', ...args, '--data-dir', folder]);
  const lines = (text: string): Record<string, unknown>[] =>
    text
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'remote-record-durable-'));
    const runs = await Durable.open({ dataDir: folder, onError: () => undefined });
    const connection = refusingConnection();
    ids = [];
    for (const key of ['one', 'two']) {
      const task = new (connection.bind(Task))({ id: 't1' });
      // Its response is lost, so that nobody knows whether it was started.
      const error = await runs.run(task, {}, { handler: 'report', key }).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Error);
    }
    runs.on('report', () => undefined);
    await runs.start({ connections: [connection], classes: [Task] });
    await runs.idle();
    for (const { id } of await runs.failed()) ids.push(id);
    await runs.close();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lists runs as a table and as JSON', async () => {
    const table = await durable('list');
    expect(table).to.include({ code: 0, err: '' });
    expect(table.out)
      .to.match(/^id +state +handler +key +attempts +created +error\n/)
      .and.match(/failed +report +one/);
    const { out } = await durable('list', '--json', '--state', 'failed', '--handler', 'report');
    expect(lines(out).map(({ id, key, state }) => ({ id, key, state }))).to.deep.equal([
      { id: ids[0], key: 'one', state: 'failed' },
      { id: ids[1], key: 'two', state: 'failed' },
    ]);
    expect(lines((await durable('list', '--json', '--limit', '1')).out)).to.have.length(1);
    expect(await durable('list', '--state', 'running')).to.include({ code: 0, out: '', err: 'There are no such runs.\n' });
  });

  it('puts failed runs back and removes them', async () => {
    expect(await durable('retry', ids[0]!)).to.include({ code: 0, out: `Put back ${ids[0]}.\n` });
    expect(lines((await durable('drop', '--all', '--json')).out)).to.deep.equal([{ id: ids[1], done: true }]);
    expect(lines((await durable('list', '--json')).out).map(({ state }) => state)).to.deep.equal(['starting']);
  });

  it('says what is wrong', async () => {
    expect(await durable('retry', 'nothing')).to.include({ code: 3, err: 'remote-record: there is no failed run nothing.\n' });
    expect(await durable('drop')).to.include({ code: 2 });
    expect(await durable('drop', ids[0]!, '--all')).to.include({ code: 2 });
    expect(await durable('list', '--state', 'odd')).to.include({ code: 2 });
    const nowhere = await commandLine(['durable', 'list', '--data-dir', join(folder, 'nowhere')]);
    expect(nowhere.code).to.equal(2);
    expect(nowhere.err).to.contain('there is no durable.db in it');
    expect(await commandLine(['durable', 'list'])).to.include({ code: 2 });
  });
});
