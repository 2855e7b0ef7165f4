/** Compile-time tests of what standard decorators check: that this file compiles is the test. */
import {
  BaseResource,
  BeforeSave,
  BelongsTo,
  Entity,
  Field,
  HasMany,
  HasOne,
  OnPoll,
  type Related,
  type RelatedMany,
  type RelatedOne,
  withHooks,
} from 'remote-record';

class Author {
  first = '';
}

@Entity({ path: 'notes' })
export class Note extends BaseResource {
  @Field({ type: Date }) at!: Date;
  @Field({ type: Date }) until!: Date | null;
  @Field({ type: Date }) times?: Date[];
  @Field({ type: BigInt }) big!: bigint | null;
  @Field({ type: Author }) author!: Author;
  @Field({ type: () => Author }) authors!: readonly Author[] | null;
  @Field({ type: String }) word!: 'a' | 'b';
  @Field({ type: Set }) set = new Set<string>();
  @Field({ type: Object }) anything!: { a: number };
  @Field() untyped!: { a: number };
  @Field({ type: Date }) accessor when: Date | null = null;

  // @ts-expect-error a Date is not a string
  @Field({ type: Date }) wrongDate!: string;
  // @ts-expect-error a bigint is not a number
  @Field({ type: BigInt }) wrongBig!: number;
  // @ts-expect-error an Author is not a Date
  @Field({ type: () => Author }) wrongAuthor!: Date;
  // @ts-expect-error nor is it one in an accessor
  @Field({ type: Author }) accessor wrong: Date | null = null;
  // @ts-expect-error static
  @Field() static nowhere: string;
  // @ts-expect-error private
  @Field() #hidden = 1;
  // @ts-expect-error a getter
  @Field() get computed(): number {
    return this.#hidden;
  }

  @BeforeSave() trim(): void {}
  @OnPoll() async polled(_event: unknown): Promise<void> {}
  @withHooks async publish(by: string): Promise<number> {
    return by.length;
  }
  @withHooks({ wrap: false }) async hide(): Promise<void> {}

  // @ts-expect-error static
  @BeforeSave() static never(): void {}
  // @ts-expect-error private
  @BeforeSave() #hook(): void {}
  // @ts-expect-error not async
  @withHooks now(): number {
    this.#hook();
    return 1;
  }
}

export const length: Promise<number> = new Note().publish('me');

@Entity({ path: 'letters' })
export class Letter extends BaseResource {
  @Field({ type: String }) noteId?: string | null;
  @BelongsTo(() => Note, 'noteId') note!: Related<Note>;
  @BelongsTo(() => Note, 'noteId') accessor other!: Related<Note>;
  @BelongsTo(() => Note, 'noteId', { required: true }) readonly sure!: Related<Note, never>;
  @HasMany(() => Letter, 'noteId') letters!: RelatedMany<Letter, { open?: boolean }>;
  @HasOne(() => Letter, 'noteId') accessor one!: RelatedOne<Letter>;

  // @ts-expect-error a key that is not there
  @BelongsTo(() => Note, 'notId') lost!: Related<Note>;
  // @ts-expect-error records of another class
  @BelongsTo(() => Note, 'noteId') letter!: Related<Letter>;
  // @ts-expect-error one is not many
  @HasOne(() => Letter, 'noteId') accessor several!: RelatedMany<Letter>;
  // @ts-expect-error static
  @BelongsTo(() => Note, 'noteId') static nowhere: Related<Note>;
  // @ts-expect-error private
  @HasMany(() => Letter, 'noteId') #hidden!: RelatedMany<Letter>;
  // @ts-expect-error a method
  @HasMany(() => Letter, 'noteId') all(): unknown {
    return this.#hidden();
  }
}
