import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import nodeFetch from 'node-fetch';
import { Moderately } from '../dist/moderately/index.js';
import { answerOf, answerTasks, child } from './support/child.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';

const MIB = 1024 * 1024;

/** What each contender does with `{ origin, url, source, target, size, sha256 }`; it must leave the transfer complete. */
const contenders = {
  'File.upload(path)': async (job) => check(await connect(job).File.upload(job.source), job),
  'File.upload(stream of unknown size)': async (job) => check(await connect(job).File.upload(createReadStream(job.source)), job),
  'file.download(path)': async (job) => (await connect(job).File.get('f_1')).download(job.target),
  'file.download(stream)': async (job) => (await connect(job).File.get('f_1')).download(createWriteStream(job.target)),
  'SHA-256 of the file, up': async ({ source, sha256 }) => {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(source, { highWaterMark: MIB })) hash.update(chunk);
    if (hash.digest('hex') !== sha256) throw new Error('The file has another hash.');
  },
  'PUT with node:http, up': async (job) => {
    const request = http.request(job.url, { method: 'PUT', headers: { 'content-length': job.size } });
    const answered = once(request, 'response');
    await pipeline(createReadStream(job.source, { highWaterMark: MIB }), request);
    const [response] = await answered;
    await once(response.resume(), 'end');
  },
  'node-fetch, whole file in memory, up': async (job) => {
    const body = await readFile(job.source);
    createHash('sha256').update(body).digest();
    await nodeFetch(job.url, { method: 'PUT', body });
  },
  'global fetch of a stream, up': async (job) => {
    const headers = { 'content-length': String(job.size) };
    const body = Readable.toWeb(createReadStream(job.source, { highWaterMark: MIB }));
    await fetch(job.url, { method: 'PUT', body, duplex: 'half', headers });
  },
  'node-fetch piped to a file, hashed in a worker, down': async (job) => {
    const worker = new Worker(hashing, { eval: true });
    const hashed = once(worker, 'message');
    const response = await nodeFetch(job.url);
    const also = async function* (chunks) {
      for await (const chunk of chunks) {
        const copy = Uint8Array.from(chunk);
        worker.postMessage(copy, [copy.buffer]);
        yield chunk;
      }
    };
    await pipeline(response.body, also, createWriteStream(job.target));
    worker.postMessage(null);
    const [digest] = await hashed;
    await worker.terminate();
    if (digest !== job.sha256) throw new Error('The file came with another hash.');
  },
  'node-fetch piped to a file, unchecked, down': async (job) => {
    const response = await nodeFetch(job.url);
    await pipeline(response.body, createWriteStream(job.target));
  },
  'node-fetch, whole file in memory, down': async (job) => {
    const bytes = Buffer.from(await (await nodeFetch(job.url)).arrayBuffer());
    createHash('sha256').update(bytes).digest();
    await writeFile(job.target, bytes);
  },
};

/** Hashes what it is sent until it is sent null. */
const hashing = `
  const { createHash } = require('node:crypto');
  const { parentPort } = require('node:worker_threads');
  const hash = createHash('sha256');
  parentPort.on('message', (chunk) => (chunk ? hash.update(chunk) : parentPort.postMessage(hash.digest('hex'))));
`;

function connect({ origin }) {
  return new Moderately({ apiKey: 'bench-key', teamId: 'bench-team', baseUrl: origin });
}

function check(file, { size, sha256 }) {
  if (file.fileSize !== size || file.fileHash !== sha256) throw new Error('The upload was not completed with its size and hash.');
}

/** Runs in its own process: one contender, measured. */
async function measure({ name, job }, send) {
  await nodeFetch(job.url, { method: 'HEAD' });
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const start = performance.now();
  await contenders[name](job);
  const seconds = (performance.now() - start) / 1000;
  const peak = process.resourceUsage().maxRSS * 1024;
  if (
    job.isDown &&
    createHash('sha256')
      .update(await readFile(job.target))
      .digest('hex') !== job.sha256
  )
    throw new Error(`${name} has not written the file that was sent.`);
  send({ s: seconds, 'peak MiB': Math.max(1, (peak - before) / MIB) });
}

