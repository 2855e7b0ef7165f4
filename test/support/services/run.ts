import { spawn } from 'node:child_process';
import { startPostgres } from './postgres.js';
import { startS3 } from './s3.js';

/** Runs a command with services, such as `postgres,s3`, which it finds in POSTGRES_URL and in S3_ENDPOINT. */
const [services = '', command = '', ...args] = process.argv.slice(2);
const postgres = services.includes('postgres') ? await startPostgres() : undefined;
const s3 = services.includes('s3') ? await startS3() : undefined;
const env = { ...process.env, ...(postgres && { POSTGRES_URL: postgres.adminUrl }), ...(s3 && { S3_ENDPOINT: s3.options.endpoint }) };
const child = spawn(command, args, { stdio: 'inherit', env });
const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 1)));
await postgres?.stop();
await s3?.stop();
process.exitCode = code;
