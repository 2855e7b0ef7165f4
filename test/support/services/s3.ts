import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { S3Options } from '../../../src/local/index.js';

const package_ = fileURLToPath(new URL('../../../../test/services/node_modules/s3rver/lib/s3rver.js', import.meta.url));

interface S3rver {
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}

/** A server of S3's API for tests. */
export interface RunningS3 {
  readonly options: S3Options & { endpoint: string };
  stop(): Promise<void>;
}

/** The options of a bucket that a server at this address has. */
export function bucketAt(endpoint: string): RunningS3['options'] {
  return { endpoint, bucket: 'files', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
}

/** Starts s3rver on 127.0.0.1, which keeps its objects in a temporary folder. It does not verify signatures of version 4. */
export async function startS3(): Promise<RunningS3> {
  const { default: Server } = (await import(pathToFileURL(package_).href).catch((cause: unknown) => {
    throw new Error('S3 for the tests is not installed: npm run services', { cause });
  })) as { default: new (options: object) => S3rver };
  const directory = await mkdtemp(join(tmpdir(), 'remote-record-s3-'));
  const server = new Server({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: 'files' }] });
  const { port } = await server.run();
  return {
    options: bucketAt(`http://127.0.0.1:${port}`),
    async stop() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
