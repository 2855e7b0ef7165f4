import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ServerProcess } from './processes.js';

describe('A backup of a data folder', function () {
  this.timeout(60_000);

  it('may be a snapshot of the folder at any moment: what was acknowledged is there', async () => {
    const root = mkdtempSync(join(tmpdir(), 'remote-record-backup-'));
    let server: ServerProcess | undefined;
    try {
      server = await ServerProcess.start(['--data-dir', join(root, 'data')]);
      const { apiKey, teamId } = server;
      const send = async (url: string, method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
        const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
        return (await (await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })).json()) as Record<
          string,
          unknown
        >;
      };
      for (let at = 0; at < 50; at++) await send(server.url, 'POST', '/datasets', { teamId, name: `Set ${at}` });
      // As a snapshot of a file system: nothing changes between the copies of two files.
      server.child.kill('SIGSTOP');
      cpSync(join(root, 'data'), join(root, 'backup'), { recursive: true });
      await server.end('SIGKILL');
      server = await ServerProcess.start(['--data-dir', join(root, 'backup')]);
      const { pagination } = await send(server.url, 'GET', '/datasets');
      expect(pagination).to.include({ totalItems: 50 });
    } finally {
      await server?.end('SIGKILL');
      rmSync(root, { recursive: true, force: true });
    }
  });
});
