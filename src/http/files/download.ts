import { AbortedError, ConfigurationError } from '../../model/errors/index.js';
import { apiTarget } from '../calls/request-target.js';
import type { EngineSettings } from '../engine.js';
import { Redactor } from '../redactor.js';
import type { DownloadOptions } from './download-options.js';
import { DownloadReceiver } from './download-receiver.js';
import type { Sink } from './sink.js';
import { type RunCall, transferCall } from './transfer.js';

/**
 * Downloads a file from a presigned URL, or from the platform's API. See `Client.download`.
 * @param openTarget Opens where it is written.
 */
export async function download<T>(
  settings: EngineSettings,
  run: RunCall,
  url: string,
  options: DownloadOptions,
  openTarget: () => Promise<Sink<T>>,
): Promise<T> {
  if (options.decompress && options.decompress !== 'gzip' && options.decompress !== 'brotli')
    throw new ConfigurationError(`Content compressed as ${String(options.decompress)} cannot be decompressed; gzip and brotli can.`);
  const attempt = options.attempt ?? `download ${options.fileName ?? 'a file'}`;
  const receiver = new DownloadReceiver(settings, options, attempt, openTarget);
  const target = options.own ? apiTarget(settings, { method: 'GET', path: url }, 'GET') : undefined;
  const secrets = new Redactor(settings.redactor);
  const call = transferCall<void>(
    settings,
    target?.url.href ?? url,
    { ...options, attempt },
    {
      method: 'GET',
      async headers({ url: hop, trusted }) {
        const own = trusted ? { ...(await settings.authenticator.headers(hop, false, secrets)), ...settings.headers } : {};
        return { accept: '*/*', 'user-agent': settings.userAgent, ...own, 'accept-encoding': 'identity', ...receiver.range() };
      },
      body: () => undefined,
      receive: (response, deadline) => receiver.receive(response, deadline),
      recover: async (error) => error.status === 416 && receiver.restart(),
      madeProgress: () => receiver.madeProgress(),
    },
  );
  if (target) Object.assign(call, { trusted: target.trusted, decodeError: options.decodeError });
  await receiver.open();
  try {
    await run(call);
    return await receiver.finish();
  } catch (error) {
    await receiver.discard();
    if (options.signal?.aborted && error === options.signal.reason)
      throw new AbortedError(`${attempt} failed: it was aborted.`, { cause: error });
    throw error;
  }
}
