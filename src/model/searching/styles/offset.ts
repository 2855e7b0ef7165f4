import { startNumber } from './checks.js';
import type { PageStyle } from './style.js';

/** Pages by the number of records before them: `?offset=40&limit=20`. */
export const offsetStyle: PageStyle = {
  start(given, { subject, settings: { pageParam } }) {
    return startNumber(subject, pageParam, given ?? 0, 0);
  },
  request: (offset: number, { settings: { pageParam, sizeParam }, pageSize }) => ({
    params: { [pageParam]: offset, ...(sizeParam !== '' && { [sizeParam]: pageSize }) },
  }),
  read({ items: { length }, total }, offset: number, { settings: { firstPage }, pageSize }) {
    // A platform may send fewer records than it was asked for, so that the next ones begin behind those that came.
    const next = offset + length;
    const isLast = total === undefined ? length === 0 : next >= total;
    // An empty page before the end says nothing of where the next one begins.
    const isStuck = length === 0 && !isLast;
    return {
      next: isLast ? null : isStuck ? offset + pageSize : next,
      previous: offset > 0 ? Math.max(0, offset - pageSize) : null,
      isGuess: total === undefined,
      pageNumber: firstPage + Math.floor(offset / pageSize),
      pageTotal: total === undefined ? undefined : Math.ceil(total / pageSize),
    };
  },
  last: (pages, { pageSize }) => (pages > 0 ? (pages - 1) * pageSize : null),
  shift: ({ next, gone }: { next: number; gone: number }) => Math.max(0, next - gone),
};
