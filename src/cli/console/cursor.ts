/** What stands before the cursor, as far as completion needs to know. */
export type Place =
  /** A name that does not follow a dot. */
  | { kind: 'name'; prefix: string }
  /** A member of what a path of names leads to: `page.results[0].na`. */
  | { kind: 'member'; path: string; prefix: string }
  /** A key of the object that is the first argument of a call: `Dataset.search({ na`. */
  | { kind: 'key'; callee: string; prefix: string; given: readonly string[] }
  /** A text that is the value of such a key: `Dataset.search({ orderBy: 'na`. */
  | { kind: 'value'; callee: string; key: string; prefix: string };

/** A bracket that is still open at the cursor. */
interface Open {
  bracket: string;
  /** Where the text inside it begins. */
  from: number;
  /** Where the text after its last comma begins. */
  item: number;
}

const closing: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Finds out where the cursor is, which is at the end of the line; undefined inside of texts and comments of which nothing is known. */
export function placeOf(line: string): Place | undefined {
  const { open, quoteAt } = scan(line);
  const object = open.at(-1);
  const callee = object?.bracket === '{' ? calleeOf(line, object, open.at(-2)) : undefined;
  if (quoteAt !== undefined) {
    const key = object && /^\s*([\w$]+)\s*:\s*$/.exec(line.slice(object.item, quoteAt))?.[1];
    return callee === undefined || key === undefined ? undefined : { kind: 'value', callee, key, prefix: line.slice(quoteAt + 1) };
  }
  if (object && callee !== undefined) {
    const [, prefix] = /^\s*([\w$]*)$/.exec(line.slice(object.item)) ?? [];
    if (prefix !== undefined) return { kind: 'key', callee, prefix, given: keysIn(line.slice(object.from, object.item)) };
  }
  const [, path, member] = /((?:[A-Za-z_$][\w$]*)(?:\.[A-Za-z_$][\w$]*|\[\d+\])*)\.([\w$]*)$/.exec(line) ?? [];
  if (path !== undefined) return { kind: 'member', path, prefix: member ?? '' };
  const [prefix] = /(?<![\w$.)\]'"`])[A-Za-z_$][\w$]*$|(?<=^|[\s(,=[{:!&|?+])$/.exec(line) ?? [];
  return prefix === undefined ? undefined : { kind: 'name', prefix };
}

/** The brackets and the quotation mark that are open at the end of a line. */
function scan(line: string): { open: Open[]; quoteAt: number | undefined } {
  const open: Open[] = [];
  let quoteAt: number | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (quoteAt !== undefined) {
      if (character === '\\') at++;
      else if (character === line[quoteAt]) quoteAt = undefined;
    } else if (`'"\``.includes(character)) quoteAt = at;
    else if ('([{'.includes(character)) open.push({ bracket: character, from: at + 1, item: at + 1 });
    else if (open.at(-1)?.bracket === closing[character] && closing[character]) open.pop();
    else if (character === ',' && open.length > 0) open.at(-1)!.item = at + 1;
  }
  return { open, quoteAt };
}

/** What is called with an object as its first argument: `Dataset.search`, `new Dataset`. */
function calleeOf(line: string, object: Open, call: Open | undefined): string | undefined {
  if (call?.bracket !== '(' || line.slice(call.from, object.from - 1).trim() !== '') return undefined;
  const before = line.slice(0, call.from - 1);
  const [callee] = /(?<![\w$.])(?:new\s+)?[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[\d+\])*\s*$/.exec(before) ?? [];
  if (callee !== undefined) return callee.trim();
  // A search that is refined has the filters of the search that it began with.
  const [, searched, method] = /((?:[A-Za-z_$][\w$]*\.)+(?:search|list))\(.*\)\.(where)\s*$/.exec(before) ?? [];
  return method === undefined ? undefined : searched;
}

function keysIn(text: string): string[] {
  return [...text.matchAll(/([A-Za-z_$][\w$]*)\s*:/g)].map(([, key]) => key!);
}
