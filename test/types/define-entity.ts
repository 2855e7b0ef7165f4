/** Compile-time tests of the types that `defineEntity` infers: that this file compiles is the test. */
import {
  type BaseResource,
  DeleteResourceMixin,
  defineEntity,
  GetResourceMixin,
  type JsonOf,
  type Page,
  RunnableResourceMixin,
  SearchResourceMixin,
} from '../../src/index.js';
import { Dataset } from '../../src/moderately/index.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_T extends true>(): void => undefined;

class Author {
  first = '';
}

export const Note = defineEntity({
  name: 'Note',
  path: 'notes',
  update: 'patch',
  mixins: [SearchResourceMixin, GetResourceMixin, DeleteResourceMixin],
  fields: {
    title: String,
    words: { type: Number, name: 'word_count' },
    done: Boolean,
    tags: [String],
    createdAt: { type: Date, readOnly: true },
    until: { type: Date, nullable: true },
    big: BigInt,
    author: Author,
    others: [() => Author],
    later: { type: () => Author, nullable: true },
    config: Object as JsonOf<{ size: number }>,
    free: Object,
    anything: { required: true },
  },
  hooks: {
    beforeSave() {
      this.title = this.title.trim();
      // @ts-expect-error the title is a text
      this.title = 5;
      return undefined;
    },
    async afterDelete() {
      await this.delete();
    },
  },
});

export class Sub extends Note {
  shout(): string {
    return this.title.toUpperCase();
  }
}

export async function uses(): Promise<void> {
  const note = new Note({ title: 'a' });
  holds<Equal<typeof note.title, string>>();
  holds<Equal<typeof note.words, number>>();
  holds<Equal<typeof note.done, boolean>>();
  holds<Equal<typeof note.tags, string[]>>();
  holds<Equal<typeof note.createdAt, Date>>();
  holds<Equal<typeof note.until, Date | null>>();
  holds<Equal<typeof note.big, bigint>>();
  holds<Equal<typeof note.author, Author>>();
  holds<Equal<typeof note.others, Author[]>>();
  holds<Equal<typeof note.later, Author | null>>();
  holds<Equal<typeof note.config, { size: number }>>();
  holds<Equal<typeof note.free, Record<string, unknown>>>();
  holds<Equal<typeof note.anything, unknown>>();
  // @ts-expect-error readonly
  note.createdAt = new Date();
  // @ts-expect-error no such field
  note.titel = '';
  // @ts-expect-error not a runnable class
  note.run();
  await note.save({ title: 'b' });
  // @ts-expect-error the title is a text
  await note.save({ title: 5 });
  // @ts-expect-error readonly
  await note.save({ createdAt: new Date() });
  await note.delete();

  const page: Page<InstanceType<typeof Note>> = await Note.search({});
  holds<Equal<(typeof page.results)[number]['title'], string>>();
  const sub = await Sub.get('a');
  holds<Equal<typeof sub, Sub>>();
  sub.shout();
  const record: BaseResource = sub;
  void record;
  // @ts-expect-error not a runnable class
  Note.resume;

  const Runs = defineEntity({ name: 'Runs', mixins: [RunnableResourceMixin], hooks: { onPoll() {} } });
  await new Runs().run({});
  // @ts-expect-error cannot be searched
  Runs.search;

  const Labelled = defineEntity({ name: 'Labelled', extends: Dataset, fields: { label: String } });
  const labelled = await Labelled.get('d');
  holds<Equal<typeof labelled.label, string>>();
  holds<Equal<typeof labelled.name, Dataset['name']>>();
  await labelled.process();

  // @ts-expect-error a class has a name
  defineEntity({ path: 'x' });
  // @ts-expect-error no such option
  defineEntity({ name: 'X', paht: 'x' });
  // @ts-expect-error no such hook
  defineEntity({ name: 'X', hooks: { befor() {} } });
}
