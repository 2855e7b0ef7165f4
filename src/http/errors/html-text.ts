/** The start of an element whose text explains an error page or a file store's XML document, or is not for readers. */
const NOTED_ELEMENT = /<(title|message|style|script)(?![a-z0-9])/iy;

/**
 * The text of the first title or message element, else the text outside of tags, styles and scripts, up to about `length` characters. The
 * document may be hostile: it is scanned once, since regular expressions for whole elements take quadratic time.
 */
export function htmlText(html: string, length: number): string {
  const unclosed = new Set<string>();
  let text = '';
  let at = 0;
  for (;;) {
    const open = html.indexOf('<', at);
    const close = open < 0 ? -1 : html.indexOf('>', open);
    if (close < 0) return text + html.slice(at);
    if (open > at && text.length < length) text += `${html.slice(at, open).trim()} `;
    at = close + 1;
    NOTED_ELEMENT.lastIndex = open;
    const name = NOTED_ELEMENT.exec(html)?.[1]?.toLowerCase();
    if (name === 'title' || name === 'message') {
      const next = html.indexOf('<', at);
      const explanation = html.slice(at, next < 0 ? undefined : next).trim();
      if (explanation) return explanation;
    } else if (name !== undefined && !unclosed.has(name)) {
      const end = endTagOf(name, html, at);
      if (end < 0) unclosed.add(name);
      else at = end;
    }
  }
}

function endTagOf(name: string, html: string, from: number): number {
  const endTag = new RegExp(`</${name}`, 'gi');
  endTag.lastIndex = from;
  return endTag.exec(html)?.index ?? -1;
}
