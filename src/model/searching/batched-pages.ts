import type { BaseResource } from '../base-resource.js';
import type { SearchCallOptions } from '../relations/types.js';
import type { InvalidItem, PageData, PagePlace, PageSource } from './page-source.js';
import { RecordPages } from './record-pages.js';
import type { SearchableClass } from './searchable.js';

export { firstPage } from './searched-page.js';

/** The pages of a search in batches: one page per batch. */
export class BatchedPages implements PageSource<BaseResource> {
  readonly start: PagePlace = { position: 0, index: 0 };
  readonly #whole: RecordPages;
  readonly #parts: readonly RecordPages[];

  constructor(target: SearchableClass, batches: readonly Readonly<Record<string, unknown>>[], options: SearchCallOptions) {
    this.#whole = new RecordPages(target, {}, options);
    this.#parts = batches.map((params) => new RecordPages(target, target.readSearchParams(params), options));
  }

  get subject(): string {
    return this.#whole.subject;
  }

  async fetch({ index }: PagePlace, signal?: AbortSignal): Promise<PageData> {
    const part = this.#parts[index];
    const { items, pageSize, checked }: Pick<PageData, 'items' | 'pageSize' | 'checked'> = part
      ? await part.fetch(part.start, signal)
      : { items: [], pageSize: 0 };
    const pageTotal = this.#parts.length;
    const next = index + 1 < pageTotal ? index + 1 : null;
    return {
      items,
      checked,
      next,
      previous: index > 0 ? index - 1 : null,
      isGuess: false,
      pageNumber: index + 1,
      pageSize,
      total: undefined,
      pageTotal,
    };
  }

  async complete(page: { readonly results: readonly BaseResource[] }, signal?: AbortSignal): Promise<void> {
    await this.#whole.complete(page, signal);
  }

  shown(json: Record<string, unknown>): unknown {
    return this.#whole.shown(json);
  }

  idOf(json: Record<string, unknown>): unknown {
    return this.#whole.idOf(json);
  }

  make(json: Record<string, unknown>): BaseResource {
    return this.#whole.make(json);
  }

  invalid(item: InvalidItem): void {
    this.#whole.invalid(item);
  }
}
