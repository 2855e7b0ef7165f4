import { expect } from 'chai';
import { isInterrupted, rethrowIfUnfinished, withTimeLimit } from '../../../src/local/executions/interruption.js';
import { ProcessEndedError } from '../../../src/local/isolation/errors.js';
import { Interrupted, JobInterrupted, LeaseLost, PlatformStopped } from '../../../src/local/queue/queue.js';
import { failure } from '../../support/failure.js';

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

describe('Work of the local platform with a time limit', () => {
  it('gives its result when it is in time', async () => {
    expect(await withTimeLimit(60, new AbortController().signal, async () => 'done')).to.equal('done');
  });

  it('is ended when it is not, with a reason in seconds', async () => {
    const error = await failure(withTimeLimit(0.01, new AbortController().signal, untilAborted));
    expect(error.message).to.equal('It did not finish within 0.01 seconds.');
  });

  it('is ended with the reason it is interrupted for', async () => {
    const control = new AbortController();
    const reason = new Interrupted('cancelled');
    const failing = failure(withTimeLimit(60, control.signal, untilAborted));
    control.abort(reason);
    expect(await failing).to.equal(reason);
    expect(isInterrupted(control.signal)).to.equal(true);
  });

  it('is left for the next start when the platform stops', () => {
    const control = new AbortController();
    expect(() => rethrowIfUnfinished(control.signal, new Error('it failed'))).to.not.throw();
    control.abort(new PlatformStopped('stopped'));
    expect(isInterrupted(control.signal)).to.equal(false);
    expect(() => rethrowIfUnfinished(control.signal, new Error('it failed'))).to.throw(PlatformStopped);
  });

  it('writes nothing when another worker has it', () => {
    const control = new AbortController();
    control.abort(new LeaseLost('lost'));
    expect(() => rethrowIfUnfinished(control.signal, new Error('it failed'))).to.throw(LeaseLost);
  });

  it('is attempted again when its process ends, unless it was cancelled anyway', () => {
    const control = new AbortController();
    const ended = new ProcessEndedError('ended');
    expect(() => rethrowIfUnfinished(control.signal, ended)).to.throw(JobInterrupted, 'ended');
    control.abort(new Interrupted('cancelled'));
    expect(() => rethrowIfUnfinished(control.signal, ended)).to.not.throw();
  });
});
