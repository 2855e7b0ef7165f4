import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { answerTasks, child } from './support/child.mjs';
import { rowsOf } from './support/rounds.mjs';

const cli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
/** Seconds until a case is given up. */
const deadline = 90;
/** The limit of a block in the cases that exceed it. */
const blockSeconds = 5;

const block = (id, type, config = {}) => ({ id, type, config });
const chain = (...blocks) => ({
  id: 'bench',
  name: 'Bench',
  blocks: Object.fromEntries(blocks.map((each) => [each.id, each])),
  connections: blocks.slice(1).map((target, at) => ({
    source_block_id: blocks[at].id,
    source_port: 'data',
    target_block_id: target.id,
    target_port: 'data',
  })),
});
const csv = (rows) => `id,name,price\n${Array.from({ length: rows }, (_, at) => `${at},item ${at},${at / 4}\n`).join('')}`;
const columns = [
  { name: 'id', type: 'integer', nullable: false },
  { name: 'name', type: 'string', nullable: false },
  { name: 'price', type: 'float', nullable: false },
];
const filter = (expression) => block('work', 'transform', { operations: [{ type: 'filter', expression }] });

/** What each case does; gives what became of it. */
const cases = {
  nothing: async () => {
    await sleep(2000);
    return '';
  },
  'run over 500,000 rows': async (platform) => {
    const id = await platform.dataset('rows', csv(500_000), columns);
    const execution = await platform.run(
      chain(block('rows', 'dataset', { dataset_id: id }), filter('price >= 0'), block('result', 'output')),
      {},
    );
    return `${execution.status}, ${execution.pipelineOutputSummary}`;
  },
  'map of a template over 150,000 items': async (platform) => {
    const map = block('work', 'map', { target_block_type: 'string_template', target_config: { template: 'Hi {{ data }}!' } });
    const items = Array.from({ length: 150_000 }, (_, at) => at);
    const execution = await platform.run(chain(block('given', 'constant', { config_value: items }), map, block('result', 'output')), {});
    return `${execution.status}, ${execution.pipelineOutputSummary}`;
  },
  'process() of 300,000 rows': async (platform) => await platform.processDataset(await platform.dataset('rows', csv(300_000), columns)),
  'an expression that spins': async (platform) => {
    const rows = [{ a: `${'a'.repeat(40)}!` }];
    const graph = chain(block('given', 'constant', { config_value: rows }), filter("matches(a, '^(a+)+$')"), block('result', 'output'));
    return (await platform.run(graph, {})).progressData.message ?? 'completed';
  },
  'an expression of many terms': async (platform) => {
    const graph = chain(
      block('given', 'constant', { config_value: [{ a: 'x' }] }),
      filter(`a == 1${' && a == 1'.repeat(40)}`),
      block('result', 'output'),
    );
    return (await platform.run(graph, {})).progressData.message ?? 'completed';
  },
  'a handler that spins': async (platform) =>
    (await platform.run(chain(block('given', 'constant'), block('work', 'spin'), block('result', 'output')), {})).progressData.message,
  'a handler that needs all memory': async (platform) =>
    (await platform.run(chain(block('given', 'constant'), block('work', 'hoard'), block('result', 'output')), {})).progressData.message,
  'a header of 100,000 columns': async (platform) =>
    await platform.processDataset(await platform.dataset('wide', `${Array.from({ length: 1e5 }, (_, at) => `c${at}`).join()}\n`, columns)),
  'an XLSX file with a far cell': async (platform) =>
    await platform.processDataset(await platform.dataset('far', farCell(), columns, 'xlsx')),
};

