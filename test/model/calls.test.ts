import { expect } from 'chai';
import { APIError, ConfigurationError, ResourceError, ValidationError } from '../../src/index.js';
import { failure } from '../support/failure.js';
import { Headed, VirtualConnection } from '../support/virtual.js';
import { Widget } from '../support/widgets.js';

describe('the requests of a connection', () => {
  it('give the body, and with raw() the whole response', async () => {
    const connection = new VirtualConnection(({ method, path }) => new Headed({ 'x-request-id': 'r1' }, { method, path }));
    const body = await connection.get<{ path: string }>('health', { query: { deep: true } });
    expect(body.path).to.equal('health');
    expect(await connection.put('a/b', { body: { x: 1 } }).raw()).to.deep.equal({
      status: 200,
      headers: { 'x-request-id': 'r1' },
      body: { method: 'PUT', path: 'a/b' },
    });
    await connection.request('SEARCH', 'c');
    expect(connection.log).to.deep.equal(['GET health', 'PUT a/b', 'SEARCH c']);
    expect(connection.requests[0]?.query).to.deep.equal({ deep: true });
    expect(connection.requests[1]?.body).to.deep.equal({ x: 1 });
  });

  it('are sent again only where that is safe', async () => {
    const connection = new VirtualConnection(() => ({}));
    await connection.post('a', { body: {}, idempotencyKey: 'k' });
    await connection.patch('a', { body: {} });
    await connection.patch('a', { body: {}, retryable: true });
    await connection.delete('a');
    expect(connection.requests.map(({ once, idempotencyKey }) => [once, idempotencyKey])).to.deep.equal([
      [true, 'k'],
      [true, undefined],
      [false, undefined],
      [false, undefined],
    ]);
  });

  it('are made with the options of the moment', async () => {
    const connection = new VirtualConnection(() => ({}));
    const options = { body: 1, headers: { a: '1' } };
    const calls = [1, 2].map((body) => connection.post('a', Object.assign(options, { body })));
    options.body = 3;
    await Promise.all(calls);
    expect(connection.requests.map(({ body }) => body)).to.deep.equal([1, 2]);
  });

  it('are made with what is in their options at the moment', async () => {
    const connection = new VirtualConnection(() => ({}));
    const [body, query, headers] = [{ n: 1, at: new Date(0) }, { ids: ['1'] }, new Map([['x-a', '1']])];
    const call = connection.post('a', { body, query, headers: headers as never });
    body.n = 2;
    query.ids.push('2');
    headers.set('x-a', '2');
    await call;
    const [sent] = connection.requests;
    expect([sent?.body, sent?.query, sent?.headers]).to.deep.equal([{ n: 1, at: new Date(0) }, { ids: ['1'] }, { 'x-a': '1' }]);
  });

  it('are made at once, awaited or not', async () => {
    const connection = new VirtualConnection(() => ({}));
    connection.post('a');
    await Promise.resolve();
    expect(connection.log).to.deep.equal(['POST a']);
  });

  it('are sent once, as what the body is first had as', async () => {
    const connection = new VirtualConnection(
      ({ responseType = 'json' }) => ({ json: { a: 1 }, text: 'a', bytes: Uint8Array.of(1) })[responseType],
    );
    const text = connection.get('a');
    expect(await Promise.all([text.text(), text.text()])).to.deep.equal(['a', 'a']);
    expect((await text.raw('text')).body).to.equal('a');
    const bytes = connection.get('a');
    expect(await bytes.bytes()).to.deep.equal(Uint8Array.of(1));
    const json = connection.get('a');
    expect([await json, await json, (await json.raw()).body]).to.deep.equal([{ a: 1 }, { a: 1 }, { a: 1 }]);
    expect(connection.requests.map(({ responseType }) => responseType)).to.deep.equal(['text', 'bytes', undefined]);
    const later = connection.get('a');
    await Promise.resolve();
    const error = await failure(later.bytes(), ResourceError);
    expect(error.message).to.contain('read as json, not as bytes').and.contain('connection.get(path).bytes()');
    expect((await failure(text, ResourceError)).message).to.contain('read as text, not as json');
    expect(connection.requests).to.have.length(4);
  });

  it('are not sent for a body of an unknown kind', async () => {
    const connection = new VirtualConnection(() => undefined);
    expect((await failure(connection.get('a').raw('blob' as never), ValidationError)).message).to.contain('json, text, bytes, stream');
    expect(connection.log).to.deep.equal([]);
  });

  it('refuse a body that is not what was asked for', async () => {
    const connection = new VirtualConnection(() => ({ a: 1 }));
    expect((await failure(connection.get('a').text(), ConfigurationError)).message).to.contain('not a text');
    expect((await failure(connection.get('a').bytes(), ConfigurationError)).message).to.contain('not a Uint8Array');
    const reading = (async () => {
      for await (const _chunk of connection.get('a').stream());
    })();
    expect((await failure(reading, ConfigurationError)).message).to.contain('cannot stream');
    connection.use(async (_request, _next) => ({ status: 200, headers: {}, body: 'kept' }));
    expect(await connection.get('a').text()).to.equal('kept');
    await failure(connection.get('a').bytes(), ConfigurationError);
  });

  it('that fail before they are read say so when they are', async () => {
    const connection = new VirtualConnection(() => undefined);
    const stream = connection.get('a', { timout: 1 } as never).stream();
    await new Promise((resolve) => setImmediate(resolve));
    await failure(stream[Symbol.asyncIterator]().next(), ValidationError);
  });

  it('refuse unknown options, and pass on errors', async () => {
    const connection = new VirtualConnection(() => {
      throw new APIError('no', { status: 500 } as never);
    });
    const error = await failure(Promise.resolve(connection.get('a', { timout: 5 } as never)), ValidationError);
    expect(error.message).to.contain('did you mean timeout?');
    expect(connection.requests).to.deep.equal([]);
    expect(await connection.get('a').catch((error: unknown) => (error as Error).message)).to.equal('no');
    let ended = false;
    await failure(
      connection.get('a').finally(() => {
        ended = true;
      }),
      APIError,
    );
    expect(ended).to.equal(true);
  });

  it('pass through middlewares, the first one outermost, until they are removed', async () => {
    const connection = new VirtualConnection(({ path }) => ({ path }));
    const seen: string[] = [];
    const remove = connection.use(async (request, next) => {
      seen.push(`outer ${request.path}`);
      const response = await next({ ...request, path: `v2/${request.path}` });
      seen.push(`outer ${response.status}`);
      return response;
    });
    connection.use(async (request, next) => {
      seen.push(`inner ${request.path}`);
      return request.path.endsWith('cached') ? { status: 203, headers: {}, body: 'cached' } : next(request);
    });
    expect(await connection.get('a')).to.deep.equal({ path: 'v2/a' });
    expect(await connection.get('cached')).to.equal('cached');
    expect(seen).to.deep.equal(['outer a', 'inner v2/a', 'outer 200', 'outer cached', 'inner v2/cached', 'outer 203']);
    remove();
    remove();
    expect(await connection.get('a')).to.deep.equal({ path: 'a' });
    await connection
      .bind(Widget)
      .get('cached')
      .catch(() => undefined);
    expect(seen.filter((line) => line.startsWith('inner'))).to.have.length(4);
    expect(() => connection.use('x' as never)).to.throw(ConfigurationError);
  });
});

describe('the last response of a record', () => {
  it('has its status, headers and request id, also of an error, and is invisible', async () => {
    let status = 200;
    const connection = new VirtualConnection(() => {
      if (status !== 200) throw new APIError('no', { status, requestId: 'r2', headers: { a: 'b' } } as never);
      return new Headed({ 'x-request-id': 'r1' }, { id: 'w', name: 'n' });
    });
    const widget = connection.bind(Widget).fromDict({ id: 'w', name: 'm' });
    expect(widget.lastResponse).to.equal(undefined);
    await widget.refresh();
    expect(widget.lastResponse).to.deep.equal({ status: 200, headers: { 'x-request-id': 'r1' }, requestId: 'r1' });
    status = 409;
    await failure(widget.save({ name: 'z' }), APIError);
    expect(widget.lastResponse).to.deep.include({ status: 409, requestId: 'r2' });
    expect(Object.keys(widget)).to.not.include('lastResponse');
    expect(JSON.stringify(widget)).to.not.contain('r2');
  });
});
