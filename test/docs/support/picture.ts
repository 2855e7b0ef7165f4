/** The sizes of a character and a line, in pixels, as browsers draw most monospaced fonts at 14 pixels. */
const [charWidth, lineHeight, padding] = [8.43, 20, 16];

/** What the terminal's codes for bold, dim, red, green, yellow and so on are called in the picture; the others are left out. */
const classes: Readonly<Record<string, string>> = { 1: 'b', 2: 'd', 31: 'r', 32: 'g', 33: 'y', 90: 'd' };
const ends: Readonly<Record<string, readonly string[]>> = { 22: ['b', 'd'], 39: ['r', 'g', 'y', 'd'], 0: ['b', 'd', 'r', 'g', 'y'] };

/**
 * A picture of a terminal, light or dark as the reader's system is.
 *
 * @param screen What the terminal shows, with its codes for colours.
 * @param about What the picture shows, for those who do not see it.
 */
export function picture(screen: string, { title, about, columns }: { title: string; about: string; columns: number }): string {
  const lines = screen
    .trimEnd()
    .split('\n')
    .flatMap((line) => wrapped(line, columns));
  const width = Math.ceil(columns * charWidth + 2 * padding);
  const height = lines.length * lineHeight + 2 * padding;
  const texts = lines.flatMap((line, index) => {
    const content = coloured(line);
    return content === '' ? [] : [`<text x="${padding}" y="${padding + 15 + index * lineHeight}">${content}</text>`];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="t d">
<title id="t">${escaped(title)}</title>
<desc id="d">${escaped(about)}</desc>
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328; white-space: pre; }
rect { fill: #f6f8fa; stroke: #d1d9e0; }
.b { font-weight: bold; } .d { fill: #59636e; } .r { fill: #b3261e; } .g { fill: #116329; } .y { fill: #7d4e00; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } rect { fill: #0d1117; stroke: #3d444d; }
  .d { fill: #9198a1; } .r { fill: #ff7b72; } .g { fill: #56d364; } .y { fill: #e3b341; }
}
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${texts.join('\n')}
</svg>
`;
}

/** A line as a terminal wraps it. Codes for colours, which take no room, apply until they are ended. */
function wrapped(line: string, columns: number): string[] {
  const lines = [''];
  let used = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a code begins with the escape character
  for (const part of line.split(/(\u{1b}\[[\d;]*m)/u)) {
    if (part.startsWith('\u001b')) lines[lines.length - 1] += part;
    else
      for (const character of part) {
        if (used++ % columns === 0 && used > 1) lines.push('');
        lines[lines.length - 1] += character;
      }
  }
  return lines;
}

/** A line with its colours as elements. */
function coloured(line: string): string {
  const active = new Set<string>();
  let content = '';
  // Between two escape characters is at most one code, then text.
  for (const [index, part] of line.split('\u001b[').entries()) {
    const [, codes, text] = (index > 0 && /^([\d;]*)m([\s\S]*)$/.exec(part)) || [undefined, undefined, part];
    for (const code of codes?.split(';') ?? []) {
      for (const ended of ends[code || '0'] ?? []) active.delete(ended);
      if (classes[code]) active.add(classes[code]);
    }
    if (text) content += active.size === 0 ? escaped(text) : `<tspan class="${[...active].join(' ')}">${escaped(text)}</tspan>`;
  }
  return content;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
