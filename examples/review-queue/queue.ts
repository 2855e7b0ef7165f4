import { OperationFailedError } from 'remote-record';
import type { Moderately } from 'remote-record/moderately';
import { Submission } from './submission.js';

/** The review queue of a team. */
export class ReviewQueue {
  readonly #submissions: typeof Submission;

  constructor(mai: Moderately) {
    this.#submissions = mai.bind(Submission);
  }

  /** Hands in a table, which the platform then reads. One that it cannot read stays in the queue, to be rejected. */
  async handIn(name: string, csv: string): Promise<Submission> {
    const submission = await this.#submissions.create({ name });
    await submission.createSchema(
      [
        { name: 'city', type: 'string' },
        { name: 'people', type: 'integer' },
      ],
      { status: 'current' },
    );
    await submission.uploadData(Buffer.from(csv), { name: 'table.csv' });
    await submission.process({ waitTime: 0.1 }).catch((error: unknown) => {
      if (!(error instanceof OperationFailedError)) throw error;
    });
    return submission;
  }

  async next(): Promise<Submission | null> {
    return (await this.#submissions.pending())[0] ?? null;
  }

  async length(): Promise<number> {
    return (await this.#submissions.pending()).length;
  }
}
