import { nextAddress, startOfAddresses } from './addresses.js';
import type { PageStyle } from './style.js';

/** Pages by the addresses in the header Link (RFC 8288): `Link: <https://…?page=2>; rel="next"`. */
export const linkStyle: PageStyle = {
  ...startOfAddresses,
  async read({ headers, url }, _position: unknown, { subject }) {
    const { link } = headers;
    if (link === undefined) return { next: null };
    const { default: LinkHeader } = await import('http-link-header');
    const links = LinkHeader.parse(link);
    const addressOf = (rel: string): string | undefined => links.rel(rel)[0]?.uri;
    return {
      next: nextAddress(subject, addressOf('next'), url),
      previous: nextAddress(subject, addressOf('prev') ?? addressOf('previous'), url),
    };
  },
};
