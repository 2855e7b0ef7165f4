import { Buffer } from 'node:buffer';
import { ValidationError } from '../../model/errors/index.js';
import type { TransportRequest } from '../../model/ports/transport.js';

/** The Content-Type of a request's body. */
export function contentTypeOf({ raw, form }: TransportRequest): string {
  return raw?.type ?? (form ? 'application/x-www-form-urlencoded' : 'application/json');
}

/** The body of a request as bytes. @throws ValidationError when the value cannot be converted to JSON. */
export function bodyOf(request: TransportRequest): Buffer | undefined {
  if (request.raw) return Buffer.from(request.raw.bytes);
  if (request.form) return Buffer.from(new URLSearchParams(request.form).toString());
  return request.body === undefined ? undefined : encodeJson(request.body);
}

function encodeJson(body: unknown): Buffer {
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch (cause) {
    throw new ValidationError(...problemWith(body, cause as Error));
  }
  if (text === undefined) throw new ValidationError(`The body cannot be sent as JSON: a ${typeof body} cannot be converted to JSON.`);
  return Buffer.from(text);
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
