import type { Connection } from '#front';
import { emitWarning, environmentVariable } from '../vendor.js';

/** The base URLs of the platform's services. */
export interface Endpoints {
  /** For resources, files and pipelines. Default: `BACKEND_URL`, else `https://platform-api.aixplain.com`. */
  backendUrl: string;
  /** For running models. Default: `MODELS_RUN_URL`, else `https://models.aixplain.com/api/v2/execute`. */
  modelUrl: string;
  /** For running pipelines. Default: `PIPELINES_RUN_URL`, else `assets/pipeline/execution/run` below the backend URL. */
  pipelineUrl: string;
}

/** A connection to aiXplain, as records and uploads use it. */
export interface AixplainConnection extends Connection, Endpoints {}

/** Arguments take precedence over the environment, which takes precedence over the platform's own URLs. Trailing slashes are dropped. */
export function endpointsFrom(given: { readonly [K in keyof Endpoints]?: string | undefined }): Endpoints {
  const backendUrl = trimmed(given.backendUrl ?? (environmentVariable('BACKEND_URL') || 'https://platform-api.aixplain.com'));
  return {
    backendUrl,
    modelUrl: trimmed(given.modelUrl ?? (environmentVariable('MODELS_RUN_URL') || 'https://models.aixplain.com/api/v2/execute')),
    pipelineUrl: trimmed(given.pipelineUrl ?? (environmentVariable('PIPELINES_RUN_URL') || `${backendUrl}/assets/pipeline/execution/run`)),
  };
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

/** A number of seconds from the environment. A value that is not a number above 0 is ignored with a warning. */
export function secondsFromEnvironment(name: string): number | undefined {
  const text = environmentVariable(name);
  if (text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  emitWarning(`${name} is ${JSON.stringify(text)}; it must be a number of seconds above 0 and is ignored.`);
  return undefined;
}
