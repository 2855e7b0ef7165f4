import { createHash, randomBytes } from 'node:crypto';
import { appendFile, truncate, writeFile } from 'node:fs/promises';
import http, { type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { TransferProgress } from '../../../src/http/files/transfer.js';
import {
  AbortedError,
  APIError,
  ConnectionError,
  FileUploadError,
  TimeoutError,
  ValidationError,
} from '../../../src/model/errors/index.js';
import { failure } from '../../support/failure.js';
import { folder } from '../../support/folder.js';
import { listen, serve, serveRaw } from '../../support/server.js';
import { warningWith } from '../../support/warning.js';
import { fileInputs } from '../support/inputs.js';
import { describeTransfers } from '../support/transfers.js';

const MIB = 1024 * 1024;

describeTransfers('an upload', (connect) => {
  for (const size of [0, 1, MIB, 3 * MIB + 1]) {
    it(`sends ${size} bytes with their length and type, from a path, bytes and a stream of unknown size`, async () => {
      const bytes = Buffer.alloc(size, 'content ');
      const store = await serve((_, response) => response.end());
      const client = connect();
      const path = join(await folder(), 'a.csv');
      await writeFile(path, bytes);
      for (const input of [path, bytes, Readable.from([bytes]), new Blob([bytes])]) {
        const content = await client.openContent(input, { name: 'a.csv' });
        await client.put(`${store.url}/f`, content);
        await content.dispose();
      }
      expect(store.seen).to.have.length(4);
      for (const { method, headers, body } of store.seen) {
        expect(method).to.equal('PUT');
        expect(headers).to.include({ 'content-type': 'text/csv', 'content-length': String(size) });
        expect(headers).to.not.have.property('transfer-encoding');
        expect(body.equals(bytes)).to.equal(true);
      }
    });
  }

  for (const [what, inputOf] of Object.entries(fileInputs)) {
    it(`sends each byte of a ${what} as it is to a store that reads slowly`, async () => {
      const bytes = randomBytes(9 * MIB + 1);
      const hash = createHash('sha256');
      const server = http.createServer((request, response) => {
        request.on('data', (chunk: Buffer) => {
          hash.update(chunk);
          request.pause();
          setTimeout(() => request.resume(), 1);
        });
        request.on('end', () => response.end());
      });
      const { url } = await listen(server);
      const client = connect();
      const content = await client.openContent(await inputOf(bytes));
      await client.put(url, content);
      await content.dispose();
      expect(hash.digest('hex')).to.equal(content.sha256);
    });
  }

  it('sends the headers it is told, and no others', async () => {
    const store = await serve((_, response) => response.end());
    const client = connect();
    await client.put(store.url, await client.openContent(Buffer.from('x')), {
      headers: { 'Content-Type': 'text/own', 'x-amz-acl': 'private' },
    });
    expect(store.seen[0]?.headers).to.include({ 'content-type': 'text/own', 'x-amz-acl': 'private' });
  });

  it('is repeated with the same bytes after 503, 500 excepted, and a broken connection', async () => {
    const bytes = Buffer.alloc(2 * MIB, 'abc');
    const store = await serve((_, response, count) => {
      if (count === 1) response.writeHead(503).end();
      else if (count === 2) response.socket?.destroy();
      else response.end();
    });
    const client = connect();
    await client.put(store.url, await client.openContent(bytes));
    expect(store.seen.map(({ body }) => body.equals(bytes))).to.deep.equal([true, true, true]);
    const failing = await serve((_, response) => response.writeHead(500).end());
    const error = await failure(client.put(failing.url, await client.openContent(bytes)), FileUploadError);
    expect(error).to.include({ step: 'put', status: 500 });
    expect(failing.seen).to.have.length(1);
  });

  it('fails with the step, the status and the cause when the store keeps refusing', async () => {
    const store = await serve((_, response) => response.writeHead(503).end('<Error><Message>Slow down</Message></Error>'));
    const client = connect({ maxRetries: 1 });
    const error = await failure(
      client.put(`${store.url}/f?X-Amz-Signature=abc`, await client.openContent(Buffer.from('x'), { name: 'r.pdf' })),
      FileUploadError,
    );
    expect(error).to.include({ step: 'put', status: 503, retryable: true });
    expect(error.cause).to.be.instanceOf(APIError);
    expect(error.message).to.contain('upload r.pdf').and.contain('Slow down');
    expect(store.seen).to.have.length(2);
  });

  it('asks once for a fresh address when the first has expired', async () => {
    const store = await serve(({ url }, response) => response.writeHead(url === '/fresh' ? 200 : 403).end());
    const client = connect();
    let asked = 0;
    const renewUrl = async () => {
      asked++;
      return `${store.url}/fresh`;
    };
    await client.put(`${store.url}/old`, await client.openContent(Buffer.from('x')), { renewUrl });
    expect(store.seen.map(({ url }) => url)).to.deep.equal(['/old', '/fresh']);
    const stale = async () => {
      asked++;
      return `${store.url}/stale`;
    };
    const error = await failure(
      client.put(`${store.url}/old`, await client.openContent(Buffer.from('x')), { renewUrl: stale }),
      FileUploadError,
    );
    expect(error).to.include({ step: 'put', status: 403 });
    expect(asked).to.equal(2);
  });

  it('asks for no other address when the store refuses the first for another reason', async () => {
    for (const [status, body] of [
      [403, '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'],
      [403, '<Error><Code>SignatureDoesNotMatch</Code><Expires>60</Expires></Error>'],
      [400, ''],
      [404, 'The bucket has expired'],
    ] as const) {
      const store = await serve((_, response) => response.writeHead(status).end(body));
      const client = connect();
      const renewUrl = () => Promise.reject(new Error('was asked'));
      const error = await failure(client.put(store.url, await client.openContent(Buffer.from('x')), { renewUrl }), FileUploadError);
      expect(error).to.include({ step: 'put', status });
    }
  });

  it('hears the refusal of a store that hangs up before it has read everything', async () => {
    const store = await serveRaw((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno'));
    });
    const client = connect();
    const error = await failure(client.put(store.url, await client.openContent(Buffer.alloc(30 * MIB))), FileUploadError);
    expect(error).to.include({ step: 'put', status: 403 });
  });

  it('says that it was the fresh address that could not be had', async () => {
    const store = await serve((_, response) => response.writeHead(403).end());
    const client = connect();
    const renewUrl = () => Promise.reject(new ConnectionError('no way'));
    const error = await failure(client.put(store.url, await client.openContent(Buffer.from('x')), { renewUrl }), FileUploadError);
    expect(error).to.include({ step: 'request-url' });
    expect(error.message).to.contain('no way');
  });

  it('tells how far it is, from nothing to everything', async () => {
    const store = await serve((_, response) => response.end());
    const client = connect();
    const steps: TransferProgress[] = [];
    await client.put(store.url, await client.openContent(Buffer.alloc(3 * MIB)), { onProgress: (step) => steps.push(step) });
    expect(steps.map(({ loaded }) => loaded)).to.deep.equal([0, MIB, 2 * MIB, 3 * MIB]);
    expect(steps.every(({ total }) => total === 3 * MIB)).to.equal(true);
  });

  it('is not disturbed by a listener that throws or rejects', async () => {
    const store = await serve((_, response) => response.end());
    const client = connect();
    const throwing = () => {
      throw new Error('listener broke');
    };
    for (const onProgress of [throwing, async () => throwing()]) {
      const warned = warningWith('listener broke');
      await client.put(store.url, await client.openContent(Buffer.from('x')), { onProgress });
      expect(store.seen.at(-1)?.body.toString()).to.equal('x');
      await warned;
    }
  });

  for (const [how, change] of [
    ['grows', (path: string) => appendFile(path, 'more')],
    ['shrinks', (path: string) => truncate(path, 5)],
  ] as const) {
    it(`fails at reading, and completes nothing, when the file ${how} while it is sent`, async () => {
      const path = join(await folder(), 'log');
      await writeFile(path, Buffer.alloc(8 * MIB));
      const store = await serve((_, response) => response.end());
      const client = connect();
      const content = await client.openContent(path);
      let changed: Promise<void> | undefined;
      const onProgress = () => {
        changed ??= change(path);
      };
      const error = await failure(client.put(store.url, content, { onProgress }), FileUploadError);
      await changed;
      await content.dispose();
      expect(error).to.include({ step: 'read' });
      expect(store.seen).to.deep.equal([]);
    });
  }

  for (const size of [3, 7]) {
    it(`sends nothing that is taken for whole when 5 bytes come of content that said ${size}`, async () => {
      const store = await serve((_, response) => response.end());
      const client = connect();
      const content = await client.openContent(Buffer.from('hello'));
      const error = await failure(client.put(store.url, { ...content, size }), FileUploadError);
      expect(error).to.include({ step: 'read' });
      expect(store.seen).to.deep.equal([]);
    });
  }

  it('ends when its signal fires, with everything let go', async () => {
    const controller = new AbortController();
    const store = await serveRaw(() => {});
    const path = join(await folder(), 'big');
    await writeFile(path, Buffer.alloc(8 * MIB));
    const client = connect();
    const content = await client.openContent(path);
    const onProgress = ({ loaded }: TransferProgress) => loaded > MIB && controller.abort('enough');
    const error = await failure(client.put(store.url, content, { onProgress, signal: controller.signal }), AbortedError);
    expect(error.cause).to.equal('enough');
    await content.dispose();
  });

  it('is given up when the store falls silent, before or after everything was sent', async () => {
    const deaf = await serveRaw((socket) => socket.pause());
    const mute = await serveRaw(() => {});
    const client = connect({ idleTimeout: 0.1, maxRetries: 0 });
    for (const { url } of [deaf, mute]) {
      const error = await failure(client.put(url, await client.openContent(Buffer.alloc(8 * MIB))), FileUploadError);
      expect(error).to.include({ step: 'put', retryable: true });
      expect(error.cause).to.be.instanceOf(TimeoutError);
    }
  });

  it('has a limit for the whole of it when it is given one', async () => {
    const mute = await serveRaw(() => {});
    const client = connect();
    const error = await failure(client.put(mute.url, await client.openContent(Buffer.from('x')), { timeout: 0.1 }), FileUploadError);
    expect(error.cause).to.be.instanceOf(TimeoutError);
    await failure(client.put(mute.url, await client.openContent(Buffer.from('x')), { timeout: 100_000 }), ValidationError);
  });

  it('counts against the number of transfers in flight, not of calls', async () => {
    let most = 0;
    let open: ServerResponse[] = [];
    const store = await serve((_, response) => {
      most = Math.max(most, open.push(response));
      // The first of a pair waits for the second, and both for a third that must not come.
      if (open.length !== 2) return;
      setTimeout(() => {
        const ending = open;
        open = [];
        for (const each of ending) each.end('{}');
      }, 10);
    });
    const client = connect({ baseUrl: store.url, limits: { concurrency: 2 } });
    const content = await client.openContent(Buffer.from('x'));
    await Promise.all(Array.from({ length: 8 }, () => client.put(store.url, content)));
    expect(most).to.equal(2);
  });
});
