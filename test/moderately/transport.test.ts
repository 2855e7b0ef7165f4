import { createServer } from 'node:http';
import { expect } from 'chai';
import { AbortedError, APIError, NotFoundError, RateLimitError, ResourceError, TimeoutError } from '../../src/index.js';
import { Moderately } from '../../src/moderately/index.js';
import { failure } from '../support/failure.js';
import { json as answer, closeServers, deadPort, listen, serve } from '../support/server.js';
import { realSockets } from '../support/sockets.js';
import { json, page, teamId } from './support/connect.js';

const secret = 'key-0123456789';

function connect(baseUrl: string, options: object = {}): Moderately {
  return new Moderately({ apiKey: secret, teamId, baseUrl, retry: { baseDelay: 0.001 }, ...options });
}

describe('Moderately over a real socket', () => {
  realSockets();
  afterEach(closeServers);

  it('gives up after its time, and lets go of the socket', async () => {
    const server = createServer(() => undefined);
    const { url } = await listen(server);
    const released = new Promise<void>((resolve) => server.on('connection', (socket) => socket.on('close', resolve)));
    const error = await failure(connect(url, { maxRetries: 0 }).Dataset.get('d1', { timeout: 0.1 }));
    expect(error).to.be.instanceOf(TimeoutError);
    await released;
  });

  it('stops at once when it is told to, between two tries as well, and tries no more', async () => {
    const { url, seen } = await serve((_request, response) => answer(response, 503, {}, { 'retry-after': '30' }));
    const mai = connect(url);
    const controller = new AbortController();
    mai.on('retry', () => controller.abort());
    expect(await failure(mai.Dataset.get('d1', { signal: controller.signal, timeout: 60 }))).to.be.instanceOf(AbortedError);
    expect(seen.length).to.equal(1);
  });

  it('repeats a read that is refused for now, waiting longer each time', async () => {
    const { url } = await serve((_request, response, count) => answer(response, count < 3 ? 503 : 200, json.dataset()));
    const mai = connect(url, { retry: { baseDelay: 0.01 } });
    const delays: number[] = [];
    mai.on('retry', ({ delayMs }) => delays.push(delayMs));
    expect((await mai.Dataset.get('d1')).id).to.equal('d1');
    expect(delays.length).to.equal(2);
    expect(delays[0]).to.be.at.most(10);
    expect(delays[1]).to.be.at.most(20);
  });

  it('gives up after three repetitions, with the status', async () => {
    const { url, seen } = await serve((_request, response) => answer(response, 502, {}));
    const error = await failure<APIError>(connect(url).Dataset.get('d1'));
    expect(error).to.be.instanceOf(APIError);
    expect([error.status, seen.length]).to.deep.equal([502, 4]);
  });

  it('does not repeat after a 500, nor when it may not repeat at all', async () => {
    const { url, seen } = await serve((_request, response, count) => answer(response, count === 1 ? 500 : 503, {}));
    await failure(connect(url).Dataset.get('d1'));
    expect(seen.length).to.equal(1);
    await failure(connect(url, { maxRetries: 0 }).Dataset.get('d1'));
    expect(seen.length).to.equal(2);
  });

  it('waits as long as a 429 asks, in seconds or until a date, but not longer than it may', async () => {
    const soon = new Date(Date.now() - 1000).toUTCString();
    const { url } = await serve((_request, response, count) =>
      answer(response, count < 4 ? 429 : 200, json.dataset(), { 'retry-after': count === 1 ? '2' : count === 2 ? '0' : soon }),
    );
    const mai = connect(url, { retry: { baseDelay: 0.001, maxDelay: 0.05 } });
    const delays: number[] = [];
    mai.on('retry', ({ delayMs }) => delays.push(delayMs));
    await mai.Dataset.get('d1');
    expect(delays).to.deep.equal([50, 0, 0]);
  });

  it('says how long to wait when a 429 is the end', async () => {
    const { url } = await serve((_request, response) => answer(response, 429, {}, { 'retry-after': '7' }));
    const error = await failure<RateLimitError>(connect(url, { maxRetries: 0 }).Dataset.get('d1'));
    expect(error).to.be.instanceOf(RateLimitError);
    expect(error.retryAfter).to.equal(7);
  });

  it('does not create twice when the response to a create is lost', async () => {
    const { url, seen } = await serve((_request, response) => response.destroy());
    const mai = connect(url);
    const dataset = new mai.Dataset({ name: 'Once' });
    const error = await failure<ResourceError>(dataset.save());
    expect(error).to.include({ outcome: 'unknown', retryable: false });
    expect(seen.length).to.equal(1);
    await failure(dataset.save());
    expect(seen.length).to.equal(1);
  });

  it('repeats a create that surely did not arrive', async () => {
    const mai = connect(`http://127.0.0.1:${await deadPort()}`, { maxRetries: 2 });
    let repeated = 0;
    mai.on('retry', () => repeated++);
    await failure(mai.Dataset.create({ name: 'x' }));
    expect(repeated).to.equal(2);
  });

  it('leaves no pending file behind when an upload is aborted', async () => {
    const { url, seen } = await serve((request, response) => {
      if (request.method === 'POST') answer(response, 201, { file: json.file(), uploadUrl: `${url}/store`, expiresAt: null });
      else if (request.method === 'DELETE') response.writeHead(204).end();
    });
    const controller = new AbortController();
    const mai = connect(url);
    mai.on('request', ({ method }) => method === 'PUT' && controller.abort());
    const error = await failure(mai.File.upload(Buffer.alloc(8), { name: 'a.bin', signal: controller.signal }));
    expect(error).to.be.instanceOf(AbortedError);
    expect(seen.at(-1)).to.include({ method: 'DELETE', url: '/files/f1' });
  });

  it('takes an empty response for success, and says what it got when a response is not JSON', async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(request.method === 'DELETE' ? '' : '<p>hello</p>');
    });
    const mai = connect(url);
    expect((await new mai.Pipeline({ id: 'p1' }).delete()).status).to.equal('SUCCESS');
    const error = await failure(mai.Dataset.get('d1'));
    expect(error).to.be.instanceOf(APIError);
    expect(error.message).to.contain('hello');
  });

  it('never takes its key along to another origin', async () => {
    const other = await serve((_request, response) => answer(response, 200, page([])));
    const { url } = await serve((_request, response) => {
      response.writeHead(302, { location: `${other.url}/datasets` });
      response.end();
    });
    await connect(url).Dataset.search();
    expect(other.seen[0]?.headers.authorization).to.equal(undefined);
  });

  it('keeps the key and what is signed out of events and errors', async () => {
    const { url } = await serve((request, response) => {
      if (request.url.startsWith('/files/f1/download')) answer(response, 200, { downloadUrl: `${url}/store?X-Signature=deadbeef` });
      else if (request.url.startsWith('/store')) answer(response, 404, { message: `no ${request.url} for ${secret}` });
      else answer(response, 200, json.file());
    });
    const mai = connect(url);
    const told: unknown[] = [];
    for (const event of ['request', 'response', 'retry'] as const) mai.on(event, ({ resource: _resource, ...facts }) => told.push(facts));
    const file = await mai.File.get('f1');
    const error = await failure(file.download());
    expect(error).to.be.instanceOf(NotFoundError);
    const all = JSON.stringify(told) + error.message + String(error.stack) + JSON.stringify(error);
    expect(all).to.not.contain('deadbeef');
    expect(all).to.not.contain(secret);
  });
});
