import { expect } from 'chai';
import { ConnectionError } from '../../../src/index.js';
import { part } from '../../../src/model/support/part.js';
import { failure } from '../../support/failure.js';

describe('a part that is loaded when it is first needed', () => {
  it('is loaded once, however many ask, and is then there at once', async () => {
    let loads = 0;
    const work = part(async () => {
      loads++;
      return { answer: 42 };
    });
    expect(loads).to.equal(0);
    const asked = [work(), work()];
    expect(asked[0]).to.be.instanceOf(Promise);
    expect(await Promise.all(asked)).to.deep.equal([{ answer: 42 }, { answer: 42 }]);
    expect(work()).to.deep.equal({ answer: 42 });
    expect(loads).to.equal(1);
  });

  it('that cannot be loaded is a ConnectionError, and is tried again by the next who asks', async () => {
    const outcomes = [() => Promise.reject(new TypeError('Failed to fetch')), () => Promise.resolve({ answer: 42 })];
    const work = part(() => outcomes.shift()!());
    const error = await failure(work() as Promise<unknown>, ConnectionError);
    expect(error.message).to.equal('A part of remote-record could not be loaded: Failed to fetch');
    expect(error.cause).to.be.instanceOf(TypeError);
    expect(await work()).to.deep.equal({ answer: 42 });
  });
});
