import { BaseResource, DeleteResourceMixin, GetResourceMixin, ResourceError, type Run, SearchResourceMixin } from '../../src/index.js';

const Full = DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource)));

/** Every documented hook can be overridden. */
export class Hooked extends Full {
  override beforeSave(): void {}
  override afterSave(): void {}
  override beforeClone(): void {}
  override afterClone(): void {}
  override beforeRefresh(): void {}
  override afterRefresh(): void {}
  override beforeDelete(): void {}
  override afterDelete(): void {}
}

/** What is caught tells its status, where there was a response. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof ResourceError ? error.status : undefined;
}

export function hasCompleted(run: Run): boolean {
  return run.completed;
}
