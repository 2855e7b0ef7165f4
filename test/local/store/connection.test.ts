import { expect } from 'chai';
import { Connection, type SyncDatabase } from '../../../src/local/store/sqlite/connection.js';
import { failure } from '../../support/failure.js';

describe('The connection of a database', () => {
  it('is given to those who ask in their order, and to nobody in between', async () => {
    const connection = new Connection({} as SyncDatabase);
    const order: string[] = [];
    await connection.acquire();
    const second = connection.acquire().then(() => order.push('second'));
    connection.release();
    const third = connection.inTurn(() => order.push('third'));
    const fourth = connection.acquire().then(() => order.push('fourth'));
    await second;
    expect(order).to.deep.equal(['second']);
    connection.release();
    await Promise.all([third, fourth]);
    expect(order).to.deep.equal(['second', 'third', 'fourth']);
  });

  it('is free again after work that fails', async () => {
    const connection = new Connection({} as SyncDatabase);
    const fails = () => {
      throw new Error('no');
    };
    await failure(connection.inTurn(fails));
    await connection.acquire();
    const waiting = failure(connection.inTurn(fails));
    connection.release();
    expect((await waiting).message).to.equal('no');
    expect(await connection.inTurn(() => 'free')).to.equal('free');
  });
});
