import { expect } from 'chai';
import { NodeClient } from '../../../src/http/node/client.js';
import { AbortedError } from '../../../src/model/errors/index.js';
import { onAbort } from '../../../src/model/support/abort.js';
import { failure } from '../../support/failure.js';
import { closeServers, serve } from '../../support/server.js';
import { realSockets } from '../../support/sockets.js';
import { turn } from '../../support/turns.js';

describe('waiting for a signal', () => {
  it('calls everybody once, in order, except who took it back', () => {
    const controller = new AbortController();
    const calls: number[] = [];
    onAbort(controller.signal, () => calls.push(1));
    onAbort(controller.signal, () => calls.push(2))();
    const same = () => calls.push(3);
    onAbort(controller.signal, same)();
    onAbort(controller.signal, same);
    controller.abort();
    controller.abort();
    expect(calls).to.deep.equal([1, 3]);
  });

  it('does not call who was forgotten by somebody called before', () => {
    const controller = new AbortController();
    const calls: string[] = [];
    let forget = () => {};
    onAbort(controller.signal, () => forget());
    forget = onAbort(controller.signal, () => calls.push('forgotten'));
    controller.abort();
    expect(calls).to.deep.equal([]);
  });

  it('calls at once when it has fired already, and never without a signal', () => {
    const calls: number[] = [];
    onAbort(AbortSignal.abort(), () => calls.push(1));
    onAbort(undefined, () => calls.push(2))();
    expect(calls).to.deep.equal([1]);
  });
});

describe('a signal that many calls share', () => {
  realSockets();
  afterEach(closeServers);

  it('ends them all, and raises no warning about listeners', async () => {
    const warnings: string[] = [];
    const listen = ({ name }: Error) => void (name === 'MaxListenersExceededWarning' && warnings.push(name));
    process.on('warning', listen);
    const controller = new AbortController();
    const server = await serve((_, __, count) => count === 50 && controller.abort());
    const client = new NodeClient({ baseUrl: server.url });
    const calls = Array.from({ length: 50 }, () => failure(client.request({ method: 'GET', path: 'x', signal: controller.signal })));
    for (const error of await Promise.all(calls)) expect(error).to.be.instanceOf(AbortedError);
    await turn();
    process.off('warning', listen);
    expect(warnings).to.deep.equal([]);
  });
});
