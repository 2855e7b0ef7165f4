import { expect } from 'chai';
import { ConfigurationError } from '../../../src/index.js';
import { limitedHandler } from '../../../src/local/isolation/handlers.js';
import { checkLimits, type WorkLimits } from '../../../src/local/isolation/limits.js';
import { failure } from '../../support/failure.js';

describe('The limits of the local platform', () => {
  it('have defaults', () => {
    expect(checkLimits()).to.include({ blockSeconds: 300, blockBytes: 2 ** 30 });
    expect(checkLimits().idleProcesses).to.be.within(1, 4);
    expect(checkLimits({ blockSeconds: 1.5 })).to.include({ blockSeconds: 1.5, blockBytes: 2 ** 30 });
  });

  it('are refused out of range, by name', () => {
    const wrong: [keyof WorkLimits, number][] = [
      ['blockSeconds', 0],
      ['blockSeconds', Number.POSITIVE_INFINITY],
      ['blockBytes', 2 ** 26],
      ['blockBytes', Number.NaN],
      ['idleProcesses', -1],
      ['idleProcesses', 1.5],
    ];
    for (const [name, value] of wrong) expect(() => checkLimits({ [name]: value }), `${name} ${value}`).to.throw(ConfigurationError, name);
  });

  it('end the wait for a handler, whose signal aborts', async () => {
    let aborted: unknown;
    const handler = limitedHandler(({ signal }) => {
      signal.addEventListener('abort', () => {
        aborted = signal.reason;
      });
      return new Promise(() => {});
    }, 0.01);
    const context = {
      blockId: 'x',
      blockType: 'slow',
      config: {},
      inputs: {},
      services: {} as never,
      signal: new AbortController().signal,
    };
    const error = await failure(Promise.resolve(handler(context)));
    expect(error.message).to.match(/^Block 'x' \(slow\) took more than 0\.01 seconds/);
    expect(aborted).to.equal(error);
  });
});
