import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.js';

/** Where presigned URLs point to, below the platform's own origin. */
export const storagePath = '/_storage';
/** The name of the one bucket. */
export const bucket = 'remote-record';
/** How long a presigned URL can be used, in seconds. */
export const lifetime = 3600;

/** What a presigned URL allows. */
export interface Grant {
  method: string;
  /** Made by the platform, of characters that need no escaping in a URL. */
  key: string;
  /** The Content-Type a PUT must send. */
  contentType?: string;
}

/** Signs URLs of objects, and checks them. */
export class Presigner {
  readonly #secret: string;
  readonly #clock: Clock;

  constructor(secret: string, clock: Clock) {
    this.#secret = secret;
    this.#clock = clock;
  }

  /** A URL that allows one thing with one object for `lifetime` seconds. */
  sign(origin: string, grant: Grant): string {
    const expires = String(Math.floor(this.#clock.now() / 1000) + lifetime);
    const query = new URLSearchParams({ 'X-Expires': expires, 'X-Signature': this.#signature(grant, expires) });
    return `${origin}${storagePath}/${bucket}/${grant.key}?${query}`;
  }

  /** Why a request may not be served; undefined when it may. */
  refusal(grant: Grant, query: URLSearchParams): string | undefined {
    const expires = query.get('X-Expires') ?? '';
    const given = Buffer.from(query.get('X-Signature') ?? '');
    const wanted = Buffer.from(this.#signature(grant, expires));
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      return 'The signature does not fit the method, the path, the content type or the expiry of the request.';
    }
    return Number(expires) * 1000 < this.#clock.now() ? 'The request has expired.' : undefined;
  }

  #signature({ method, key, contentType = '' }: Grant, expires: string): string {
    return createHmac('sha256', this.#secret).update([method, key, contentType, expires].join('\n')).digest('base64url');
  }
}