/** A workbook of two cells, the first and the last one that there can be. */
function farCell() {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packaged = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  return zip({
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${packaged}"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packaged}"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><cellXfs count="1"><xf numFmtId="0"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>`,
  });
}

/** A ZIP archive with stored entries (APPNOTE 4.3). */
function zip(entries) {
  const locals = [];
  const centrals = [];
  let offset = 0;
  for (const [path, text] of Object.entries(entries)) {
    const [name, data] = [Buffer.from(path), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, name]));
    locals.push(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, data]));
    offset += locals.at(-1).length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(locals.length, 8);
  end.writeUInt16LE(locals.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

/** A platform in a process of its own. */
class Platform {
  static async start(isHostile = false) {
    const help = execFileSync(process.execPath, [cli, 'local', '--help'], { encoding: 'utf8' });
    const platform = new Platform();
    platform.folder = mkdtempSync(join(tmpdir(), 'platform-isolation-'));
    const handlers = join(platform.folder, 'handlers.mjs');
    writeFileSync(
      handlers,
      'export const spin = () => { for (;;); };\nexport const hoard = () => { const all = []; for (;;) all.push([Math.random()]); };\n',
    );
    const flags =
      isHostile && help.includes('--blocks')
        ? ['--blocks', handlers, '--block-seconds', String(blockSeconds), '--block-memory', '256']
        : [];
    platform.process = spawn(process.execPath, [cli, 'local', '--json', '--data-dir', join(platform.folder, 'data'), ...flags], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(createInterface({ input: platform.process.stdout }), 'line');
    return Object.assign(platform, JSON.parse(line));
  }

  async send(method, path, body, contentType = 'application/json') {
    // A presigned URL has its own authorization.
    const isPresigned = path.startsWith('http');
    const headers = { ...(!isPresigned && { authorization: `Bearer ${this.apiKey}` }), 'content-type': contentType };
    const content = contentType === 'application/json' && body ? JSON.stringify(body) : body;
    const response = await fetch(isPresigned ? path : this.url + path, { method, headers, body: content });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path.slice(0, 40)} answered ${response.status}: ${text.slice(0, 200)}`);
    return text && JSON.parse(text);
  }

  async dataset(name, content, schema, fileType = 'csv') {
    const { datasetId } = await this.send('POST', '/datasets', { teamId: this.teamId, name });
    const created = { datasetId, fileType, fileName: `data.${fileType}`, status: 'current' };
    const { uploadUrl, dataVersion } = await this.send('POST', '/dataset-data-versions', created);
    const type = fileType === 'csv' ? 'text/csv' : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    await this.send('PUT', uploadUrl, content, type);
    await this.send('POST', `/dataset-data-versions/${dataVersion.datasetDataVersionId}/complete`, {});
    await this.send('POST', '/dataset-schema-versions', { datasetId, columns: schema, status: 'current' });
    return datasetId;
  }

  async until(path, isDone) {
    for (;;) {
      const record = await this.send('GET', path);
      if (isDone(record)) return record;
      await sleep(100);
    }
  }

  async processDataset(datasetId) {
    await this.send('PATCH', `/datasets/${datasetId}`, { shouldProcess: true });
    const done = await this.until(`/datasets/${datasetId}`, ({ processingStatus }) => processingStatus !== 'in_progress');
    return `${done.processingStatus}, ${done.processingError ?? `${done.recordCount} rows`}`;
  }

  async pipeline(configuration) {
    const { pipelineId } = await this.send('POST', '/pipelines', { teamId: this.teamId, name: `Pipeline ${Math.random()}` });
    return (await this.send('POST', '/pipeline-configuration-versions', { pipelineId, configuration, status: 'current' }))
      .pipelineConfigurationVersionId;
  }

  async begin(pipelineConfigurationVersionId, pipelineInput) {
    const request = { pipelineConfigurationVersionId, pipelineInput, pipelineInputSummary: '' };
    return (await this.send('POST', '/pipeline-executions', request)).pipelineExecutionId;
  }

  async run(configuration, input) {
    const id = await this.begin(await this.pipeline(configuration), input);
    return await this.until(`/pipeline-executions/${id}`, ({ status }) => !['pending', 'running'].includes(status));
  }

  async stop() {
    const ended = this.process.exitCode === null && this.process.signalCode === null ? once(this.process, 'exit') : undefined;
    const begin = performance.now();
    this.process.kill('SIGTERM');
    const killed = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(killed);
    rmSync(this.folder, { recursive: true, force: true });
    return performance.now() - begin;
  }
}

