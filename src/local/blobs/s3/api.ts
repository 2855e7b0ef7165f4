import type { Readable } from 'node:stream';
import type * as Sdk from '@aws-sdk/client-s3';
import type { HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type * as PresignerModule from '@aws-sdk/s3-request-presigner';
import { importNeeded } from '../../../model/support/optional-package.js';
import { type ByteRange, type DirectUpload, UploadChanged } from '../blob-store.js';
import { urlLifetime } from '../presign.js';
import { factsOf, startError, storageError } from './errors.js';
import type { S3Options } from './options.js';

/** Milliseconds in which a connection must be made. */
const connectionTimeout = 5000;
/** Milliseconds without a byte after which a request is given up. */
const idleTimeout = 30_000;
/** How often a request is sent: what fails before a response, 429 and 5xx are repeated, with growing pauses. */
const maxAttempts = 3;
/** Requests that delete, at a time. */
const deletionsAtATime = 16;

/** The part of an upload that is stored. */
export interface StoredPart {
  PartNumber: number;
  ETag: string | undefined;
}

/** What lies at a location. */
export interface Head {
  size: number;
  contentType: string;
  etag: string | undefined;
  /** SHA-256 in hexadecimal, where the storage has computed it itself. */
  sha256: string | undefined;
}

/** The requests that the platform sends to a bucket, with errors in its own words. */
export class S3Api {
  readonly #sdk: typeof Sdk;
  readonly #presigner: typeof PresignerModule;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #closed = new AbortController();
  /** What messages call the bucket. */
  readonly place: string;
  /** The origin of presigned URLs. */
  readonly origin: string;
  /**
   * Whether it is Amazon S3: it checks a hash that a presigned URL declares and says what it has computed. Other storage may refuse such a
   * URL, or repeat what it was told.
   */
  readonly #checksHashes: boolean;

  private constructor(sdk: typeof Sdk, presigner: typeof PresignerModule, client: S3Client, bucket: string, origin: string, place: string) {
    this.#sdk = sdk;
    this.#presigner = presigner;
    this.#client = client;
    this.#bucket = bucket;
    this.origin = origin;
    this.place = place;
    this.#checksHashes = /\.amazonaws\.com(?:\.cn)?$/.test(new URL(origin).hostname);
  }

  /** @throws ConfigurationError for a bucket that cannot be used, or a package that is missing. */
  static async open(options: S3Options): Promise<S3Api> {
    const needs = 'Files in S3 need the packages @aws-sdk/client-s3 and @aws-sdk/s3-request-presigner.';
    const sdk = await importNeeded<typeof Sdk>('@aws-sdk/client-s3', needs);
    const presigner = await importNeeded<typeof PresignerModule>('@aws-sdk/s3-request-presigner', needs);
    const { endpoint, bucket, accessKeyId, secretAccessKey, forcePathStyle = endpoint !== undefined } = options;
    const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
    const client = new sdk.S3Client({
      region: options.region ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? 'us-east-1',
      forcePathStyle,
      ...(endpoint !== undefined && { endpoint }),
      ...(accessKeyId !== undefined && secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
      // Otherwise presigned PUTs carry the checksum of an empty body, and compatible storage refuses bodies with trailers.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts,
      requestHandler: { connectionTimeout, socketTimeout: idleTimeout },
    });
    try {
      const any = new sdk.GetObjectCommand({ Bucket: bucket, Key: 'any' });
      const origin = new URL(await presigner.getSignedUrl(client, any)).origin;
      await client.send(new sdk.HeadBucketCommand({ Bucket: bucket }));
      return new S3Api(sdk, presigner, client, bucket, origin, `s3://${bucket} at ${endpoint ?? origin}`);
    } catch (error) {
      client.destroy();
      throw startError(bucket, endpoint, error);
    }
  }

  /** @throws an error in the platform's own words when the bucket cannot be reached. */
  async check(): Promise<void> {
    try {
      await this.#client.send(new this.#sdk.HeadBucketCommand({ Bucket: this.#bucket }));
    } catch (error) {
      throw storageError(this.place, error);
    }
  }

  /** Ends the requests that are under way, too. */
  close(): void {
    this.#closed.abort();
    this.#client.destroy();
  }

  /** A URL that puts one object, of this content type and, where it is declared, this size and hash. */
  async uploadUrl({ location, contentType, size, sha256 }: DirectUpload): Promise<string> {
    const command = new this.#sdk.PutObjectCommand({
      ...this.#at(location),
      ContentType: contentType,
      ...(size !== undefined && { ContentLength: size }),
      ...(sha256 !== undefined && this.#checksHashes && { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') }),
    });
    return await this.#sign(command, ['content-type', 'content-length']);
  }

  async downloadUrl(location: string): Promise<string> {
    return await this.#sign(new this.#sdk.GetObjectCommand(this.#at(location)), []);
  }

  async #sign(command: Sdk.PutObjectCommand | Sdk.GetObjectCommand, headers: string[]): Promise<string> {
    const signing = { expiresIn: urlLifetime, signableHeaders: new Set(['host', ...headers]) };
    // The storage's clock counts. The client learns from responses how far ours is from it.
    const signingDate = new Date(Date.now() + this.#client.config.systemClockOffset);
    return await this.#told(() => this.#presigner.getSignedUrl(this.#client, command, { ...signing, signingDate }));
  }

  /** What lies at a location; undefined when nothing does. */
  async head(location: string): Promise<Head | undefined> {
    const mode = this.#checksHashes ? { ChecksumMode: 'ENABLED' as const } : {};
    return await this.#orNothing(async () => {
      const found = await this.#send(new this.#sdk.HeadObjectCommand({ ...this.#at(location), ...mode }));
      const { ContentLength: size = 0, ContentType: contentType = 'application/octet-stream', ETag: etag } = found;
      return { size, contentType, etag, sha256: this.#checksHashes ? hashOf(found) : undefined };
    });
  }

  /**
   * The bytes of a range.
   * @param etag What must lie there. Default: anything.
   * @throws UploadChanged when something else does.
   */
  async get(location: string, { start, end }: ByteRange, etag?: string): Promise<Readable> {
    const condition = etag === undefined ? {} : { IfMatch: etag };
    const command = new this.#sdk.GetObjectCommand({ ...this.#at(location), Range: `bytes=${start}-${end}`, ...condition });
    return await this.#unlessChanged(etag, async () => (await this.#send(command)).Body as Readable);
  }

  async put(location: string, contentType: string, bytes: Uint8Array): Promise<void> {
    const command = new this.#sdk.PutObjectCommand({ ...this.#at(location), ContentType: contentType, Body: bytes });
    await this.#told(() => this.#send(command));
  }

  /**
   * Copies what lies at a location.
   * @throws UploadChanged when it is not what `etag` says.
   * @returns the ETag of the copy.
   */
  async copy(from: string, to: string, etag: string | undefined): Promise<string | undefined> {
    const source = `${this.#bucket}/${from.split('/').map(encodeURIComponent).join('/')}`;
    const condition = etag === undefined ? {} : { CopySourceIfMatch: etag };
    const command = new this.#sdk.CopyObjectCommand({ ...this.#at(to), CopySource: source, ...condition });
    return await this.#unlessChanged(etag, async () => (await this.#send(command)).CopyObjectResult?.ETag);
  }

  /** Deletes what lies at a location, if anything does. */
  async delete(location: string): Promise<void> {
    await this.#orNothing(() => this.#send(new this.#sdk.DeleteObjectCommand(this.#at(location))));
  }

  /** Starts an upload in parts. */
  async createUpload(location: string, contentType: string): Promise<string> {
    const command = new this.#sdk.CreateMultipartUploadCommand({ ...this.#at(location), ContentType: contentType });
    return (await this.#told(() => this.#send(command))).UploadId ?? '';
  }

  async uploadPart(location: string, uploadId: string, number: number, bytes: Uint8Array): Promise<StoredPart> {
    const command = new this.#sdk.UploadPartCommand({ ...this.#at(location), UploadId: uploadId, PartNumber: number, Body: bytes });
    return { PartNumber: number, ETag: (await this.#told(() => this.#send(command))).ETag };
  }

  async completeUpload(location: string, uploadId: string, parts: StoredPart[]): Promise<void> {
    const MultipartUpload = { Parts: parts };
    const command = new this.#sdk.CompleteMultipartUploadCommand({ ...this.#at(location), UploadId: uploadId, MultipartUpload });
    await this.#told(() => this.#send(command));
  }

  /** Deletes the parts of an upload, if it is still there. */
  async abortUpload(location: string, uploadId: string): Promise<void> {
    const command = new this.#sdk.AbortMultipartUploadCommand({ ...this.#at(location), UploadId: uploadId });
    await this.#orNothing(() => this.#send(command));
  }

  /**
   * Deletes the objects below a prefix. They are deleted one by one, because requests that delete many need a checksum of which storages
   * accept different kinds.
   * @param before Only those that were last written before this time.
   */
  async deleteBelow(prefix: string, before?: Date): Promise<void> {
    let ContinuationToken: string | undefined;
    do {
      const command = new this.#sdk.ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, MaxKeys: 1000, ContinuationToken });
      const page = await this.#told(() => this.#send(command));
      const keys = (page.Contents ?? []).flatMap(({ Key, LastModified }) =>
        Key !== undefined && (!before || (LastModified !== undefined && LastModified < before)) ? [Key] : [],
      );
      for (let index = 0; index < keys.length; index += deletionsAtATime) {
        await Promise.all(keys.slice(index, index + deletionsAtATime).map((key) => this.delete(key)));
      }
      ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
  }

  /** Ends the uploads in parts below a prefix that were started before a time. Storage that does not list them is left alone. */
  async abortBelow(prefix: string, before?: Date): Promise<void> {
    let KeyMarker: string | undefined;
    let UploadIdMarker: string | undefined;
    do {
      const command = new this.#sdk.ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: prefix, KeyMarker, UploadIdMarker });
      const page = await this.#send(command).catch((error: unknown) => {
        if ([400, 404, 405, 501].includes(factsOf(error).status ?? 0)) return undefined;
        throw storageError(this.place, error);
      });
      for (const { Key, UploadId, Initiated } of page?.Uploads ?? []) {
        if (Key?.startsWith(prefix) && UploadId !== undefined && (!before || (Initiated && Initiated < before))) {
          await this.abortUpload(Key, UploadId);
        }
      }
      KeyMarker = page?.IsTruncated ? page.NextKeyMarker : undefined;
      UploadIdMarker = page?.NextUploadIdMarker;
    } while (KeyMarker !== undefined);
  }

  /** Sends a request until the platform is closed. */
  readonly #send: S3Client['send'] = ((command: Parameters<S3Client['send']>[0]) =>
    this.#client.send(command, { abortSignal: this.#closed.signal })) as S3Client['send'];

  #at(location: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: location };
  }

  async #told<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw storageError(this.place, error);
    }
  }

  /** Undefined for a response that says that there is nothing. A bucket that is gone is an error. */
  async #orNothing<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      const { code, status } = factsOf(error);
      if (status === 404 && code !== 'NoSuchBucket') return undefined;
      throw storageError(this.place, error);
    }
  }

  async #unlessChanged<Result>(etag: string | undefined, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const { code, status } = factsOf(error);
      if (etag !== undefined && (status === 412 || (status === 404 && code !== 'NoSuchBucket'))) throw new UploadChanged();
      throw storageError(this.place, error);
    }
  }
}

/** The hash of a whole object that Amazon S3 has computed. That of an upload in parts is a hash of hashes. */
function hashOf({ ChecksumSHA256: text, ChecksumType: type }: HeadObjectCommandOutput): string | undefined {
  return text === undefined || type === 'COMPOSITE' || text.includes('-') ? undefined : Buffer.from(text, 'base64').toString('hex');
}
