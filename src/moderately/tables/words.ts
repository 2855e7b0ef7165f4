/** A value in quotes, truncated to 60 characters. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return `'${text.length > 60 ? `${text.slice(0, 57)}...` : text}'`;
}

/** How many names `listed` shows. */
const shown = 50;

/** Names in quotes, separated by commas; `none` for an empty list. Only the first 50 of a longer list. */
export function listed(names: Iterable<string>): string {
  const all = [...names];
  const text = all
    .slice(0, shown)
    .map((name) => `'${name}'`)
    .join(', ');
  if (all.length > shown) return `${text} and ${all.length - shown} more`;
  return text === '' ? 'none' : text;
}

/** The first name that occurs twice. */
export function firstRepeated(names: Iterable<string>): string | undefined {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

/** Whether a cell has no value: null, or text without a character other than white space. */
export function isBlank(cell: unknown): boolean {
  return cell === null || cell === undefined || (typeof cell === 'string' && cell.trim() === '');
}
