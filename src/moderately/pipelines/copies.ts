import { ResourceError, type SaveOptions } from '#front';
import type { Pipeline } from './pipeline.js';
import type { PipelineConfigurationVersion } from './pipeline-configuration-version.js';

/** A version of a pipeline's source, by its number there, and the copy of it. */
export interface VersionCopy {
  version: number;
  copy: PipelineConfigurationVersion;
}

/** Saves the copies one after another, and takes each that is saved out of the list. @throws ResourceError for one that cannot be saved. */
export async function saveCopies(pipeline: Pipeline, copies: VersionCopy[], { signal, force }: SaveOptions): Promise<void> {
  for (const { version, copy } of [...copies]) {
    await copy.save({}, { signal, force }).catch((cause) => {
      throw notCopied(pipeline, version, cause);
    });
    copies.shift();
  }
}

function notCopied(pipeline: Pipeline, version: number, cause: unknown): ResourceError {
  const { retryable, outcome } = cause instanceof ResourceError ? cause : { retryable: false, outcome: undefined };
  const advice = outcome === 'unknown' ? 'save({}, { force: true }) copies it again.' : 'Call save() again to continue with it.';
  const reason = cause instanceof Error ? cause.message : cause;
  return new ResourceError(`${String(pipeline)} is saved, but version ${version} of its source could not be copied: ${reason} ${advice}`, {
    cause,
    retryable,
    outcome,
  });
}
