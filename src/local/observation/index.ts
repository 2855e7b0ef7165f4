import type { LocalPlatformOptions } from '../options.js';
import type { PlatformSettings } from '../store/settings.js';
import { LogLines } from './log.js';
import { Metrics } from './metrics.js';
import { type Observer, observerOf } from './observer.js';
import { redactor } from './redaction.js';

/** What observes a platform, and its metrics where they are on. */
export interface Observation {
  observer: Observer;
  metrics: Metrics | undefined;
}

/** Opens the metrics and the log that the options ask for. @throws ConfigurationError when a package is missing. */
export async function openObservation(options: LocalPlatformOptions, settings: PlatformSettings): Promise<Observation> {
  const metrics = options.metrics ? await Metrics.open() : undefined;
  const log = options.log && (await LogLines.open(options.log, redactor(secretsOf(options, settings))));
  return { metrics, observer: observerOf([metrics, log].filter((each) => each !== undefined)) };
}

/** What the log must never have, wherever it comes from: an error of a driver may have the URL that it was given. */
function secretsOf({ llm, databaseUrl, s3 }: LocalPlatformOptions, { apiKey, signingSecret }: PlatformSettings): (string | undefined)[] {
  const url = databaseUrl !== undefined && URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  const password = url?.password ?? '';
  return [
    apiKey,
    signingSecret,
    llm?.apiKey,
    s3?.secretAccessKey,
    process.env.AWS_SECRET_ACCESS_KEY,
    process.env.AWS_SESSION_TOKEN,
    process.env.PGPASSWORD,
    password,
    decodeURIComponent(password),
    // The driver takes it from there as well.
    url?.searchParams.get('password') ?? undefined,
  ];
}
