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
import { Moderately } from '../dist/moderately/index.js';

const MIB = 1024 * 1024;
const self = fileURLToPath(import.meta.url);

/** What each contender does with `{ origin, url, source, target, size, sha256 }`; it must leave the transfer complete. */
const contenders = {
  'File.upload(path)': async (job) => check(await connect(job).File.upload(job.source), job),
  'File.upload(stream of unknown size)': async (job) => check(await connect(job).File.upload(createReadStream(job.source)), job),
  'file.download(path)': async (job) => (await connect(job).File.get('f_1')).download(job.target),
  'file.download(stream)': async (job) => (await connect(job).File.get('f_1')).download(createWriteStream(job.target)),
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

function connect({ origin }) {
  return new Moderately({ apiKey: 'bench-key', teamId: 'bench-team', baseUrl: origin });
}

function check(file, { size, sha256 }) {
  if (file.fileSize !== size || file.fileHash !== sha256) throw new Error('The upload was not completed with its size and hash.');
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

/** Runs in its own process: the platform's file routes, for one file. It gives its content and swallows what it is sent. */
function serve({ source, size, sha256 }) {
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
  const server = child({ kind: 'serve', source, size, sha256 });
  const results = {};
  try {
    const { port } = await server.answer;
    for (const name of Object.keys(contenders)) {
      const target = join(folder, 'target.bin');
      const origin = `http://127.0.0.1:${port}`;
      const job = { origin, url: `${origin}/content`, source, target, size, sha256 };
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
