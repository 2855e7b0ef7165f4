import { type CallOptions, OperationFailedError, ResourceError } from '#front';
import { callOptions, entityOptions, isObject, withoutSecrets } from '../../vendor.js';
import type { Asset } from '../models/asset.js';
import type { Json } from '../steps.js';
import { ToolResult } from './tool-result.js';

/** How long a description that is not there at once is waited for, in seconds. */
const patience = 30;

/**
 * Sends a body to an asset at the service for models, and resolves to the response; one that is in progress is polled each second.
 *
 * @param asset The record whose events the requests are.
 * @param id The asset's id, encoded.
 * @throws OperationFailedError if the platform reports a failure.
 */
export async function callAsset(
  asset: Asset,
  id: string,
  body: unknown,
  { once = false, attempt, ...options }: CallOptions & { once?: boolean; attempt: string },
): Promise<Json> {
  const connection = asset.requireConnection('call');
  const common = { ...callOptions(options), attempt, decodeError: entityOptions(asset.constructor).errors };
  const { body: first } = await connection.send({ ...common, method: 'POST', path: `${connection.modelUrl}/${id}`, body, once }, asset);
  let response = isObject(first) ? first : { status: 'SUCCESS', completed: true, data: first };
  const deadline = connection.environment.clock.now() + patience * 1000;
  while (isPending(response)) {
    if (connection.environment.clock.now() >= deadline)
      throw new ResourceError(`${attempt}: the platform did not answer within ${patience} seconds.`, { retryable: true });
    await connection.environment.waiter.sleep(1, options.signal, attempt);
    const { body: next } = await connection.send({ ...common, method: 'GET', path: String(response.data) }, asset);
    response = isObject(next) ? next : { status: 'SUCCESS', completed: true, data: next };
  }
  if (/^failed$/i.test(String(response.status))) throw failed(attempt, withoutSecrets(asset, response));
  return response;
}

function isPending({ completed, status, data }: Json): boolean {
  return (
    completed === false && typeof data === 'string' && /^(?:https?:\/\/|\/)/.test(data) && !/^(?:failed|success)$/i.test(String(status))
  );
}

function failed(attempt: string, response: Json): OperationFailedError {
  const reasons = [response.supplierError, response.supplier_error, response.error_message, response.errorMessage, response.error];
  const reason = reasons.find((text): text is string => typeof text === 'string' && text !== '') ?? 'the platform gives no reason';
  return new OperationFailedError(`${attempt}: ${reason}`, {
    result: new ToolResult({ ...response }),
    reason,
    code: String(response.status),
  });
}