/** Asks for `/health` until the parent stops it. A request that is never answered counts with the time until then. */
async function probe({ url }, send) {
  const latencies = [];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let stopped = false;
  let request;
  process.once('message', () => {
    stopped = true;
    request.destroy();
  });
  send('ready');
  while (!stopped) {
    const begin = performance.now();
    await new Promise((resolve) => {
      request = http.get(`${url}/health`, { agent }, (response) => response.resume().on('close', resolve)).on('error', resolve);
    });
    latencies.push(performance.now() - begin);
    await sleep(10);
  }
  const sorted = latencies.toSorted((a, b) => a - b);
  send({ max: sorted.at(-1), p99: sorted[Math.floor(sorted.length * 0.99)] });
}

/** Measures the latency of `/health` from a process of its own. */
async function startProbe(url) {
  const own = child(import.meta.url, 'probe', { url });
  await own.next();
  return async () => {
    own.send('stop');
    const latency = await own.next();
    own.stop();
    return latency;
  };
}

/** Watches the resident memory of a process and of its children. */
function watchMemory(pid) {
  const peak = { parent: 0, child: 0 };
  const timer = setInterval(() => {
    try {
      for (const line of execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' }).split('\n')) {
        const [id, parent, kib] = line.trim().split(/\s+/).map(Number);
        if (id === pid) peak.parent = Math.max(peak.parent, kib / 1024);
        if (parent === pid) peak.child = Math.max(peak.child, kib / 1024);
      }
    } catch {
      // Without ps there are no figures.
    }
  }, 200);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

async function measure(name) {
  const platform = await Platform.start(name.startsWith('a handler'));
  const memory = watchMemory(platform.pid);
  const stopProbe = await startProbe(platform.url);
  const begin = performance.now();
  const outcome = await Promise.race([
    cases[name](platform).catch((error) => `failed: ${error.cause?.message ?? error.message}`),
    sleep(deadline * 1000, `no end after ${deadline} s`, { ref: false }),
  ]);
  const seconds = (performance.now() - begin) / 1000;
  const { max, p99 } = await stopProbe();
  const peak = memory();
  const stopped = await platform.stop();
  process.stderr.write(`${name}: ${outcome.slice(0, 90)}\n`);
  return {
    'health max ms': max,
    'p99 ms': p99,
    s: seconds,
    'parent MiB': peak.parent,
    'child MiB': peak.child,
    'SIGTERM ms': stopped,
  };
}

/** Small runs a second, from their start to their end, 16 requests at a time. */
async function smallRuns(configuration, input) {
  const platform = await Platform.start();
  const version = await platform.pipeline(configuration);
  const rates = [];
  for (let round = 0; round < 6; round++) {
    const count = 200;
    let left = count;
    const begin = performance.now();
    const worker = async () => {
      while (left-- > 0) await platform.begin(version, input);
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    await platform.until('/pipeline-executions?statuses=pending,running&pageSize=1', ({ pagination }) => pagination.totalItems === 0);
    if (round > 0) rates.push((1000 * count) / (performance.now() - begin));
  }
  await platform.stop();
  return rates;
}

export default {
  name: 'platform-isolation',
  says:
    'Whether the local platform answers while it works: the latency of `GET /health`, every 10 ms over one connection, and the peak of ' +
    'resident memory of the platform and of its largest child. Each case has a platform of its own: an idle one, big runs and tables, and ' +
    'inputs that take for ever or all memory. One round; at the end, small runs a second. Some minutes, so it runs by its name only.',
  onlyByName: true,
  async run() {
    const found = {};
    for (const name of Object.keys(cases)) {
      const figures = Object.entries(await measure(name)).map(([figure, value]) => [figure, [value]]);
      found[name] = Object.fromEntries(figures);
    }
    const kinds = Object.fromEntries(Object.keys(cases).map((name) => [name, 'ours']));
    const given = block('given', 'input', { json_schema: {} });
    const template = block('work', 'string_template', { template: 'Hi {{ data }}!' });
    const small = {
      'input, output': { 'runs a second': await smallRuns(chain(given, block('result', 'output')), { given: 1 }) },
      'input, string_template, output': {
        'runs a second': await smallRuns(chain(given, template, block('result', 'output')), { given: 1 }),
      },
    };
    return [
      ...rowsOf('Answers while it works', found, { base: 'nothing', kinds }),
      ...rowsOf('Small runs', small, {
        base: 'input, output',
        kinds: Object.fromEntries(Object.keys(small).map((name) => [name, 'ours'])),
      }),
    ];
  },
};

answerTasks(import.meta.url, { probe });
