import { Before, BeforeSave, type HookContext, ValidationError, withHooks } from 'remote-record';
import { Dataset } from 'remote-record/moderately';

export type State = 'pending' | 'approved' | 'rejected';

/** A table that somebody hands in and somebody else reviews. Its description holds what is known of the review: `state: note`. */
export class Submission extends Dataset {
  /** Submissions that wait for a review, oldest first. The platform cannot search descriptions, so it is done here. */
  static async pending(): Promise<Submission[]> {
    const all = await this.search({ nameLike: 'Submission', orderBy: 'createdAt', orderDirection: 'asc' }).toArray();
    return all.filter(({ state }) => state === 'pending');
  }

  get state(): State {
    return (this.description?.split(': ')[0] ?? 'pending') as State;
  }

  @withHooks
  async approve(reviewer: string): Promise<this> {
    this.description = `approved: by ${reviewer}`;
    return await this.save();
  }

  @withHooks
  async reject(reviewer: string, reason: string): Promise<this> {
    this.description = `rejected: by ${reviewer}, ${reason}`;
    return await this.save();
  }

  @BeforeSave()
  nameAndState(): void {
    if (!this.name.startsWith('Submission ')) this.name = `Submission ${this.name}`;
    this.description ??= 'pending: nobody has looked at it';
  }

  @Before('approve')
  @Before('reject')
  isPending({ operation }: HookContext): void {
    if (this.state !== 'pending') throw new ValidationError(`${operation}: ${this.name} is ${this.state} already.`);
  }

  @Before('approve')
  async isReadable(): Promise<void> {
    if (this.processingStatus === undefined) await this.refresh(); // an item of a list lacks it
    if (this.processingStatus !== 'completed') throw new ValidationError(`approve: the table of ${this.name} cannot be read.`);
  }
}
