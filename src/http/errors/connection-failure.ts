import type { ConnectTrace } from '../adapters/adapter.js';
import type { TryFailure } from '../retry-policy.js';
import { UnreadableResponse } from './unreadable-response.js';

/** Error codes of failures before a connection was made. The request cannot have reached the server. */
const CONNECT_ERROR_CODES = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Error codes of a rejected certificate (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const CERTIFICATE_ERROR_CODE =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;

/** Error codes of a failed TLS handshake. */
const HANDSHAKE_ERROR_CODE = /^(EPROTO|ERR_SSL_|ERR_TLS_)/;

/** The failure of a try that got no complete response. */
export interface ConnectionFailure extends TryFailure {
  /** The system's error code, such as ECONNRESET. */
  code: string | undefined;
  /** An explanation for the error message. */
  text: string;
}

/** Classifies an error thrown by node-fetch, undici, Node or an in-process fetch. */
export function classifyFailure(error: unknown, trace: ConnectTrace): ConnectionFailure {
  const code = errorCodeOf(error);
  const certificate = code !== undefined && CERTIFICATE_ERROR_CODE.test(code);
  // The code counts only when the adapter cannot tell: EHOSTUNREACH and a TLS alert can also end a connection that carried the request.
  const unconnected = code !== undefined && (CONNECT_ERROR_CODES.has(code) || HANDSHAKE_ERROR_CODE.test(code));
  const before = trace.connected === undefined ? certificate || unconnected : !trace.connected;
  return {
    code,
    arrived: before ? 'no' : 'maybe',
    permanent: certificate || error instanceof UnreadableResponse,
    text: describe(code, error),
  };
}

function describe(code: string | undefined, error: unknown): string {
  const message = innermostMessage(error);
  if (code === undefined) return message;
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return `the host name could not be resolved (${code})`;
  if (code === 'ECONNREFUSED') return `the connection was refused (${code}); is the server running, and is the address right?`;
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'UND_ERR_SOCKET')
    return `the connection was closed unexpectedly (${code})`;
  if (CERTIFICATE_ERROR_CODE.test(code)) return `the server's certificate was not accepted (${code})`;
  if (HANDSHAKE_ERROR_CODE.test(code)) return `no secure connection could be made (${code})`;
  return message.includes(code) ? message : `${message} (${code})`;
}

/** The code may be on the error, on a cause (undici), or on the errors of several connection attempts (Node's AggregateError). */
function errorCodeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 5) return undefined;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === 'string' && code !== '') return code;
  return errorCodeOf(cause, depth + 1) ?? (Array.isArray(errors) ? errorCodeOf(errors[0], depth + 1) : undefined);
}

function innermostMessage(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error && current.cause instanceof Error; depth++) current = current.cause;
  // node-fetch puts the URL before the reason.
  return current instanceof Error && current.message ? current.message.replace(/^request to \S+ failed, reason: /, '') : String(current);
}
