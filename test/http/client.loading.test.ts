import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { Client } from '../../src/http/client.js';
import { nodeRuntime } from '../../src/http/node/runtime.js';
import { FileUploadError, ResourceError } from '../../src/model/errors/index.js';
import { WireNumber } from '../../src/model/state/wire-number.js';
import { failure } from '../support/failure.js';
import { ScriptedAdapter } from './support/scripted-adapter.js';

/** A client whose engine is loaded when `load` is called. */
function world() {
  const adapter = new ScriptedAdapter({ status: 200, body: '{}' });
  let load = (): void => {};
  const runtime = new Promise<typeof nodeRuntime>((resolve) => {
    load = () => resolve(nodeRuntime);
  });
  const client = new Client(() => runtime, { baseUrl: 'http://h.test' }, { adapter });
  return { adapter, client, load };
}

describe('a client that is not loaded yet', () => {
  it('sends what a request was when it was made', async () => {
    const { adapter, client, load } = world();
    const request = { method: 'GET', path: 'a', query: { ids: ['1'] }, headers: { 'x-a': '1' } };
    const call = client.request(request);
    request.query.ids.push('2');
    request.headers['x-a'] = '2';
    request.path = 'b';
    load();
    await call;
    const [sent] = adapter.requests;
    expect([sent?.url.href, sent?.headers['x-a']]).to.deep.equal(['http://h.test/a?ids=1', '1']);
  });

  it('makes the calls that were made before it is closed, and no later ones', async () => {
    const { adapter, client, load } = world();
    const before = client.request({ method: 'GET', path: 'a' });
    await client.close();
    const later = failure(client.request({ method: 'GET', path: 'b' }), ResourceError);
    load();
    await before;
    expect((await later).message).to.contain('is closed');
    expect(adapter.requests).to.have.length(1);
  });

  it('makes no calls when it was closed before the first', async () => {
    const { adapter, client, load } = world();
    await client.close();
    load();
    await failure(client.request({ method: 'GET', path: 'a' }), ResourceError);
    expect(adapter.requests).to.have.length(0);
  });

  it('tells the caller, and nobody else, of a body that cannot be written', async () => {
    const { client, load } = world();
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      let writes = 0;
      const toJSON = (): string => {
        if (++writes > 1) throw new Error('only once');
        return 'a';
      };
      const body = { size: new WireNumber('12345678901234567890'), late: { toJSON } };
      const refused = failure<Error>(client.request({ method: 'POST', path: 'a', body }));
      await import('lossless-json');
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      load();
      expect((await refused).message).to.equal('only once');
      expect(unhandled).to.deep.equal([]);
    } finally {
      process.off('unhandledRejection', note);
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
  });

  for (const [name, inputOf] of [
    ['a stream', (stream: PassThrough) => stream],
    ['an object with a stream', (stream: PassThrough) => ({ stream })],
  ] as const) {
    it(`keeps the error of ${name} until it reads it`, async () => {
      const { client, load } = world();
      const stream = new PassThrough();
      const opening = failure(client.openContent(inputOf(stream)), FileUploadError);
      stream.destroy(new Error('gone'));
      await new Promise(setImmediate);
      load();
      expect((await opening).message).to.equal('The stream to upload cannot be read: gone');
    });
  }
});
