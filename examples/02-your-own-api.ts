/**
 * Records over an API of your own, declared in about twenty lines: its paging, its id, its update verb, its errors.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/02-your-own-api.js
 */
import {
  BaseResource,
  Connection,
  DeleteResourceMixin,
  Entity,
  Field,
  GetResourceMixin,
  SearchResourceMixin,
  UnprocessableEntityError,
} from 'remote-record';
import { openBookshop } from './support/bookshop.js';

@Entity({
  path: 'v1/books',
  id: 'isbn',
  update: 'patch',
  search: { method: 'GET', path: '', itemsKey: 'data', totalKey: 'meta.total', pageParam: 'page', sizeParam: 'per_page', firstPage: 1 },
  errors: (_status, body) => {
    const [first] = (body as { errors: { title: string; source?: string; code: string }[] }).errors;
    return { message: first?.title, code: first?.code, details: [{ field: first?.source ?? '', message: first?.title ?? '' }] };
  },
})
class Book extends DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
  declare static searchParams: { tag?: string };

  @Field() title!: string;
  @Field() price!: number;
  @Field() tags!: string[];
  @Field({ name: 'added_at', type: Date, readOnly: true }) readonly addedAt!: Date;
}

const shop = await openBookshop();
const api = new Connection({ baseUrl: shop.url });
const books = api.bind(Book);
try {
  for await (const book of books.search({ tag: 'long', pageSize: 2 })) {
    book.tags.push('seen');
    await book.save();
  }

  const book = await books.get('978-0002');
  console.log(`${book.title}, added ${book.addedAt.toDateString()}`);
  await book.save({ price: -1 }).catch((error: unknown) => {
    if (!(error instanceof UnprocessableEntityError)) throw error;
    console.log(`refused: ${error.message} (${error.code}); still unsaved: ${book.changedFields}`);
  });
  book.revert();

  const copy = await book.clone({ title: `${book.title}, second copy` });
  await copy.save();
  console.log(`${copy} is saved: ${!copy.isNew}`);
  await copy.delete();

  console.log('\nwhat went over the wire:');
  for (const line of shop.log) console.log(`  ${line}`);
} finally {
  await api.close();
  await shop.close();
}
