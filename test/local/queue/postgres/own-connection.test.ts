import { EventEmitter } from 'node:events';
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { Pool } from 'pg';
import { OwnConnection } from '../../../../src/local/queue/postgres/own-connection.js';
import { DatabaseUnavailable } from '../../../../src/local/store/postgres/errors.js';
import { failure } from '../../../support/failure.js';

/** A connection whose statements are answered when a test says so. */
class FakeClient extends EventEmitter {
  isReleased = false;
  readonly #rejections: ((error: Error) => void)[] = [];

  query(): Promise<unknown> {
    return new Promise((_, reject) => this.#rejections.push(reject));
  }

  release(): void {
    expect(this.isReleased, 'released once').to.equal(false);
    this.isReleased = true;
  }

  /** Breaks as the driver tells of it: by an error, by each statement, and by its end. */
  async break(): Promise<void> {
    const error = new Error('Connection terminated unexpectedly');
    this.emit('error', error);
    for (const reject of this.#rejections) reject(error);
    await turn();
    this.emit('end');
    await turn();
  }
}

describe('The connection that a process of the queue keeps', () => {
  let clients: FakeClient[];
  let connection: OwnConnection;
  let unreachable: boolean;
  beforeEach(async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    clients = [];
    unreachable = false;
    const pool = {
      connect: async () => {
        if (unreachable) throw new Error('connect ECONNREFUSED');
        const client = new FakeClient();
        clients.push(client);
        return client;
      },
    };
    connection = new OwnConnection(pool as unknown as Pool, () => {});
    void connection.start();
    await turn();
  });
  afterEach(() => mock.timers.reset());

  it('is replaced by one other, in however many ways it is said to be lost', async () => {
    await clients[0]?.break();
    expect(await failure(connection.query('select 1', []))).to.be.instanceOf(DatabaseUnavailable);
    mock.timers.tick(1000);
    await turn();
    mock.timers.tick(1000);
    await turn();
    expect(clients.map(({ isReleased }) => isReleased)).to.deep.equal([true, false]);
  });

  it('is made again and again while there is none, and not when it was stopped', async () => {
    unreachable = true;
    await clients[0]?.break();
    for (let attempt = 0; attempt < 3; attempt++) {
      mock.timers.tick(1000);
      await turn();
    }
    unreachable = false;
    mock.timers.tick(1000);
    await turn();
    expect(clients).to.have.length(2);
    await clients[1]?.break();
    connection.stop();
    mock.timers.tick(5000);
    await turn();
    expect(clients.map(({ isReleased }) => isReleased)).to.deep.equal([true, true]);
  });

  it('is one, also when it is stopped and started while it is made', async () => {
    connection.stop();
    void connection.start();
    connection.stop();
    void connection.start();
    await turn();
    expect(clients.filter(({ isReleased }) => !isReleased)).to.have.length(1);
  });
});
