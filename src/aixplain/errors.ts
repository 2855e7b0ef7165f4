import { type ErrorDecoder, ValidationError } from '#front';

/** What a status of the platform means. */
interface Meaning {
  /** The platform's code for this kind of error. */
  code: string;
  gist: string;
  /** Whether the same call may succeed when it is made again; undefined where the status alone does not say. */
  retryable?: boolean;
}

const validation = { code: 'AX-VAL-1000', retryable: false };
const authentication = { code: 'AX-AUTH-1000', retryable: false };
const billing = { code: 'AX-BIL-1000', retryable: false };
const resource = { code: 'AX-RES-1000', retryable: false };
const supplier = { code: 'AX-SUP-1000', retryable: true };
const internal = { code: 'AX-INT-1000' };

const meanings: Readonly<Record<number, Meaning>> = {
  400: { ...validation, gist: 'Bad request: the payload was refused' },
  401: { ...authentication, gist: 'Unauthorized API key: check that it is right and still valid' },
  402: { ...billing, gist: 'Payment required' },
  403: { ...resource, gist: 'Forbidden: the key may not use this resource' },
  404: { ...resource, gist: 'Not found' },
  429: { ...supplier, gist: 'Rate limit exceeded' },
  497: { ...validation, gist: 'Limit of requests a minute exceeded', retryable: true },
  500: { ...internal, gist: 'Server error', retryable: true },
  503: { code: 'AX-SVC-1000', gist: 'Service unavailable', retryable: true },
  504: { code: 'AX-NET-1000', gist: 'Gateway timeout', retryable: true },
};

/** The platform's own statuses, ten to a kind. */
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

/** What the answer itself says: `message` (text or a list of texts), else `error`, else a plain text. */
function wordsOf(body: unknown): string {
  if (typeof body === 'string') return body.trim();
  if (typeof body !== 'object' || body === null) return '';
  if (Array.isArray(body)) return body.map(wordsOf).filter(Boolean).join('\n');
  const { message, error } = body as { message?: unknown; error?: unknown };
  return wordsOf(message) || wordsOf(error);
}

/** Reads an error of aiXplain: what its status means, in the platform's codes, and what the answer says. The HTTP status counts. */
export const readError: ErrorDecoder = (status, body) => {
  const { code, gist, retryable } = meaningOf(status);
  const words = wordsOf(body);
  return { code, message: words === '' || words === gist ? gist : `${gist}: ${words}`, retryable };
};

/** A pipeline that is deployed was to be deployed again. */
export class AlreadyDeployedError extends ValidationError {
  /** The platform's code for this kind of error. */
  readonly code = 'AX-INT-1000';
}
