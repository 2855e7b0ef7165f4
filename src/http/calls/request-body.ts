import { Buffer } from 'node:buffer';
import { ValidationError } from '../../model/errors/index.js';
import type { TransportRequest } from '../../model/ports/transport.js';
import { stringifyExact } from './exact-json.js';

/** The Content-Type of a request's body. */
export function contentTypeOf({ raw, form }: TransportRequest): string {
  return raw?.type ?? (form ? 'application/x-www-form-urlencoded' : 'application/json');
}

/** The body of a request as bytes, at once but for numbers that JavaScript cannot hold. @throws ValidationError when it cannot be JSON. */
export function bodyOf(request: TransportRequest): Buffer | undefined | Promise<Buffer> {
  if (request.raw) return Buffer.from(request.raw.bytes);
  if (request.form) return Buffer.from(new URLSearchParams(request.form).toString());
  return request.body === undefined ? undefined : encodeJson(request.body);
}

function encodeJson(body: unknown): Buffer | Promise<Buffer> {
  let text: ReturnType<typeof stringifyExact>;
  try {
    text = stringifyExact(body);
  } catch (cause) {
    throw new ValidationError(`The body cannot be sent as JSON: ${(cause as Error).message}`, { cause });
  }
  if (text === undefined) throw new ValidationError(`The body cannot be sent as JSON: a ${typeof body} cannot be converted to JSON.`);
  return typeof text === 'string' ? Buffer.from(text) : text.then((written) => Buffer.from(written ?? ''));
}
