import type { Moderately } from 'remote-record/moderately';
import { Submission } from './submission.js';

/** Writes down what happens to submissions, whoever does it. Returns the lines, and a function that ends it. */
export function keepJournal(mai: Moderately): { lines: readonly string[]; stop: () => void } {
  const lines: string[] = [];
  const stops = [
    mai.after('approve', ({ resource, args }) => {
      if (resource instanceof Submission) lines.push(`${args[0]} approved ${resource.name}`);
    }),
    mai.after('reject', ({ resource, args }) => {
      if (resource instanceof Submission) lines.push(`${args[0]} rejected ${resource.name}: ${args[1]}`);
    }),
    mai.on('save', ({ resource, changes }) => {
      if (resource instanceof Submission && 'name' in changes) lines.push(`handed in: ${resource.name}`);
    }),
    mai.on('fail', ({ resource, operation }) => {
      if (resource instanceof Submission && operation === 'approve') lines.push(`not approved: ${resource.name}`);
    }),
  ];
  const stop = (): void => {
    for (const each of stops) each();
  };
  return { lines, stop };
}
