import type { Connection } from '#front';

/** Where the platform's services are; paths of the first live below it. */
export interface Endpoints {
  /** Resources, files and pipelines. Default: `BACKEND_URL`, else `https://platform-api.aixplain.com`. */
  backendUrl: string;
  /** Runs of models. Default: `MODELS_RUN_URL`, else `https://models.aixplain.com/api/v2/execute`. */
  modelUrl: string;
  /** Runs of pipelines. Default: `PIPELINES_RUN_URL`, else `assets/pipeline/execution/run` below the backend. */
  pipelineUrl: string;
}

/** A connection to aiXplain, as records and uploads use it. */
export interface AixplainConnection extends Connection, Endpoints {}

/** Arguments come first, then the environment, then the platform's own addresses. Slashes at the ends are dropped. */
export function endpointsFrom(given: { readonly [K in keyof Endpoints]?: string | undefined }): Endpoints {
  const { BACKEND_URL, MODELS_RUN_URL, PIPELINES_RUN_URL } = process.env;
  const backendUrl = trimmed(given.backendUrl ?? (BACKEND_URL || 'https://platform-api.aixplain.com'));
  return {
    backendUrl,
    modelUrl: trimmed(given.modelUrl ?? (MODELS_RUN_URL || 'https://models.aixplain.com/api/v2/execute')),
    pipelineUrl: trimmed(given.pipelineUrl ?? (PIPELINES_RUN_URL || `${backendUrl}/assets/pipeline/execution/run`)),
  };
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

/** Seconds from the environment; what is no number above 0 is not used, and a warning says so. */
export function secondsFromEnvironment(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  process.emitWarning(`${name} is ${JSON.stringify(text)}; it must be a number of seconds above 0 and is not used.`);
  return undefined;
}
