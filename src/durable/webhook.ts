import { createHmac, timingSafeEqual } from 'node:crypto';
import { ValidationError } from '#front';
import { type Clock, checkOptionNames } from '../vendor.js';

/** How requests of webhooks are checked and read. */
export interface WebhookOptions {
  /** The secret that the sender signs with, `whsec_` and base64; several while it is being replaced. */
  secret: string | readonly string[];
  /**
   * The ids in the body that runs may be known by, at the platform or here. Default: what is called `id`, or ends with `Id` or `_id`, in the
   * body's `data`, else in the body.
   */
  idsOf?: ((body: unknown) => Iterable<string>) | undefined;
  /** How many seconds the timestamp of a request may be off. Default: 300. */
  tolerance?: number | undefined;
}

/** The largest body, in bytes. */
const maxBytes = 1024 * 1024;

/** How many ids of a body are looked for. */
const maxIds = 20;

/** The version of signatures that are symmetric. */
const scheme = 'v1';

/**
 * Handles requests as Standard Webhooks describes them (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
 * HMAC-SHA256 over the id, the timestamp and the body. 204 when it is taken, 401 when the signature or the time is wrong, 405, 413, 400.
 */
export function webhookHandler(
  options: WebhookOptions,
  clock: Clock,
  poke: (id: string) => Promise<unknown>,
): (request: Request) => Promise<Response> {
  checkOptionNames('webhook', options, ['secret', 'idsOf', 'tolerance']);
  const keys = (typeof options.secret === 'string' ? [options.secret] : [...options.secret]).map(keyOf);
  if (keys.length === 0) throw new ValidationError('webhook: there is no secret.');
  const { idsOf = idsIn, tolerance = 300 } = options;
  return async (request) => {
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    const body = await read(request);
    if (body === null) return new Response(null, { status: 413 });
    const { id, timestamp, signatures } = headersOf(request);
    const isTimely = /^\d{1,12}$/.test(timestamp) && Math.abs(clock.date() / 1000 - Number(timestamp)) <= tolerance;
    if (id === '' || !isTimely || !keys.some((key) => isSigned(key, `${id}.${timestamp}.`, body, signatures))) {
      return new Response(null, { status: 401 });
    }
    let json: unknown;
    try {
      json = JSON.parse(body.toString('utf8'));
    } catch {
      return new Response(null, { status: 400 });
    }
    let left = maxIds;
    for (const found of new Set(idsOf(json))) {
      if (left-- <= 0) break;
      await poke(found);
    }
    return new Response(null, { status: 204 });
  };
}

function keyOf(secret: string): Buffer {
  const text = typeof secret === 'string' ? secret.replace(/^whsec_/, '') : '';
  const key = Buffer.from(text, 'base64');
  // The specification asks for 24 to 64 bytes; shorter ones could be guessed.
  if (!/^[A-Za-z0-9+/]+=*$/.test(text) || key.length < 24) {
    throw new ValidationError('webhook: a secret must be base64 of at least 24 bytes, with or without whsec_ before it.');
  }
  return key;
}

function headersOf({ headers }: Request): { id: string; timestamp: string; signatures: readonly string[] } {
  const one = (name: string): string => headers.get(`webhook-${name}`) ?? '';
  return { id: one('id'), timestamp: one('timestamp'), signatures: one('signature').split(' ') };
}

function isSigned(key: Buffer, prefix: string, body: Buffer, signatures: readonly string[]): boolean {
  const expected = createHmac('sha256', key).update(prefix).update(body).digest();
  return signatures.some((signature) => {
    const [version, value = ''] = signature.split(',', 2);
    const given = Buffer.from(value, 'base64');
    return version === scheme && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** The body; null when it is too large. */
async function read(request: Request): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function idsIn(body: unknown): string[] {
  const { data } = (body ?? {}) as { data?: unknown };
  const about = typeof data === 'object' && data !== null ? data : body;
  return Object.entries((about ?? {}) as object).flatMap(([name, value]) =>
    typeof value === 'string' && (name === 'id' || /(?:Id|_id)$/.test(name)) ? [value] : [],
  );
}
