/** Compile-time tests of what is loaded: that this file compiles is the test. */
import { BaseResource, defineEntity, Entity, Field, GetResourceMixin, type InvalidItem, SearchResourceMixin } from '../../src/index.js';
import { type Equal, holds } from './support.js';

@Entity({ path: 'notes', concurrency: 'etag', validate: 'both' })
class Note extends GetResourceMixin(SearchResourceMixin(BaseResource)) {
  @Field() text!: string;
}

@Entity({ path: 'others' })
class Other extends GetResourceMixin(BaseResource) {
  @Field() number!: number;
}

// @ts-expect-error there is no such time
Entity({ validate: 'loads' });
defineEntity({ name: 'Plain', validate: 'load' });

export async function loads(note: Note, other: Other): Promise<void> {
  const again = await Note.get('n1', { known: note });
  holds<Equal<typeof again, Note>>();
  await Note.retrieve('n1', { known: again });
  await Note.find('n1', { known: again });
  // @ts-expect-error a record of another class is not known
  const wrong: Note = await Note.get('n1', { known: other });
  // @ts-expect-error several records cannot be known by one
  await Note.find(['n1'], { known: note });
  const { invalid } = await Note.search();
  holds<Equal<typeof invalid, readonly InvalidItem[]>>();
  console.log(wrong);
}
