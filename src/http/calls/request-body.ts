import { ValidationError } from '../../model/errors/index.js';
import type { TransportRequest } from '../../model/ports/transport.js';
import { utf8 } from '../bytes.js';
import { stringifyExact } from './write-exact.js';

/** The body of a request as bytes, at once but for numbers that JavaScript cannot hold. @throws ValidationError when it cannot be JSON. */
export function bodyOf(request: TransportRequest): Uint8Array | undefined | Promise<Uint8Array> {
  if (request.raw) return new Uint8Array(request.raw.bytes);
  if (request.form) return utf8(new URLSearchParams(request.form).toString());
  return request.body === undefined ? undefined : encodeJson(request.body);
}

function encodeJson(body: unknown): Uint8Array | Promise<Uint8Array> {
  let text: ReturnType<typeof stringifyExact>;
  try {
    text = stringifyExact(body);
  } catch (cause) {
    throw new ValidationError(...problemWith(body, cause as Error));
  }
  if (text === undefined) throw new ValidationError(`The body cannot be sent as JSON: a ${typeof body} cannot be converted to JSON.`);
  return typeof text === 'string' ? utf8(text) : text.then((written) => utf8(written ?? ''));
}

/** Names the first member that cannot be converted, and says why. */
function problemWith(body: unknown, cause: Error): ConstructorParameters<typeof ValidationError> {
  const members = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  for (const [field, value] of members) {
    try {
      JSON.stringify({ [field]: value });
    } catch (error) {
      const message = reasonOf(error as Error);
      return [`The body cannot be sent as JSON: ${field} ${message}.`, { cause, details: [{ field, message }] }];
    }
  }
  return [`The body cannot be sent as JSON: it ${reasonOf(cause)}.`, { cause }];
}

function reasonOf({ message }: Error): string {
  if (/circular|cyclic/i.test(message)) return 'contains itself';
  return /call stack|recursion/i.test(message) ? 'is nested too deeply' : `cannot be converted: ${message}`;
}
