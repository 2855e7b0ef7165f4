import { valueAt } from '../values.js';
import { nextAddress, startOfAddresses } from './addresses.js';
import type { PageStyle } from './style.js';

/** Pages by the addresses in the response: `{ "next": "https://…?page=2", "previous": null }`. */
export const urlStyle: PageStyle = {
  ...startOfAddresses,
  read: ({ body, url }, _position: unknown, { subject, settings: { nextKey, previousKey } }) => ({
    next: nextAddress(subject, valueAt(body, nextKey), url),
    previous: previousKey === '' ? null : nextAddress(subject, valueAt(body, previousKey), url),
  }),
};
