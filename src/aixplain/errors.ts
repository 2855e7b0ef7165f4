import { type ErrorDecoder, ValidationError } from '#front';

/** What one of the platform's statuses means. */
interface Meaning {
  /** The platform's code for this kind of error. */
  code: string;
  gist: string;
  /** Whether the same call may succeed if it is made again; undefined if the status alone does not tell. */
  retryable?: boolean;
}

const validation = { code: 'AX-VAL-1000', retryable: false };
const authentication = { code: 'AX-AUTH-1000', retryable: false };
const billing = { code: 'AX-BIL-1000', retryable: false };
const resource = { code: 'AX-RES-1000', retryable: false };
const supplier = { code: 'AX-SUP-1000', retryable: true };
const internal = { code: 'AX-INT-1000' };

const meanings: Readonly<Record<number, Meaning>> = {
  400: { ...validation, gist: 'Bad request: the payload was rejected' },
  401: { ...authentication, gist: 'Unauthorized API key: check that it is correct and still valid' },
  402: { ...billing, gist: 'Payment required' },
  403: { ...resource, gist: 'Forbidden: the key may not use this resource' },
  404: { ...resource, gist: 'Not found' },
  429: { ...supplier, gist: 'Rate limit exceeded' },
  497: { ...validation, gist: 'Limit of requests per minute exceeded', retryable: true },
  500: { ...internal, gist: 'Server error', retryable: true },
  503: { code: 'AX-SVC-1000', gist: 'Service unavailable', retryable: true },
  504: { code: 'AX-NET-1000', gist: 'Gateway timeout', retryable: true },
};

/** The platform's own statuses, by their first two digits. */
const kinds: Readonly<Record<number, Meaning>> = {
  46: { ...resource, gist: 'Subscription-related error: check your subscription' },
  47: { ...billing, gist: 'Billing-related error: check your credits' },
  48: { ...supplier, gist: 'Supplier-related error: the supplier of the asset failed' },
  49: { ...validation, gist: 'Validation-related error: check what was sent' },
};

function meaningOf(status: number): Meaning {
  const known = meanings[status] ?? kinds[Math.floor(status / 10)];
  if (known) return known;
  if (status < 500) return { ...internal, gist: `Unspecified Client Error (Status ${status})` };
  return { ...internal, gist: `Unspecified Server Error (Status ${status})`, retryable: status === 502 };
}

/** The response's own message: `message` (a string or a list of strings), else `error`, else the body if it is plain text. */
function messageIn(body: unknown): string {
  if (typeof body === 'string') return body.trim();
  if (typeof body !== 'object' || body === null) return '';
  if (Array.isArray(body)) return body.map(messageIn).filter(Boolean).join('\n');
  const { message, error } = body as { message?: unknown; error?: unknown };
  return messageIn(message) || messageIn(error);
}

/** Decodes an aiXplain error: the meaning and code of its HTTP status, followed by the response's own message. */
export const readError: ErrorDecoder = (status, body) => {
  const { code, gist, retryable } = meaningOf(status);
  const own = messageIn(body);
  return { code, message: own === '' || own === gist ? gist : `${gist}: ${own}`, retryable };
};

/** The pipeline is already deployed. */
export class AlreadyDeployedError extends ValidationError {
  /** The platform's code for this kind of error. */
  readonly code = 'AX-INT-1000';
}
