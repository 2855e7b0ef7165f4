import { ResourceError } from '../../errors/index.js';
import { inJson } from '../../state/describe.js';
import { refusePageNumber, startNumber } from './checks.js';
import type { PageStyle } from './style.js';

/** An address of a page; null or a page number for the first one. */
type Position = string | number | null;

/** How a search begins whose other pages have addresses. */
export const startOfAddresses: Pick<PageStyle, 'start' | 'request' | 'shift'> = {
  start(given, { subject, settings: { pageParam, firstPage } }): Position {
    if (given === undefined) return null;
    if (pageParam !== '') return startNumber(subject, pageParam, given, firstPage);
    return refusePageNumber(subject, given, 'Go on with Class.resumeSearch(page.token()) instead.');
  },
  request(position: Position, { settings: { pageParam, sizeParam }, pageSize }) {
    if (typeof position === 'string') return { url: position };
    return { params: { ...(position !== null && { [pageParam]: position }), ...(sizeParam !== '' && { [sizeParam]: pageSize }) } };
  },
  // Where the records have gone is not in any address: this page has some of them now.
  shift: ({ at }) => at,
};

/** An address in a response, resolved against that of the request; null where there is none. @throws ResourceError for what is not one. */
export function nextAddress(subject: string, found: unknown, url: string): string | null {
  if (found === undefined || found === null || found === '' || found === false) return null;
  if (typeof found !== 'string' || !URL.canParse(found, url))
    throw new ResourceError(`${subject}: the address of another page is not an address (got ${inJson(found)}).`);
  const address = new URL(found, url).href;
  if (address === url)
    throw new ResourceError(`${subject}: the platform sent the address of this page as that of another one; the search would not end.`);
  return address;
}
