import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalPlatform, type LocalPlatformOptions } from '../../../src/local/index.js';
import { contract } from './contract.js';

/** A response, read to its end. */
export interface ClientResponse<Body = Record<string, unknown>> {
  status: number;
  body: Body;
  text: string;
  headers: Headers;
}

export interface SendOptions {
  /** Default: the platform's key as a bearer token; null sends none. */
  authorization?: string | null;
  headers?: Record<string, string>;
  /** The body as it is, instead of JSON. */
  raw?: string;
}

/** Any JSON value, for responses that a test inspects. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever it expects, and fails when it is not there.
export type Json = any;

/** Sends requests to a platform as any HTTP client does, and checks each response against the OpenAPI document. */
export class Client {
  readonly platform: LocalPlatform;

  constructor(platform: LocalPlatform) {
    this.platform = platform;
  }

  async send(method: string, path: string, body?: unknown, options: SendOptions = {}): Promise<ClientResponse<Json>> {
    const { authorization = `Bearer ${this.platform.apiKey}`, raw } = options;
    const headers = {
      ...(authorization !== null && { authorization }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    };
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const url = path.startsWith('http') ? path : `${this.platform.url}${path}`;
    const response = await this.platform.fetch(url, { method, headers, ...(content !== undefined && { body: content }) });
    const text = await response.text();
    const result = { status: response.status, body: parsed(text), text, headers: response.headers };
    contract()?.check(method, new URL(url).pathname, result.status, result.body);
    return result;
  }

  get = (path: string, options?: SendOptions): Promise<ClientResponse<Json>> => this.send('GET', path, undefined, options);
  post = (path: string, body?: unknown, options?: SendOptions): Promise<ClientResponse<Json>> => this.send('POST', path, body, options);
  patch = (path: string, body?: unknown, options?: SendOptions): Promise<ClientResponse<Json>> => this.send('PATCH', path, body, options);
  put = (path: string, body?: unknown, options?: SendOptions): Promise<ClientResponse<Json>> => this.send('PUT', path, body, options);
  delete = (path: string, options?: SendOptions): Promise<ClientResponse<Json>> => this.send('DELETE', path, undefined, options);

  /** Puts bytes to a presigned URL. */
  async upload(url: string, content: string | Uint8Array<ArrayBuffer>, contentType: string): Promise<Response> {
    return await this.platform.fetch(url, { method: 'PUT', headers: { 'content-type': contentType }, body: content });
  }

  /** Uploads a file in its three steps. */
  async uploadFile(fileName: string, content: string, mimeType = 'text/plain'): Promise<Json> {
    const sums = { fileSize: Buffer.byteLength(content), fileHash: sha256(content) };
    const { body } = await this.post('/files/upload-url', { fileName, mimeType, ...sums, teamId: this.platform.teamId });
    await this.upload(body.uploadUrl, content, mimeType);
    return (await this.post(`/files/${body.file.fileId}/complete`, sums)).body;
  }

  /** Creates a dataset with current data. */
  async dataset(name: string, csv: string, columns?: object[]): Promise<Json> {
    const { datasetId } = (await this.post('/datasets', { teamId: this.platform.teamId, name })).body;
    const { body } = await this.post('/dataset-data-versions', { datasetId, fileType: 'csv', fileName: `${name}.csv`, status: 'current' });
    await this.upload(body.uploadUrl, csv, 'text/csv');
    await this.post(`/dataset-data-versions/${body.dataVersion.datasetDataVersionId}/complete`, {});
    if (columns) await this.post('/dataset-schema-versions', { datasetId, columns, status: 'current' });
    return (await this.get(`/datasets/${datasetId}`)).body;
  }

  /** Creates a pipeline with a current version of its configuration. */
  async pipeline(name: string, configuration: object = echo): Promise<{ pipelineId: string; versionId: string }> {
    const { pipelineId } = (await this.post('/pipelines', { teamId: this.platform.teamId, name })).body;
    const version = (await this.post('/pipeline-configuration-versions', { pipelineId, configuration, status: 'current' })).body;
    return { pipelineId, versionId: version.pipelineConfigurationVersionId };
  }

  async execute(versionId: string, input: object = { user_input: 'hello' }): Promise<string> {
    const request = { pipelineConfigurationVersionId: versionId, pipelineInput: input, pipelineInputSummary: 'test' };
    return (await this.post('/pipeline-executions', request)).body.pipelineExecutionId;
  }

  /** Polls until the body of a response satisfies a condition. */
  async until(path: string, done: (body: Json) => boolean): Promise<Json> {
    for (;;) {
      const { body } = await this.get(path);
      if (done(body)) return body;
      await delay(5);
    }
  }

  finished = (executionId: string): Promise<Json> =>
    this.until(`/pipeline-executions/${executionId}`, ({ status }) => ['completed', 'failed', 'cancelled'].includes(status));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** The vendor's smallest pipeline: what comes in goes out. */
export const echo = {
  id: 'echo',
  name: 'Echo',
  blocks: {
    user_input: { id: 'user_input', type: 'input', config: { json_schema: { type: 'string' } } },
    echo_result: { id: 'echo_result', type: 'output', config: { name: 'echoed_message' } },
  },
  connections: [{ source_block_id: 'user_input', source_port: 'data', target_block_id: 'echo_result', target_port: 'data' }],
};

/** A pipeline that passes its input `given` through a block of this type to its output. */
export const throughBlock = (type: string, config: Record<string, unknown> = {}) => ({
  id: 'through',
  name: 'Through',
  blocks: {
    given: { id: 'given', type: 'input', config: { json_schema: {} } },
    work: { id: 'work', type, config },
    result: { id: 'result', type: 'output', config: {} },
  },
  connections: [
    { source_block_id: 'given', source_port: 'data', target_block_id: 'work', target_port: 'data' },
    { source_block_id: 'work', source_port: 'data', target_block_id: 'result', target_port: 'data' },
  ],
});

/** A platform for the tests of one `describe`, reset before each of them. */
export function usePlatform(options: LocalPlatformOptions = {}): { readonly client: Client; readonly platform: LocalPlatform } {
  const used = {} as { client: Client; platform: LocalPlatform };
  before(async () => {
    used.platform = await LocalPlatform.start({ port: false, ...options });
    used.client = new Client(used.platform);
  });
  beforeEach(() => used.platform.reset());
  after(() => used.platform.close());
  return used;
}
