import { ConfigurationError } from '../../../model/errors/index.js';

/** What an error of the SDK has, as far as it is used. Its text, headers and response may contain keys and signatures. */
interface SdkError {
  name?: unknown;
  code?: unknown;
  $fault?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/** The storage could not do what it was asked to. The message has no text of the storage, which may repeat keys and signatures. */
export class StorageError extends Error {
  /** The status of the storage's response; undefined when there was none. */
  readonly status: number | undefined;
  /** The code of the error, in the words of the storage or of the system. */
  readonly code: string;

  constructor(message: string, code: string, status: number | undefined) {
    super(message);
    this.name = 'StorageError';
    this.code = code;
    this.status = status;
  }
}

const plain = (text: unknown): string => (typeof text === 'string' && /^[\w.-]{1,60}$/.test(text) ? text : '');

/** The code and the status of an error. */
export function factsOf(error: unknown): { code: string; status: number | undefined } {
  if (error instanceof StorageError) return error;
  const { name, code, $metadata } = (error ?? {}) as SdkError;
  const status = $metadata?.httpStatusCode;
  return { code: plain(code) || plain(name) || 'Error', status };
}

/** In a clause, what went wrong. */
function reasonOf({ code, status }: ReturnType<typeof factsOf>): string {
  if (status !== undefined)
    return /^(?:\d+|Error|Unknown\w*)$/.test(code) ? `it responds with ${status}` : `it responds with ${status} (${code})`;
  if (/timeout|timedout/i.test(code)) return `it does not respond (${code})`;
  return `the connection failed (${code})`;
}

/** Says what went wrong in the words of the platform. */
export function storageError(place: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const facts = factsOf(error);
  return new StorageError(`The file storage ${place} does not do its part: ${reasonOf(facts)}.`, facts.code, facts.status);
}

/** Whether the same request may succeed a moment later. */
export function isTransient({ status }: StorageError): boolean {
  return status === undefined || status === 408 || status === 429 || status >= 500;
}

/** The error for a bucket that cannot be used when the platform starts, with what to do. */
export function startError(bucket: string, endpoint: string | undefined, error: unknown): ConfigurationError {
  const facts = factsOf(error);
  const place = endpoint ?? 'Amazon S3';
  const { status } = facts;
  if (status === 404) {
    const option = endpoint === undefined ? '' : ` --endpoint-url ${endpoint}`;
    return new ConfigurationError(
      `s3: there is no bucket '${bucket}' at ${place}. Create it, for example with: aws s3api create-bucket --bucket ${bucket}${option}`,
    );
  }
  if (status === 403 || status === 401 || facts.code === 'CredentialsProviderError') {
    return new ConfigurationError(
      `s3: ${place} denies access to the bucket '${bucket}' (${status ?? facts.code}). Check accessKeyId and secretAccessKey, and that they ` +
        'may list the bucket, and read, write and delete what is below remote-record/ in it.',
    );
  }
  if (status === 301 || status === 400) {
    return new ConfigurationError(
      `s3: ${place} does not serve the bucket '${bucket}' like this (${status}). Check region, endpoint and forcePathStyle.`,
    );
  }
  return new ConfigurationError(
    `s3: the storage at ${place} with the bucket '${bucket}' cannot be reached: ${reasonOf(facts)}. Check endpoint, and that the storage runs.`,
  );
}
