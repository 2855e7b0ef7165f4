import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { LocalPlatform } from '../dist/local/index.js';
import { startPostgres } from '../out/test/support/services/postgres.js';
import { interleave, rowsOf } from './support/rounds.mjs';

const at = `to_char(timestamp '2026-01-01' + n * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const word = `(array['report', 'invoice', 'photo', 'contract', 'letter'])[1 + n % 5]`;

/** Rows that the platform could have made, made by the database. */
const fill = ({ files, pipelines, teamId }) => `
  insert into files
    select 'file' || n, '${teamId}', name, lower(name), n, 'text/csv', md5(n::text), md5(n::text), 'completed', null, '{}', 'files/' || n, at, at
    from (select n, ${word} || '-' || lpad(n::text, 7, '0') || '.csv' as name, ${at} as at from generate_series(1, ${files}) n) as made;
  insert into pipelines
    select 'pipeline' || n, '${teamId}', name, lower(name), null, at, at
    from (select n, ${word} || ' ' || lpad(n::text, 7, '0') as name, ${at} as at from generate_series(1, ${pipelines}) n) as made;
  analyze;`;

let created = 0;

/** What is asked of both, and how many records it is about. */
const requests = {
  'list of files': () => ({ path: '/files?pageSize=20' }),
  'list of files, newest first': () => ({ path: '/files?pageSize=20&orderBy=updatedAt&orderDirection=desc' }),
  'files by a part of their name': ({ middle }) => ({ path: `/files?pageSize=20&nameLike=${String(middle).padStart(7, '0')}` }),
  'a file': ({ middle }) => ({ path: `/files/file${middle}` }),
  'list of pipelines': () => ({ path: '/pipelines?pageSize=20' }),
  'pipelines by a part of their name': ({ middle }) => ({ path: `/pipelines?pageSize=20&nameLike=${String(middle).padStart(7, '0')}` }),
  'a pipeline': ({ middle }) => ({ path: `/pipelines/pipeline${middle}` }),
  'a new file': ({ teamId }) => ({
    path: '/files/upload-url',
    body: { fileName: `made-${created}.csv`, fileSize: 1, fileHash: String(created++).padStart(64, '0'), mimeType: 'text/csv', teamId },
  }),
  'a new pipeline': ({ teamId }) => ({ path: '/pipelines', body: { name: `made ${created++}`, teamId } }),
};

/** Statements as they are sent, while somebody listens. */
let sent;
const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (...args) {
  if (typeof args[0] === 'string') sent?.push({ text: args[0], values: Array.isArray(args[1]) ? args[1] : [] });
  return query.apply(this, args);
};

async function open(server, folder, name, sizes) {
  const databaseUrl = await server.createDatabase(name);
  const platform = await LocalPlatform.start({ port: false, databaseUrl, dataDir: join(folder, name) });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(fill({ ...sizes, teamId: platform.teamId }));
  // What a day of autovacuum would have done.
  await client.query('vacuum analyze');
  const headers = { authorization: `Bearer ${platform.apiKey}`, 'content-type': 'application/json' };
  const context = { middle: Math.min(sizes.files, sizes.pipelines) / 2, teamId: platform.teamId };
  return {
    client,
    async ask(name) {
      const { path, body } = requests[name](context);
      const response = await platform.fetch(platform.url + path, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return await response.json();
    },
    async close() {
      await client.end();
      await platform.close();
    },
  };
}

/** How the database finds what a request asks for. @throws Error when it reads a whole table. */
async function plansOf({ client, ask }, name) {
  sent = [];
  await ask(name);
  const [statements, plans] = [sent, []];
  sent = undefined;
  for (const { text, values } of statements.filter((each) => /^\s*select\b/i.test(each.text))) {
    const { rows } = await client.query(`explain ${text}`, values);
    const plan = rows.map((row) => row['QUERY PLAN']);
    const whole = plan.find((line) => /Seq Scan on (?:files|pipelines)\b/.test(line));
    if (whole) throw new Error(`${name} reads a whole table:\n${text}\n${plan.join('\n')}`);
    plans.push(...plan.filter((line) => /Scan/.test(line)).map((line) => line.replace(/^[\s>-]+|\s*\(cost.*$/g, '')));
  }
  return plans;
}

export default {
  name: 'platform-scale',
  says:
    'Requests to the local platform on PostgreSQL with a thousand files and pipelines, and with a million files and a hundred thousand pipelines ' +
    'of one team (with 100,000 and 10,000 unless --full is given). Milliseconds a request, in-process. No plan reads a whole table.',
  onlyByName: true,
  async run({ rounds, isFull }) {
    const folder = await mkdtemp(join(tmpdir(), 'remote-record-scale-'));
    const server = await startPostgres();
    const sizes = isFull ? { files: 1_000_000, pipelines: 100_000 } : { files: 100_000, pipelines: 10_000 };
    const platforms = [];
    try {
      const small = await open(server, folder, 'small', { files: 1000, pipelines: 1000 });
      platforms.push(small);
      const large = await open(server, folder, 'large', sizes);
      platforms.push(large);
      const rows = [];
      for (const name of Object.keys(requests)) {
        const plans = await plansOf(large, name);
        if (plans.length > 0) process.stderr.write(`${name}: ${plans.join('; ')}\n`);
        const contenders = { 'a thousand': small, 'a million, or part of it': large };
        const times = 40;
        const found = await interleave(
          contenders,
          async (platform) => {
            const began = performance.now();
            for (let time = 0; time < times; time++) await platform.ask(name);
            return { ms: (performance.now() - began) / times };
          },
          { rounds },
        );
        rows.push(...rowsOf(name, found, { base: 'a thousand', kinds: { 'a million, or part of it': 'ours' } }));
      }
      return rows;
    } finally {
      for (const platform of platforms) await platform.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
