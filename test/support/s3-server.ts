import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Options } from '../../src/local/index.js';

interface Stored {
  bytes: Buffer;
  contentType: string;
  etag: string;
  lastModified: Date;
}

interface Parted {
  key: string;
  contentType: string;
  parts: Map<number, Buffer>;
  initiated: Date;
}

/** A request as a test sees it. */
export interface S3Request {
  method: string;
  key: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
}

/** What a request gets instead of its response: a status with an error code, or a connection that breaks after some bytes. */
export type S3Fault = { status: number; code?: string; text?: string; headers?: Record<string, string> } | { breakAfter: number };

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const md5 = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
const escaped = (text: string): string => text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

/**
 * An S3 server in memory with one bucket, for tests: what the platform uses of the API, with signatures of version 4 that are verified. Tests
 * see and change what it stores, and script what goes wrong.
 */
export class S3Server {
  readonly bucket = 'files';
  readonly accessKeyId = 'AKIDEXAMPLE';
  readonly secretAccessKey = 'wJalrXUtnFEMI-secret';
  readonly objects = new Map<string, Stored>();
  readonly uploads = new Map<string, Parted>();
  readonly requests: S3Request[] = [];
  /** What goes wrong with a request. */
  fault: (request: S3Request) => S3Fault | undefined = () => undefined;
  /** Called before a request is answered. */
  before: (request: S3Request) => void | Promise<void> = () => {};
  /** Whether conditions of reads and copies are ignored, as by some storage. */
  ignoresConditions = false;
  /** Whether whole objects are sent, whatever range is asked for. */
  ignoresRanges = false;
  /** The ETags of copies, which encryption changes. */
  copiedEtag = (etag: string): string => etag;
  /** Keys of a page of a list, at most. */
  pageSize = 1000;
  /** Milliseconds since the epoch. */
  now = (): number => Date.now();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #uploads = 0;

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get options(): S3Options {
    const { endpoint, bucket, accessKeyId, secretAccessKey } = this;
    return { endpoint, bucket, accessKeyId, secretAccessKey };
  }

  reset(): void {
    this.objects.clear();
    this.uploads.clear();
    this.requests.length = 0;
    this.fault = () => undefined;
    this.before = () => {};
    this.ignoresConditions = false;
    this.ignoresRanges = false;
    this.copiedEtag = (etag) => etag;
    this.pageSize = 1000;
    this.now = () => Date.now();
  }

  /** The keys below `remote-record/<id>/`, without that. */
  get keys(): string[] {
    return [...this.objects.keys()].map((key) => key.split('/').slice(2).join('/')).sort();
  }

