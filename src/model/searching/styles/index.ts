import { ConfigurationError } from '../../errors/index.js';
import type { PageStyleName } from '../../fields/entity-options.js';
import { inJson } from '../../state/describe.js';
import { isObject } from '../../state/json.js';
import { cursorStyle } from './cursor.js';
import { linkStyle } from './link.js';
import { offsetStyle } from './offset.js';
import { pageStyle } from './page.js';
import type { PageStyle, StyledSearch } from './style.js';
import { urlStyle } from './url.js';

const styles: Readonly<Record<PageStyleName, (search: StyledSearch) => PageStyle>> = {
  page: pageStyle,
  offset: () => offsetStyle,
  cursor: () => cursorStyle,
  link: () => linkStyle,
  url: () => urlStyle,
};

/** The style of a search. @throws ConfigurationError for an unknown one. */
export function styleOf(search: StyledSearch): PageStyle {
  const { style } = search.settings;
  if (typeof style === 'string' && Object.hasOwn(styles, style)) return styles[style](search);
  if (isObject(style) && ['start', 'request', 'read'].every((name) => typeof Reflect.get(style, name) === 'function'))
    return style as PageStyle;
  throw new ConfigurationError(
    `${search.subject}: @Entity({ search: { style } }) must be one of ${Object.keys(styles).join(', ')}, or an object with the methods start, ` +
      `request and read (got ${inJson(style)}).`,
  );
}
