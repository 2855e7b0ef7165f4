import { BaseResource, Entity, type Result, RunnableResourceMixin } from '../../src/index.js';
import { baseUrl, VirtualConnection } from './virtual.js';

@Entity({ path: 'jobs' })
export class Job extends RunnableResourceMixin(BaseResource) {}

export const url = `${baseUrl}/runs/9`;
export const begun = { status: 'IN_PROGRESS', data: url };
export const running = { status: 'IN_PROGRESS', completed: false };
export const succeeded = { status: 'SUCCESS', completed: true, data: 42 };

/** A job whose platform answers one thing after the other; the last one again and again. An error is thrown. */
export function jobWith(script: readonly unknown[], options: { asyncContext?: boolean } = {}) {
  let at = 0;
  const api = new VirtualConnection(() => {
    const answer = script[Math.min(at++, script.length - 1)];
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer() : answer;
  }, options);
  const job = api.bind(Job).fromDict({ id: 'j1' });
  const seen: string[] = [];
  job.afterRun = (outcome: unknown) => void seen.push(`afterRun ${outcome instanceof Error ? outcome.name : (outcome as Result).status}`);
  for (const event of ['poll', 'complete', 'run', 'fail'] as const) job.on(event, () => seen.push(event));
  return { api, job, seen };
}
