/**
 * A large file there and back, side by side with peers: seconds, and the peak of resident memory above that before the transfer.
 * The server runs in a process of its own and throws away what it gets; every contender runs in a fresh process.
 * Run with: npm run build && node bench/transfers.mjs [MiB, default 1024]. With --json the figures come as one JSON object.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import nodeFetch from 'node-fetch';
import { Connection } from '../dist/index.js';

const MIB = 1024 * 1024;
const self = fileURLToPath(import.meta.url);

/** What each contender does with `{ url, source, target, size, sha256 }`; it must leave the transfer complete. */
const contenders = {
  'upload a file': (job) => upload(job, job.source),
  'upload a stream of unknown size': (job) => upload(job, createReadStream(job.source)),
  'download to a file': (job) => ours(job).download(job.url, { target: job.target, size: job.size, sha256: job.sha256 }),
  'download to a stream': (job) =>
    ours(job).download(job.url, { target: createWriteStream(job.target), size: job.size, sha256: job.sha256 }),
  'peer: node-fetch, whole file in memory, up': async (job) => {
    const body = await readFile(job.source);
    createHash('sha256').update(body).digest();
    await nodeFetch(job.url, { method: 'PUT', body });
  },
  'peer: global fetch of a stream, up': async (job) => {
    const headers = { 'content-length': String(job.size) };
    const body = Readable.toWeb(createReadStream(job.source, { highWaterMark: MIB }));
    await fetch(job.url, { method: 'PUT', body, duplex: 'half', headers });
  },
  'peer: node-fetch piped to a file, unchecked, down': async (job) => {
    const response = await nodeFetch(job.url);
    await pipeline(response.body, createWriteStream(job.target));
  },
  'peer: node-fetch, whole file in memory, down': async (job) => {
    const bytes = Buffer.from(await (await nodeFetch(job.url)).arrayBuffer());
    createHash('sha256').update(bytes).digest();
    await writeFile(job.target, bytes);
  },
};

function ours({ url }) {
  return new Connection({ baseUrl: new URL(url).origin }).client;
}

async function upload(job, input) {
  const client = ours(job);
  const content = await client.openContent(input);
  try {
    await client.put(job.url, content);
  } finally {
    await content.dispose();
  }
}

/** Runs in its own process: one contender, measured. */
async function measure({ name, job }) {
  await nodeFetch(job.url, { method: 'HEAD' });
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const start = performance.now();
  await contenders[name](job);
  const seconds = (performance.now() - start) / 1000;
  const peak = process.resourceUsage().maxRSS * 1024;
  process.send({ seconds: Number(seconds.toFixed(2)), peakMiB: Math.max(0, Math.round((peak - before) / MIB)) });
  process.disconnect();
}

/** Runs in its own process: gives the file to whoever asks and swallows what it is sent. */
function serve({ source }) {
  const server = http.createServer((request, response) => {
    if (request.method === 'GET') createReadStream(source, { highWaterMark: MIB }).pipe(response);
    else request.resume().on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}

function child(task) {
  const process = fork(self, ['--task'], { execArgv: ['--expose-gc'] });
  process.send(task);
  const answer = new Promise((resolve, reject) => {
    process.once('message', resolve);
    process.once('exit', (code) => code && reject(new Error(`${task.name ?? task.kind} ended with ${code}`)));
  });
  return { process, answer };
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

async function main() {
  const size = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 1024) * MIB;
  const folder = await mkdtemp(join(tmpdir(), 'transfers-'));
  const source = join(folder, 'source.bin');
  const sha256 = await makeFile(source, size);
  const server = child({ kind: 'serve', source });
  const results = {};
  try {
    const { port } = await server.answer;
    for (const name of Object.keys(contenders)) {
      const target = join(folder, 'target.bin');
      const job = { url: `http://127.0.0.1:${port}/f`, source, target, size, sha256 };
      results[name] = await child({ kind: 'measure', name, job }).answer;
      await rm(target, { force: true });
    }
  } finally {
    server.process.kill();
    await rm(folder, { recursive: true });
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify({ sizeMiB: size / MIB, results }));
  else console.table(results);
}

if (process.argv.includes('--task')) process.once('message', (task) => (task.kind === 'serve' ? serve(task) : measure(task)));
else await main();
