import { ResourceError } from '../../errors/index.js';
import { isId } from '../../support/ids.js';
import { valueAt } from '../values.js';
import { refusePageNumber } from './checks.js';
import type { PageStyle } from './style.js';

/** Where a page begins: behind a cursor, or before one; neither for the first page. */
interface Cursor {
  after?: string | number;
  before?: string | number;
}

/** Pages by a cursor, which the response has, or which is the id of the last record: `?cursor=eyJ…`, `?starting_after=ch_9`. */
export const cursorStyle: PageStyle = {
  start(given, { subject, settings: { cursorParam } }): Cursor {
    if (given === undefined) return {};
    if (typeof given === 'string' && given !== '') return { after: given };
    return refusePageNumber(subject, given, `Give the cursor instead (${cursorParam}), or go on with Class.resumeSearch(page.token()).`);
  },
  request({ after, before }: Cursor, { settings: { cursorParam, previousParam, sizeParam }, pageSize }) {
    return {
      params: {
        ...(sizeParam !== '' && { [sizeParam]: pageSize }),
        ...(after !== undefined && { [cursorParam]: after }),
        ...(before !== undefined && { [previousParam]: before }),
      },
    };
  },
  read({ body, items, lastId }, at: Cursor, { subject, settings }) {
    const { cursorKey, hasMoreKey, previousKey } = settings;
    const isById = cursorKey === '';
    const hasMore = hasMoreKey === '' ? undefined : valueAt(body, hasMoreKey);
    const found = isById ? lastId : valueAt(body, cursorKey);
    const cursor = isId(found) ? (found as string | number) : undefined;
    const previous = previousKey === '' ? undefined : valueAt(body, previousKey);
    if (hasMore === true && cursor === undefined) {
      const where = isById ? 'no item has an id to go on from' : `there is no cursor at "${cursorKey}"`;
      throw new ResourceError(`${subject}: the platform says that there is more ("${hasMoreKey}" is true), but ${where}.`);
    }
    const ends = cursor === undefined || hasMore === false || (hasMore === undefined && isById && items.length === 0);
    if (!ends && cursor === at.after)
      throw new ResourceError(`${subject}: the platform sent the cursor of this page as that of the next one; the search would not end.`);
    return {
      next: ends ? null : { after: cursor },
      previous: isId(previous) ? { before: previous } : null,
      isGuess: isById && hasMore === undefined,
    };
  },
};