  put(key: string, content: string | Buffer, lastModified = new Date(this.now())): void {
    const bytes = Buffer.from(content);
    this.objects.set(key, { bytes, contentType: 'text/plain', etag: md5(bytes), lastModified });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://s3');
    const [, bucket = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const seen: S3Request = { method: request.method ?? '', key: rest.join('/'), query: url.searchParams, headers: request.headers };
    this.requests.push(seen);
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    response.on('error', () => {});
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    await this.before(seen);
    const fault = this.fault(seen);
    if (fault && 'status' in fault) return this.#refuse(request, response, fault.status, fault.code ?? 'Scripted', fault);
    try {
      this.#verify(request, url);
      if (bucket !== this.bucket) throw new Refusal(404, 'NoSuchBucket');
      const { status = 200, headers = {}, body = '' } = this.#handle(seen, Buffer.concat(chunks));
      const bytes = Buffer.from(body as string);
      const length = seen.method === 'HEAD' ? (headers['content-length'] ?? '0') : String(bytes.length);
      response.writeHead(status, { ...headers, 'content-length': length });
      if (fault) {
        response.write(bytes.subarray(0, fault.breakAfter), () => response.destroy());
        if (fault.breakAfter === 0) response.destroy();
      } else response.end(bytes);
    } catch (error) {
      const { status, code } = error instanceof Refusal ? error : { status: 500, code: 'InternalError' };
      this.#refuse(request, response, status, code, {});
    }
  }

  #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    code: string,
    { text = '', headers = {} }: { text?: string; headers?: Record<string, string> },
  ): void {
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${escaped(text)}</Message></Error>`;
    response.writeHead(status, { 'content-type': 'application/xml', ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  /** Verifies a signature as https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html says. */
  #verify(request: IncomingMessage, url: URL): void {
    const presigned = url.searchParams.has('X-Amz-Signature');
    const header = request.headers.authorization ?? '';
    const part = (name: string): string => new RegExp(`${name}=([^,\\s]+)`).exec(header)?.[1] ?? '';
    const of = (name: string, other: string): string => (presigned ? (url.searchParams.get(`X-Amz-${name}`) ?? '') : other);
    const credential = of('Credential', part('Credential'));
    const date = of('Date', String(request.headers['x-amz-date'] ?? ''));
    const signed = of('SignedHeaders', part('SignedHeaders'));
    const [accessKey, ...scope] = credential.split('/');
    if (accessKey !== this.accessKeyId) throw new Refusal(403, 'InvalidAccessKeyId');
    const query = url.search
      .slice(1)
      .split('&')
      .filter((each) => each !== '' && !each.startsWith('X-Amz-Signature='))
      .map((each) => (each.includes('=') ? each : `${each}=`))
      .sort()
      .join('&');
    const headers = signed.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
    const payload = presigned ? 'UNSIGNED-PAYLOAD' : String(request.headers['x-amz-content-sha256']);
    const canonical = [request.method, url.pathname, query, headers.join(''), signed, payload].join('\n');
    const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n');
    const key = scope.reduce<string | Buffer>((last, each) => hmac(last, each), `AWS4${this.secretAccessKey}`);
    const expected = hmac(key, text).toString('hex');
    if (expected !== of('Signature', part('Signature'))) throw new Refusal(403, 'SignatureDoesNotMatch');
    if (!presigned) return;
    const at = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    if (at + Number(url.searchParams.get('X-Amz-Expires')) * 1000 < this.now()) throw new Refusal(403, 'AccessDenied');
  }

  #handle(
    { method, key, query, headers }: S3Request,
    body: Buffer,
  ): { status?: number; headers?: Record<string, string>; body?: string | Buffer } {
    const uploadId = query.get('uploadId') ?? '';
    const type = headers['content-type'] ?? 'binary/octet-stream';
    if (key === '') {
      if (method === 'HEAD') return {};
      return { body: query.has('uploads') ? this.#listUploads(query) : this.#list(query) };
    }
    if (method === 'POST' && query.has('uploads')) {
      const id = `upload-${++this.#uploads}`;
      this.uploads.set(id, { key, contentType: type, parts: new Map(), initiated: new Date(this.now()) });
      return { body: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>` };
    }
    if (uploadId !== '') return this.#part(method, uploadId, query, body);
    const source = headers['x-amz-copy-source'];
    if (method === 'PUT' && typeof source === 'string') return this.#copy(decodeURIComponent(source), key, headers);
    if (method === 'PUT') {
      const etag = md5(body);
      this.objects.set(key, { bytes: body, contentType: type, etag, lastModified: new Date(this.now()) });
      return { headers: { etag } };
    }
    if (method === 'DELETE') {
      this.objects.delete(key);
      return { status: 204 };
    }
    return this.#read(key, headers);
  }

  #read(key: string, headers: IncomingMessage['headers']): { status?: number; headers: Record<string, string>; body: Buffer } {
    const object = this.objects.get(key);
    if (!object) throw new Refusal(404, 'NoSuchKey');
    const { bytes, etag, contentType } = object;
    if (!this.ignoresConditions && headers['if-match'] !== undefined && headers['if-match'] !== etag)
      throw new Refusal(412, 'PreconditionFailed');
    const shown = { etag, 'content-type': contentType, 'content-length': String(bytes.length) };
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
    if (first === undefined || this.ignoresRanges) return { headers: shown, body: bytes };
    if (Number(first) >= bytes.length) throw new Refusal(416, 'InvalidRange');
    const end = last === '' ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
    return {
      status: 206,
      headers: { ...shown, 'content-range': `bytes ${first}-${end}/${bytes.length}` },
      body: bytes.subarray(Number(first), end + 1),
    };
  }

  #copy(source: string, key: string, headers: IncomingMessage['headers']): { body: string } {
    const object = this.objects.get(source.replace(`${this.bucket}/`, ''));
    if (!object) throw new Refusal(404, 'NoSuchKey');
    const condition = headers['x-amz-copy-source-if-match'];
    if (!this.ignoresConditions && condition !== undefined && condition !== object.etag) throw new Refusal(412, 'PreconditionFailed');
    const etag = this.copiedEtag(object.etag);
    this.objects.set(key, { ...object, etag, lastModified: new Date(this.now()) });
    return { body: `<CopyObjectResult><ETag>${escaped(etag)}</ETag></CopyObjectResult>` };
  }

  #part(
    method: string,
    id: string,
    query: URLSearchParams,
    body: Buffer,
  ): { status?: number; headers?: Record<string, string>; body?: string } {
    const upload = this.uploads.get(id);
    if (!upload) throw new Refusal(404, 'NoSuchUpload');
    if (method === 'PUT') {
      upload.parts.set(Number(query.get('partNumber')), body);
      return { headers: { etag: md5(body) } };
    }
    this.uploads.delete(id);
    if (method === 'DELETE') return { status: 204 };
    const parts = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, number]) => upload.parts.get(Number(number)));
    if (parts.some((part, index) => !part || (part.length < 5 * 2 ** 20 && index < parts.length - 1)))
      throw new Refusal(400, 'EntityTooSmall');
    const bytes = Buffer.concat(parts as Buffer[]);
    const etag = `${md5(bytes).slice(0, -1)}-${parts.length}"`;
    this.objects.set(upload.key, { bytes, contentType: upload.contentType, etag, lastModified: new Date(this.now()) });
    return { body: `<CompleteMultipartUploadResult><ETag>${escaped(etag)}</ETag></CompleteMultipartUploadResult>` };
  }

  /** Lists in pages of at most 1,000 keys, as S3 does. */
  #list(query: URLSearchParams): string {
    const after = query.get('continuation-token') ?? '';
    const all = [...this.objects].filter(([key]) => key.startsWith(query.get('prefix') ?? '') && key > after);
    all.sort(([a], [b]) => (a < b ? -1 : 1));
    const page = all.slice(0, Math.min(this.pageSize, Number(query.get('max-keys') ?? 1000)));
    const contents = page.map(
      ([key, { lastModified }]) =>
        `<Contents><Key>${escaped(key)}</Key><LastModified>${lastModified.toISOString()}</LastModified></Contents>`,
    );
    const more = all.length > page.length;
    const next = more ? `<NextContinuationToken>${escaped(page.at(-1)?.[0] ?? '')}</NextContinuationToken>` : '';
    return `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
  }

  #listUploads(query: URLSearchParams): string {
    const found = [...this.uploads].filter(([, { key }]) => key.startsWith(query.get('prefix') ?? ''));
    const uploads = found.map(
      ([id, { key, initiated }]) =>
        `<Upload><Key>${escaped(key)}</Key><UploadId>${id}</UploadId><Initiated>${initiated.toISOString()}</Initiated></Upload>`,
    );
    return `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${uploads.join('')}</ListMultipartUploadsResult>`;
  }
}

/** A server for the tests of one `describe`, empty before each of them. */
export function useS3(): S3Server {
  const server = new S3Server();
  before(() => server.start());
  beforeEach(() => server.reset());
  after(() => server.stop());
  return server;
}
