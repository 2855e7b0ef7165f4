import type { ConnectTrace } from '../adapters/adapter.js';
import type { TryFailure } from '../retry-policy.js';

/** Codes of failures before a connection was made: nothing can have arrived. */
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

/** Codes of a certificate that is not accepted (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const CERTIFICATE_ERROR_CODE =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;

/** Codes that say that it is the TLS handshake that failed. */
const HANDSHAKE_ERROR_CODE = /^(EPROTO|ERR_SSL_|ERR_TLS_)/;

/** What a failure to get an answer means. */
export interface TransportFailure extends TryFailure {
  /** The system's code, such as ECONNRESET. */
  code: string | undefined;
  /** What happened, in words for a user. */
  text: string;
}

/** An answer came, but what is in it cannot be read, however often it is asked for. */
export class UnreadableResponse extends Error {}

/** Reads an error thrown by node-fetch, undici, Node or an in-process fetch. */
export function classifyFailure(error: unknown, trace: ConnectTrace): TransportFailure {
  const code = codeOf(error);
  const certificate = code !== undefined && CERTIFICATE_ERROR_CODE.test(code);
  // A code tells only where the wire does not: an unreachable host and a TLS alert can also end a connection that carried the request.
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
  const said = innermostMessage(error);
  if (code === undefined) return said;
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return `the host name could not be resolved (${code})`;
  if (code === 'ECONNREFUSED') return `the connection was refused (${code}); is the server running, and is the address right?`;
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'UND_ERR_SOCKET')
    return `the connection was broken off (${code})`;
  if (CERTIFICATE_ERROR_CODE.test(code)) return `the server's certificate was not accepted (${code})`;
  if (HANDSHAKE_ERROR_CODE.test(code)) return `no secure connection could be made (${code})`;
  return said.includes(code) ? said : `${said} (${code})`;
}

/** The code may be on the error, on a cause (undici), or on the errors of an attempt at several addresses (Node). */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 5) return undefined;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === 'string' && code !== '') return code;
  return codeOf(cause, depth + 1) ?? (Array.isArray(errors) ? codeOf(errors[0], depth + 1) : undefined);
}

function innermostMessage(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error && current.cause instanceof Error; depth++) current = current.cause;
  // node-fetch repeats the address in front of the reason.
  return current instanceof Error && current.message ? current.message.replace(/^request to \S+ failed, reason: /, '') : String(current);
}
