/**
 * A small domain in a few files: tables are handed in as datasets and reviewed. Hooks hold the rules, events keep the journal.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/07-review-queue.js
 */
import { ValidationError } from 'remote-record';
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';
import { keepJournal } from './review-queue/journal.js';
import { ReviewQueue } from './review-queue/queue.js';

const platform = await LocalPlatform.start();
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const queue = new ReviewQueue(mai);
  const journal = keepJournal(mai);

  await queue.handIn('Norway', 'city,people\nOslo,709000\n');
  await queue.handIn('Italy', 'city,people\nRome,a lot\n');
  console.log(`${await queue.length()} to review`);

  for (let submission = await queue.next(); submission; submission = await queue.next()) {
    try {
      await submission.approve('Joan');
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      console.log(error.message);
      await submission.reject('Joan', 'not a number');
    }
    console.log(`${submission.name}: ${submission.state}`);
    await submission.approve('Alan').catch((error: unknown) => console.log((error as Error).message));
  }

  console.log(`${await queue.length()} to review`);
  console.log(journal.lines.join('\n'));
  journal.stop();
} finally {
  await mai.close();
  await platform.close();
}
