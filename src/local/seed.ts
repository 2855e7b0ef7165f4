import { createHash } from 'node:crypto';
import { ConfigurationError } from '../model/errors/index.js';
import { addMember, addUser } from './accounts/members.js';
import type { Platform, RequestHandler } from './context.js';
import type { Seed } from './seed-records.js';

const contentTypes = { csv: 'text/csv', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' } as const;

function bytesOf(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(typeof content === 'string' ? Buffer.from(content) : content);
}

/**
 * Creates the records of a seed with the requests of a client, so that the same rules apply to them.
 * @throws ConfigurationError naming the record that was rejected, and why.
 */
export async function applySeed(app: RequestHandler, platform: Platform, origin: string, seed: Seed): Promise<void> {
  const { apiKey, teamId } = platform.settings;

  async function send(what: string, path: string, body: object, recordId?: string): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const response = await app(new Request(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }), { recordId });
    const created = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new ConfigurationError(`The seed has ${what} that was rejected: ${String(created.message)}`);
    return created;
  }

  async function put(url: unknown, contentType: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const headers = { 'content-type': contentType, 'content-length': String(bytes.length) };
    if (platform.blobs.direct) {
      const response = await fetch(String(url), { method: 'PUT', headers, body: bytes }).catch(() => undefined);
      if (!response?.ok)
        throw new ConfigurationError(`The files of the seed cannot be put into the bucket of s3 (${response?.status ?? 'no response'}).`);
      return;
    }
    const own = String(url).replace(platform.address.url, origin);
    const response = await app(new Request(own, { method: 'PUT', headers, body: bytes }), {});
    if (!response.ok) throw new ConfigurationError(`The seed has a file that the platform refuses: ${await response.text()}`);
  }

  for (const { userId = platform.newId(), role = 'member', ...user } of seed.users ?? []) {
    await platform.store.transaction().execute(async (store) => {
      await addUser(store, platform, { userId, ...user });
      await addMember(store, platform, teamId, userId, role);
    });
  }

  for (const { fileId, content, mimeType = 'application/octet-stream', ...file } of seed.files ?? []) {
    const what = `a file '${file.fileName}'`;
    const bytes = bytesOf(content);
    const sums = { fileSize: bytes.length, fileHash: createHash('sha256').update(bytes).digest('hex') };
    const upload = await send(what, '/files/upload-url', { ...file, ...sums, mimeType, teamId }, checkedId(fileId));
    await put(upload.uploadUrl, mimeType, bytes);
    await send(what, `/files/${(upload.file as { fileId: string }).fileId}/complete`, sums);
  }

  for (const { datasetId: given, data, fileType = 'csv', columns, parsingOptions, ...dataset } of seed.datasets ?? []) {
    const what = `a dataset '${dataset.name}'`;
    const { datasetId } = await send(what, '/datasets', { ...dataset, teamId }, checkedId(given));
    if (columns) await send(what, '/dataset-schema-versions', { datasetId, columns, parsingOptions, status: 'current' });
    if (data === undefined) continue;
    const upload = await send(what, '/dataset-data-versions', { datasetId, fileType, fileName: `data.${fileType}`, status: 'current' });
    await put(upload.uploadUrl, contentTypes[fileType], bytesOf(data));
    const { datasetDataVersionId } = upload.dataVersion as { datasetDataVersionId: string };
    await send(what, `/dataset-data-versions/${datasetDataVersionId}/complete`, {});
  }

  for (const { pipelineId: given, versions = [], ...pipeline } of seed.pipelines ?? []) {
    const what = `a pipeline '${pipeline.name}'`;
    const { pipelineId } = await send(what, '/pipelines', { ...pipeline, teamId }, checkedId(given));
    for (const { pipelineConfigurationVersionId: id, ...version } of versions) {
      await send(what, '/pipeline-configuration-versions', { ...version, pipelineId }, checkedId(id));
    }
  }

  for (const { agentId: given, versions = [], ...agent } of seed.agents ?? []) {
    const what = `an agent '${agent.name}'`;
    const { agentId } = await send(what, '/agents', { ...agent, teamId }, checkedId(given));
    for (const { agentConfigurationVersionId: id, ...version } of versions) {
      await send(what, '/agent-configuration-versions', { ...version, agentId }, checkedId(id));
    }
  }

  for (const [path, assets] of Object.entries(seed.assets ?? {})) {
    for (const asset of assets) await send(`a record '${asset.name}' in ${path}`, `/${path}`, asset, asset.id);
  }
}

/** An id of a Moderately record, which also becomes part of the URLs of its objects. */
function checkedId(id: string | undefined): string | undefined {
  if (id === undefined || /^[\w-]{1,100}$/.test(id)) return id;
  throw new ConfigurationError(`The seed has the id '${id}': an id consists of 1 to 100 letters, digits, - and _.`);
}
