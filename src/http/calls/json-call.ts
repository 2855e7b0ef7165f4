import type { APIError } from '../../model/errors/index.js';
import type { TransportRequest, TransportResponse } from '../../model/ports/transport.js';
import type { ClientSettings } from '../settings.js';
import { ANY_TYPE, apiCall } from './api-call.js';
import type { Call } from './call.js';
import { readResponse } from './json-response.js';
import { ACCEPT_ENCODING } from './response-body.js';

/**
 * A call to a platform's API that expects JSON, or what its `responseType` says, or an empty response.
 * @throws ValidationError or ConfigurationError when the request is invalid.
 */
export function jsonCall(settings: ClientSettings, request: TransportRequest, body: Uint8Array | undefined): Call<TransportResponse> {
  const encoding = settings.adapter.decodes ? undefined : { 'accept-encoding': ACCEPT_ENCODING };
  const accept = (request.responseType ?? 'json') === 'json' ? 'application/json' : ANY_TYPE;
  const call = apiCall(settings, request, body, { accept, ...encoding });
  const { method, url, redactor } = call;
  return {
    ...call,
    settle: (error) => (method === 'DELETE' ? deletedBefore(error) : undefined),
    receive: (response, deadline) =>
      readResponse(response, deadline, { request, url, redactor, limits: settings.bodyLimits, decoders: settings.runtime.decoders }),
  };
}

/** The response of a repeated DELETE that finds nothing: an earlier try, whose response was lost, has deleted it. */
function deletedBefore({ status, headers }: APIError): TransportResponse | undefined {
  return status === 404 || status === 410 ? { status, headers, body: undefined } : undefined;
}
