import { AbortedError, APIError, FileUploadError, ResourceError, type UploadStep, ValidationError } from '../errors/index.js';

/**
 * Runs one step of an upload. What it fails with becomes a FileUploadError that names the step and keeps status, cause, `retryable`
 * and `outcome`; a ValidationError, an AbortedError and a FileUploadError stay what they are.
 */
export async function uploadStep<T>(step: UploadStep, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isFinal = error instanceof ValidationError || error instanceof AbortedError || error instanceof FileUploadError;
    if (!(error instanceof ResourceError) || isFinal) throw error;
    const { message, retryable, outcome } = error;
    const status = error instanceof APIError ? error.status : undefined;
    throw new FileUploadError(message, { step, status, cause: error, retryable, ...(outcome && { outcome }) });
  }
}
