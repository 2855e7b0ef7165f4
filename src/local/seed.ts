import { createHash } from 'node:crypto';
import { ConfigurationError } from '../model/errors/index.js';
import type { Bindings, Platform } from './context.js';
import type { Column, ParsingOptions, PipelineConfiguration } from './engine/types.js';
import { addMember, addUser } from './store/accounts.js';

/** A user who is a member of the platform's team. */
export interface SeedUser {
  userId?: string;
  fullName: string;
  nickname?: string;
  email?: string;
  /** Default: `member`. */
  role?: 'admin' | 'member';
}

export interface SeedFile {
  fileId?: string;
  fileName: string;
  content: string | Uint8Array;
  /** Default: `application/octet-stream`. */
  mimeType?: string;
  metadata?: Record<string, unknown>;
}

export interface SeedDataset {
  datasetId?: string;
  name: string;
  description?: string;
  /** CSV, or the bytes of a file of the given type: becomes the current data. */
  data?: string | Uint8Array;
  /** Default: `csv`. */
  fileType?: 'csv' | 'xlsx';
  /** Becomes the current schema. */
  columns?: Column[];
  parsingOptions?: ParsingOptions;
}

export interface SeedPipeline {
  pipelineId?: string;
  name: string;
  description?: string;
  versions?: { pipelineConfigurationVersionId?: string; configuration: PipelineConfiguration; status?: 'draft' | 'current' | 'archived' }[];
}

export interface SeedAgent {
  agentId?: string;
  name: string;
  description?: string;
  /** Bodies of agent configuration versions, without `agentId`. */
  versions?: ({ agentConfigurationVersionId?: string } & Record<string, unknown>)[];
}

/** What a platform starts with. Ids that are not given are made. */
export interface Seed {
  users?: SeedUser[];
  files?: SeedFile[];
  datasets?: SeedDataset[];
  pipelines?: SeedPipeline[];
  agents?: SeedAgent[];
  /** aiXplain's resources by their path, for example `{ 'v2/models': [{ id: 'echo', name: 'Echo' }] }`. */
  assets?: Record<string, ({ id?: string; name: string } & Record<string, unknown>)[]>;
}

type App = (request: Request, bindings: Bindings) => Response | Promise<Response>;

const contentTypes = { csv: 'text/csv', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' } as const;

function bytesOf(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(typeof content === 'string' ? Buffer.from(content) : content);
}

/**
 * Makes the records of a seed, as a client would, so that they hold to the same rules.
 * @throws ConfigurationError naming the record that was refused, and why.
 */
export async function plant(app: App, platform: Platform, origin: string, seed: Seed): Promise<void> {
  const { apiKey, teamId } = platform.settings;

  async function send(what: string, path: string, body: object, recordId?: string): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const response = await app(new Request(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }), { recordId });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new ConfigurationError(`The seed has ${what} that was refused: ${String(answer.message)}`);
    return answer;
  }

  async function put(url: unknown, contentType: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const headers = { 'content-type': contentType, 'content-length': String(bytes.length) };
    await app(new Request(String(url), { method: 'PUT', headers, body: bytes }), {});
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

/** An id of Moderately's wire: it also becomes part of the addresses of objects. */
function checkedId(id: string | undefined): string | undefined {
  if (id === undefined || /^[\w-]{1,100}$/.test(id)) return id;
  throw new ConfigurationError(`The seed has the id '${id}': give one of letters, digits, - and _, up to 100 characters.`);
}
