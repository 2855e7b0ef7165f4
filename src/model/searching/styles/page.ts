import { numberAt } from '../values.js';
import { startNumber } from './checks.js';
import type { PageLinks, PageStyle, StyledSearch } from './style.js';

/** Pages by number: `?pageNumber=2&pageSize=20`. Made for each search, because it learns how long the platform's pages are. */
export function pageStyle({ settings, pageSize, subject }: StyledSearch): PageStyle {
  const { pageParam, sizeParam, firstPage, totalKey, pageTotalKey, wholeLists } = settings;
  const isWhole = pageParam === '';
  /** The page length the platform actually sends, once it has sent a shorter page than requested. */
  let served = pageSize;

  /** The number of pages. Computed, because platforms count their page total differently and some send shorter pages than requested. */
  function pagesOf(total: number | undefined, size: number, reported: number | undefined, requested: number, length: number) {
    if (total === undefined || size < 1) return reported;
    const before = (requested - firstPage) * served;
    if (length > 0 && length < served && before + length < total) served = length;
    const pages = Math.ceil(total / size);
    return served >= size ? pages : Math.max(pages, reported ?? Math.ceil(total / served));
  }

  /** What the platform says of the number of pages, unless it says that there are none beside items. */
  function reportedPages(body: unknown, length: number): number | undefined {
    const reported = numberAt(body, pageTotalKey);
    return reported === 0 && length > 0 ? undefined : reported;
  }

  function linksOf(number: number, pageTotal: number | undefined, length: number): PageLinks {
    const isLast = pageTotal === undefined ? length === 0 : number - firstPage + 1 >= pageTotal;
    return {
      next: isLast ? null : number + 1,
      previous: number > firstPage ? number - 1 : null,
      isGuess: pageTotal === undefined,
      pageTotal,
    };
  }

  return {
    startParam: pageParam,
    start: (given) => startNumber(subject, 'pageNumber', given ?? firstPage, firstPage),
    request: (number: number) => ({ params: isWhole ? {} : { [pageParam]: number, [sizeParam]: pageSize } }),
    read({ body, items: { length }, total }, number: number) {
      if (Array.isArray(body)) {
        const pageTotal = wholeLists || isWhole ? 1 : undefined;
        return { ...linksOf(number, pageTotal, length), pageNumber: number, pageSize: Math.max(pageSize, length) };
      }
      // The page number and the page size are read from the same object as the total.
      const beside = (key: string): string => (totalKey.includes('.') ? `${totalKey.slice(0, totalKey.lastIndexOf('.'))}.${key}` : key);
      const size = numberAt(body, beside(sizeParam)) ?? (isWhole ? Math.max(pageSize, length) : pageSize);
      const pageTotal = isWhole ? 1 : pagesOf(total, size, reportedPages(body, length), number, length);
      return { ...linksOf(number, pageTotal, length), pageNumber: numberAt(body, beside(pageParam)) ?? number, pageSize: size };
    },
    last: (pages) => (pages > 0 ? firstPage + pages - 1 : null),
    shift({ next, gone, size }: { next: number; gone: number; size: number }) {
      if (size === 0) return next;
      return firstPage + Math.max(0, Math.floor(((next - firstPage) * size - gone) / size));
    },
  };
}
