import { spawn } from 'node:child_process';
import { startPostgres } from './postgres.js';

/** Runs a command with a PostgreSQL server, whose URL it finds in POSTGRES_URL. */
const [command = '', ...args] = process.argv.slice(2);
const server = await startPostgres();
const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, POSTGRES_URL: server.adminUrl } });
const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 1)));
await server.stop();
process.exitCode = code;
