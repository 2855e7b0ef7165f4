import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createDatabase } from '../../../support/services/postgres.js';
import type { Json } from '../../support/platform.js';
import { ServerProcess } from '../processes.js';
import { startSystemPostgres, systemPrograms } from './system-postgres.js';

const run = promisify(execFile);

describe('A backup of a PostgreSQL database and its files', function () {
  this.timeout(120_000);

  it('may be made while a server writes: what was acknowledged before is there, and each file is whole', async function () {
    const programs = systemPrograms();
    // pg_dump has to be as new as the server, and the one of the other tests comes without it.
    if (programs === undefined) this.skip();
    const root = mkdtempSync(join(tmpdir(), 'remote-record-pg-backup-'));
    const postgres = await startSystemPostgres(programs);
    const servers: ServerProcess[] = [];
    const start = async (databaseUrl: string, files: string): Promise<ServerProcess> => {
      const server = await ServerProcess.start(['--data-dir', files], { REMOTE_RECORD_LOCAL_DATABASE_URL: databaseUrl });
      servers.push(server);
      return server;
    };
    try {
      const databaseUrl = await createDatabase(postgres.adminUrl, 'platform');
      const server = await start(databaseUrl, join(root, 'files'));
      const { apiKey, teamId } = server;
      const send = async (url: string, method: string, path: string, body?: object): Promise<Json> => {
        const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
        const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
        expect(response.ok, `${method} ${path} ${response.status}`).to.equal(true);
        return await response.json();
      };
      const add = async (at: number): Promise<string> => {
        const { datasetId } = await send(server.url, 'POST', '/datasets', { teamId, name: `Set ${at}` });
        const data = { datasetId, fileType: 'csv', fileName: 'a.csv', status: 'current' };
        const { uploadUrl, dataVersion } = await send(server.url, 'POST', '/dataset-data-versions', data);
        await fetch(uploadUrl, { method: 'PUT', headers: { 'content-type': 'text/csv' }, body: `n\n${at}\n` });
        await send(server.url, 'POST', `/dataset-data-versions/${dataVersion.datasetDataVersionId}/complete`, {});
        return dataVersion.datasetDataVersionId;
      };
      const acknowledged: string[] = [];
      for (let at = 0; at < 10; at++) acknowledged.push(await add(at));
      let on = true;
      const writing = (async () => {
        for (let at = 10; on; at++) await add(at);
      })();
      const dump = join(root, 'platform.dump');
      await run(join(programs, 'pg_dump'), ['--format=custom', `--file=${dump}`, databaseUrl]);
      cpSync(join(root, 'files'), join(root, 'copy'), { recursive: true });
      on = false;
      await writing;
      await server.end('SIGTERM');

      const restored = await createDatabase(postgres.adminUrl, 'restored');
      await run(join(programs, 'pg_restore'), [`--dbname=${restored}`, '--no-owner', dump]);
      const again = await start(restored, join(root, 'copy'));
      expect(again.apiKey).to.equal(apiKey);
      const { items } = await send(again.url, 'GET', '/dataset-data-versions?pageSize=1000');
      expect(items.map(({ datasetDataVersionId }: Json) => datasetDataVersionId)).to.include.members(acknowledged);
      for (const { datasetDataVersionId: id } of items) {
        const response = await fetch(`${again.url}/dataset-data-versions/${id}/download`, {
          headers: { authorization: `Bearer ${apiKey}` },
        });
        // What was not completed when it was backed up is still to be uploaded.
        if (!acknowledged.includes(id) && response.status === 400) continue;
        const { downloadUrl } = (await response.json()) as Json;
        expect(await (await fetch(downloadUrl)).text()).to.match(/^n\n\d+\n$/);
      }
      const { datasetId } = await send(again.url, 'POST', '/datasets', { teamId, name: 'After the restore' });
      expect((await send(again.url, 'GET', `/datasets/${datasetId}`)).name).to.equal('After the restore');
    } finally {
      for (const server of servers) await server.end('SIGKILL');
      await postgres.stop();
      rmSync(root, { recursive: true, force: true });
    }
  });
});
