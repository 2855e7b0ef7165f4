/** An async context that tasks run in; an AsyncResource of Node's is one. */
export interface AsyncScope {
  runInAsyncScope<T>(task: () => T): T;
}

/** For where there are no async contexts. */
export const noScope: AsyncScope = { runInAsyncScope: (task) => task() };
