import { expect } from 'chai';
import type { Client } from 'pg';
import { sendInTurn } from '../../../../src/local/store/postgres/pool.js';

describe('A connection to PostgreSQL that several use', () => {
  it('has one statement at a time, in the order of those who send them, whether they succeed or fail', async () => {
    const sent: string[] = [];
    const ends: ((error?: Error) => void)[] = [];
    const query = (text: string): Promise<string> => {
      sent.push(text);
      return new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve(text))));
    };
    const client = { query } as unknown as Client;
    sendInTurn(client);
    const all = Promise.allSettled(['a', 'b', 'c'].map((text) => client.query(text)));
    for (const error of [undefined, new Error('refused'), undefined]) {
      await new Promise(setImmediate);
      expect(sent).to.deep.equal(['a', 'b', 'c'].slice(0, ends.length));
      ends.at(-1)!(error);
    }
    expect((await all).map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    expect(ends).to.have.length(3);
  });
});
