import { type CallOptions, FileUploadError, type TransferProgress, type UploadInput } from '#front';
import { type Content, callOptions, isObject, observerFor, uploadStep } from '../../vendor.js';
import type { AixplainConnection } from '../endpoints.js';
import { readError } from '../errors.js';
import { checkSize, typeOf } from './kinds.js';

/** How a file is uploaded. `timeout` holds for each of the two requests; `headers` and `query` go to the platform only, not to its storage. */
export interface UploadOptions extends CallOptions {
  /** Whether the platform may remove the file after a while. Default: true. */
  isTemp?: boolean | undefined;
  /** For files that stay. */
  tags?: readonly string[] | undefined;
  /** The licence of a file that stays. Default: 'MIT', the platform's own. */
  license?: string | undefined;
  /** Called as bytes move. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** Where an uploaded file is. */
export interface UploadedFile {
  /** Its name in the platform's storage. */
  key: string;
  /** How the platform's own services reach it. */
  s3Url: string;
  /** How anyone reaches it for a while; null where the platform gave none. */
  downloadUrl: string | null;
}

/**
 * Uploads a file: asks the platform for an address and sends the bytes there, in pieces and without the key.
 *
 * @throws FileUploadError with the step that failed, also for an empty file and one that is larger than its kind may be: 50 MiB, or 25
 *   for applications and images, or 300 for videos and databases. ValidationError when there is no such file.
 */
export async function upload(aix: AixplainConnection, input: UploadInput, options: UploadOptions = {}): Promise<UploadedFile> {
  const content = await aix.client.openContent(input, { signal: options.signal });
  try {
    checkSize(content);
    const contentType = typeOf(content);
    let grant = await requestAddress(aix, content, contentType, options);
    await aix.client.put(grant.uploadUrl, content, {
      headers: { 'content-type': contentType },
      onProgress: options.onProgress,
      signal: options.signal,
      timeout: options.timeout,
      maxRetries: options.maxRetries,
      observer: observerFor(null, aix),
      renewUrl: async () => {
        grant = await requestAddress(aix, content, contentType, options);
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

async function requestAddress(aix: AixplainConnection, content: Content, contentType: string, options: UploadOptions): Promise<Grant> {
  const { isTemp = true, tags = [], license = 'MIT' } = options;
  const attempt = `upload of ${content.name}`;
  const form = { contentType, originalName: content.name, ...(isTemp ? {} : { tags: tags.join(','), license }) };
  const path = isTemp ? 'sdk/file/upload/temp-url' : 'sdk/file/upload-url';
  const { body } = await uploadStep('request-url', () =>
    aix.send({ ...callOptions(options), method: 'POST', path, form, attempt, decodeError: readError }),
  );
  const { key, uploadUrl, downloadUrl } = isObject(body) ? body : {};
  if (typeof key === 'string' && key !== '' && typeof uploadUrl === 'string' && uploadUrl !== '')
    return { key, uploadUrl, downloadUrl: typeof downloadUrl === 'string' && downloadUrl !== '' ? downloadUrl : null };
  throw new FileUploadError(`${attempt}: the platform's answer has no "key" and "uploadUrl", so there is nowhere to send the file.`, {
    step: 'request-url',
  });
}

/** The bucket of addresses that do not name one. */
const defaultBucket = 'aixplain-uploads';

/**
 * The address of an uploaded object among the platform's services. The bucket is the first part of the presigned host, or of its path
 * (Amazon S3: virtual-hosted-style and path-style addresses, both with or without a region).
 */
export function s3Url(presigned: string, key: string): string {
  const { hostname, pathname } = new URL(presigned);
  const inHost = /^(.+)\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1];
  const inPath = /^s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/.test(hostname) ? pathname.split('/')[1] : undefined;
  return `s3://${inHost ?? (inPath || defaultBucket)}/${key.replace(/^\/+/, '')}`;
}