/** Runs in its own process: the platform's file routes, for one file. It gives its content and swallows what it is sent. */
function serve({ source, size, sha256 }, send) {
  const file = {
    fileId: 'f_1',
    fileName: 'source.bin',
    fileSize: size,
    fileHash: sha256,
    mimeType: 'application/octet-stream',
    uploadStatus: 'completed',
  };
  const server = http.createServer((request, response) => {
    const url = `http://${request.headers.host}/content?X-Amz-Signature=bench`;
    if (request.method === 'GET' && request.url.startsWith('/content')) {
      createReadStream(source, { highWaterMark: MIB }).pipe(response.writeHead(200, { 'content-length': size }));
      return;
    }
    const answers = {
      '/files/upload-url': { file: { ...file, uploadStatus: 'pending' }, uploadUrl: url },
      '/files/f_1/download': { downloadUrl: url },
    };
    const answer = request.method === 'PUT' ? '' : JSON.stringify(answers[request.url.split('?')[0]] ?? file);
    request.resume().on('end', () => response.end(answer));
  });
  server.listen(0, '127.0.0.1', () => send(server.address().port));
}

async function makeFile(path, size) {
  const file = await open(path, 'w');
  const hash = createHash('sha256');
  for (let at = 0; at < size; at += MIB) {
    const chunk = Buffer.alloc(Math.min(MIB, size - at), `${at} `);
    hash.update(chunk);
    await file.write(chunk);
  }
  await file.close();
  return hash.digest('hex');
}

const limits = ['SHA-256 of the file, up', 'PUT with node:http, up'];
const longer = 'the longer of both, up';

const ours = ['File.upload(path)', 'File.upload(stream of unknown size)', 'file.download(path)', 'file.download(stream)'];

export default {
  name: 'transfers',
  says:
    'A file there and back: 64 MiB, with --full 1 GiB. Seconds, and the peak of resident memory above that before the transfer. The server ' +
    'throws away what it gets; every transfer has a fresh process.',
  async run({ rounds, isFull, mebibytes = isFull ? 1024 : 64, warmUp = 1 }) {
    const size = mebibytes * MIB;
    const folder = await mkdtemp(join(tmpdir(), 'transfers-'));
    const source = join(folder, 'source.bin');
    const sha256 = await makeFile(source, size);
    const server = child(import.meta.url, 'serve', { source, size, sha256 });
    try {
      const origin = `http://127.0.0.1:${await server.next()}`;
      const target = join(folder, 'target.bin');
      const job = { origin, url: `${origin}/content`, source, target, size, sha256 };
      const transfer = async (_contender, name) => {
        await rm(target, { force: true });
        return answerOf(import.meta.url, 'measure', { name, job: { ...job, isDown: /down/.test(name) } });
      };
      const found = await interleave(contenders, transfer, { rounds, warmUp });
      // Nobody can send a file with its hash in less time.
      const [hashed, sent] = limits.map((name) => found[name].s);
      found[longer] = { s: hashed.map((seconds, round) => Math.max(seconds, sent[round])) };
      const of = (names) => Object.fromEntries(Object.entries(found).filter(([name]) => names(name)));
      const kinds = Object.fromEntries([...ours.map((name) => [name, 'ours']), ...[...limits, longer].map((name) => [name, 'limit'])]);
      return [
        ...rowsOf(
          'A file up',
          of((name) => !/down/.test(name)),
          { base: longer, kinds },
        ),
        ...rowsOf(
          'A file down',
          of((name) => /down/.test(name)),
          { base: 'node-fetch piped to a file, hashed in a worker, down', kinds },
        ),
      ];
    } finally {
      server.stop();
      await rm(folder, { recursive: true });
    }
  },
};

answerTasks(import.meta.url, { serve, measure });
