import { type CallOptions, FileUploadError, type TransferProgress, type UploadInput } from '#front';
import {
  type Content,
  callOptionNames,
  callOptions,
  checkOptionNames,
  isObject,
  namesOf,
  observerFor,
  requestSecondsWithin,
  uploadStep,
} from '../../vendor.js';
import type { AixplainConnection } from '../endpoints.js';
import { readError } from '../errors.js';
import { checkSize, typeOf } from './kinds.js';

/** Options of an upload. `timeout` applies to each of its two requests; `headers` and `query` are only sent to the platform, not its storage. */
export interface UploadOptions extends CallOptions {
  /** Whether the platform may remove the file after a while. Default: true. */
  isTemp?: boolean | undefined;
  /** Only for permanent files. */
  tags?: readonly string[] | undefined;
  /** The licence of a permanent file. Default: 'MIT', which is also the platform's default. */
  license?: string | undefined;
  /** Called as bytes are sent. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

const uploadOptionNames = [
  ...callOptionNames,
  ...namesOf<Omit<UploadOptions, keyof CallOptions>>({ isTemp: true, tags: true, license: true, onProgress: true }),
];

/** The addresses of an uploaded file. */
export interface UploadedFile {
  /** The key in the platform's storage. */
  key: string;
  /** The address for the platform's own services. */
  s3Url: string;
  /** A public URL, valid for a limited time; null if the platform returned none. */
  downloadUrl: string | null;
}

/**
 * Uploads a file: requests a presigned URL from the platform and streams the bytes there, without the key.
 *
 * @throws FileUploadError naming the step that failed, also if the file is empty or exceeds the limit for its kind: 25 MiB for
 *   applications and images, 300 MiB for videos and databases, 50 MiB for others. ValidationError if the file does not exist.
 */
export async function upload(aix: AixplainConnection, input: UploadInput, options: UploadOptions = {}): Promise<UploadedFile> {
  checkOptionNames('upload', options, uploadOptionNames);
  const content = await aix.client.openContent(input, { signal: options.signal });
  try {
    checkSize(content);
    const contentType = typeOf(content);
    let grant = await requestUrl(aix, content, contentType, options);
    await aix.client.put(grant.uploadUrl, content, {
      headers: { 'content-type': contentType },
      onProgress: options.onProgress,
      signal: options.signal,
      timeout: options.timeout,
      maxRetries: options.maxRetries,
      observer: observerFor(null, aix),
      renewUrl: async () => {
        grant = await requestUrl(aix, content, contentType, options);
        return grant.uploadUrl;
      },
    });
    const { key, uploadUrl, downloadUrl } = grant;
    return { key, s3Url: s3Url(uploadUrl, key), downloadUrl };
  } finally {
    await content.dispose();
  }
}

interface Grant {
  key: string;
  uploadUrl: string;
  downloadUrl: string | null;
}

async function requestUrl(aix: AixplainConnection, content: Content, contentType: string, options: UploadOptions): Promise<Grant> {
  const { isTemp = true, tags = [], license = 'MIT' } = options;
  const attempt = `upload of ${content.name}`;
  const form = { contentType, originalName: content.name, ...(isTemp ? {} : { tags: tags.join(','), license }) };
  const path = isTemp ? 'sdk/file/upload/temp-url' : 'sdk/file/upload-url';
  const { body } = await uploadStep('request-url', () =>
    aix.send({
      ...callOptions(options),
      timeout: requestSecondsWithin('timeout', options.timeout),
      method: 'POST',
      path,
      form,
      attempt,
      decodeError: readError,
    }),
  );
  const { key, uploadUrl, downloadUrl } = isObject(body) ? body : {};
  if (typeof key === 'string' && key !== '' && typeof uploadUrl === 'string' && uploadUrl !== '')
    return { key, uploadUrl, downloadUrl: typeof downloadUrl === 'string' && downloadUrl !== '' ? downloadUrl : null };
  throw new FileUploadError(`${attempt}: the platform's response has no "key" and "uploadUrl", so the file cannot be sent.`, {
    step: 'request-url',
  });
}

/** The bucket for URLs that do not name one. */
const defaultBucket = 'aixplain-uploads';

/**
 * The `s3://` address of an uploaded object. The bucket is the first part of the presigned URL's host or path (virtual-hosted-style and
 * path-style requests of Amazon S3, with or without a region).
 */
export function s3Url(presigned: string, key: string): string {
  const { hostname, pathname } = new URL(presigned);
  const inHost = /^(.+)\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1];
  const inPath = /^s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/.test(hostname) ? pathname.split('/')[1] : undefined;
  return `s3://${inHost ?? (inPath || defaultBucket)}/${key.replace(/^\/+/, '')}`;
}
