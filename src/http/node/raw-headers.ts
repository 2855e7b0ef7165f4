/**
 * The headers of a response as Node received them: names and values in turn. Values of one name are joined, as by a fetch
 * (https://fetch.spec.whatwg.org/#concept-header-list-get).
 */
export function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    const value = raw[at + 1]!;
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}
