import type { APIError } from '../../model/errors/index.js';

/**
 * Whether a store says that a presigned URL has expired. Amazon S3 says 'Request has expired' (403) or ExpiredToken (400), Google Cloud
 * Storage ExpiredToken (400), Azure 'Signature not valid in the specified time frame' (403).
 */
export function saysExpired({ status, body }: APIError): boolean {
  if (status !== 400 && status !== 401 && status !== 403) return false;
  return /expired|specified time frame/i.test(textOf(body));
}

/** The same, also for a 401 or 403 that explains nothing: some proxies leave the explanation out. */
export function mayBeExpired(error: APIError): boolean {
  if (saysExpired(error)) return true;
  return (error.status === 401 || error.status === 403) && /^\s*(<\?xml[^>]*>)?\s*(<Error\s*\/>)?\s*$/i.test(textOf(error.body));
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
}
